/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_options.h"
#include "config/config.h"

int cli_wrong(const struct cli_given *g, const char *format, ...)
{
	int used = snprintf(g->why, g->why_size, "--%s: ", g->option);
	va_list args;

	if (used > 0 && (size_t)used < g->why_size) {
		va_start(args, format);
		vsnprintf(g->why + used, g->why_size - (size_t)used, format, args);
		va_end(args);
	}
	return -1;
}

/* Takes a number off the front of *text. */
static bool take_number(const char **text, unsigned long *n)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	*n = strtoul(*text, &end, 10);
	*text = end;
	return true;
}

static int set_number(const struct cli_given *g, unsigned *to, unsigned least, unsigned most, const char *unit)
{
	const char *text = g->value;
	unsigned long n;

	if (!take_number(&text, &n) || (*text && strcmp(text, unit) != 0) || n < least || n > most)
		return cli_wrong(g, "'%s' is not a number between %u and %u", g->value, least, most);
	*to = (unsigned)n;
	return 0;
}

static int set_queue(struct cli *c, const struct cli_given *g)
{
	const char *text = g->value;
	unsigned long first, last;

	if (!take_number(&text, &first))
		return cli_wrong(g, "'%s' is not N or N:M", g->value);
	last = first;
	if (*text == ':') {
		text++;
		if (!take_number(&text, &last))
			return cli_wrong(g, "'%s' is not N or N:M", g->value);
	}
	if (*text || first > last || last > UINT16_MAX)
		return cli_wrong(g, "'%s' is not N or N:M with N <= M <= %u", g->value, UINT16_MAX);
	if (last - first >= CONFIG_QUEUES)
		return cli_wrong(g, "'%s' is more than %d queues", g->value, CONFIG_QUEUES);
	c->plan.queue_first = (uint16_t)first;
	c->plan.queue_last = (uint16_t)last;
	return 0;
}

static int set_hops(struct cli *c, const struct cli_given *g)
{
	return set_number(g, &c->plan.hops, 1, PLAN_HOPS_MAX, "");
}

static int set_window(struct cli *c, const struct cli_given *g)
{
	return set_number(g, &c->plan.window_s, 1, PLAN_WINDOW_MAX_S, "s");
}

static int set_gap(struct cli *c, const struct cli_given *g)
{
	return set_number(g, &c->plan.gap, 1, PLAN_HOPS_MAX, "");
}

static int set_arm(struct cli *c, const struct cli_given *g)
{
	return set_number(g, &c->plan.arm, 1, PLAN_HOPS_MAX, "");
}

static int set_rate(const struct cli_given *g, unsigned *to)
{
	if (strcmp(g->value, "none") != 0)
		return set_number(g, to, 1, PLAN_LIMIT_MAX, "/s");
	*to = 0;
	return 0;
}

static int set_limit(struct cli *c, const struct cli_given *g)
{
	return set_rate(g, &c->plan.limit);
}

static int set_limit_total(struct cli *c, const struct cli_given *g)
{
	return set_rate(g, &c->plan.limit_total);
}

/* What iptables-save shows without quotes, and a shell takes as one word. */
static bool is_set_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= PLAN_SET_NAME || !isalnum((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_.:@+", *name))
			return false;
	return true;
}

static int set_deny_set(struct cli *c, const struct cli_given *g)
{
	if (!is_set_name(g->value))
		return cli_wrong(g, "'%s' is not the name of an ipset: letters, digits and -_.:@+, at most %d",
			g->value, PLAN_SET_NAME - 1);
	if (strncmp(g->value, "uturn-hop", strlen("uturn-hop")) == 0)
		return cli_wrong(g, "'%s' is a name of the sets of --state ipset", g->value);
	for (unsigned i = 0; i < PLAN_DENY_SETS; i++) {
		struct plan_deny *set = &c->plan.deny[i];

		if (!*set->name)
			snprintf(set->name, sizeof(set->name), "%s", g->value);
		if (strcmp(set->name, g->value) == 0)
			return 0;
	}
	return cli_wrong(g, "'%s': more than %d sets", g->value, PLAN_DENY_SETS);
}

static int set_exclude(struct cli *c, const struct cli_given *g)
{
	char why[128];

	if (ports_parse(g->value, &c->plan.exclude_udp, &c->plan.exclude_tcp, why, sizeof(why)))
		return cli_wrong(g, "%s", why);
	return 0;
}

/* A further protocol, by number or by its name in protocols(5), as iptables-save shows it. */
static int add_other(struct cli *c, const struct cli_given *g, const char *word)
{
	static const int low_ttl[] = { 0, 1, 2, 6, 17, 58, 88, 89, 103, 112 }; /* and those with a name here */
	const struct protoent *known = getprotobyname(word);
	char *end;
	long number = known ? known->p_proto : strtol(word, &end, 10);
	unsigned free = 0;

	if (!known && (end == word || *end || number < 0 || number > 255))
		return cli_wrong(g, "'%s' is not udp, tcp or icmp, nor the name or number of another protocol", word);
	for (size_t i = 0; i < sizeof(low_ttl) / sizeof(low_ttl[0]); i++)
		if (number == low_ttl[i])
			return cli_wrong(g,
				"'%s' is sent with a low TTL by design, or has a name here (udp, tcp, icmp)", word);
	while (free < PLAN_OTHERS && *c->plan.others[free])
		free++;
	if (free == PLAN_OTHERS)
		return cli_wrong(g, "'%s': more than %d further protocols", word, PLAN_OTHERS);
	known = getprotobynumber((int)number);
	if (known)
		snprintf(c->plan.others[free], sizeof(c->plan.others[free]), "%s", known->p_name);
	else
		snprintf(c->plan.others[free], sizeof(c->plan.others[free]), "%ld", number);
	return 0;
}

static int set_protocols(struct cli *c, const struct cli_given *g)
{
	static const char *const words[] = { "udp", "tcp", "icmp" };
	bool *const flags[] = { &c->plan.udp, &c->plan.tcp, &c->plan.icmp };
	char list[128], *save = NULL;
	size_t i;

	if (strlen(g->value) >= sizeof(list))
		return cli_wrong(g, "the list is too long");
	c->plan.udp = c->plan.tcp = c->plan.icmp = false;
	memset(c->plan.others, 0, sizeof(c->plan.others));
	snprintf(list, sizeof(list), "%s", g->value);
	for (char *word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		for (i = 0; i < 3 && strcmp(word, words[i]) != 0; i++)
			;
		if (i < 3)
			*flags[i] = true;
		else if (add_other(c, g, word))
			return -1;
	}
	if (!c->plan.udp && !c->plan.tcp && !c->plan.icmp && !*c->plan.others[0])
		return cli_wrong(g, "a protocol is missing: udp, tcp, icmp or others");
	return 0;
}

/* The index of g's value among count words, or -1. */
static int set_word(const struct cli_given *g, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(g->value, words[i]) == 0)
			return (int)i;
	return cli_wrong(g, "'%s' is not one of %s", g->value, g->choices);
}

/* Decimal, or hexadecimal with a leading 0x, as in uturnd.conf(5). */
static int set_mark(struct cli *c, const struct cli_given *g)
{
	const bool is_hex = strncmp(g->value, "0x", 2) == 0;
	const char *digits = g->value + (is_hex ? 2 : 0);
	unsigned long long mark;
	char *end;

	mark = strtoull(digits, &end, is_hex ? 16 : 10);
	if (!isxdigit((unsigned char)*digits) || *end || mark > UINT32_MAX)
		return cli_wrong(g, "'%s' is not a number between 0 and %u", g->value, UINT32_MAX);
	c->plan.mark = (uint32_t)mark;
	return 0;
}

static int set_state(struct cli *c, const struct cli_given *g)
{
	static const char *const words[] = { [PLAN_RECENT] = "recent", [PLAN_IPSET] = "ipset" };
	int i = set_word(g, words, 2);

	if (i < 0)
		return -1;
	c->plan.state = (enum plan_state)i;
	return 0;
}

static int set_backend(struct cli *c, const struct cli_given *g)
{
	static const char *const words[] = {
		[BACKEND_AUTO] = "auto",
		[BACKEND_LEGACY] = "legacy",
		[BACKEND_NFT] = "nft",
		[BACKEND_NFTABLES] = "nftables",
	};
	int i = set_word(g, words, sizeof(words) / sizeof(words[0]));

	if (i < 0)
		return -1;
	c->backend = (enum backend_kind)i;
	return 0;
}

static int set_config(struct cli *c, const struct cli_given *g)
{
	struct config config;

	if (config_load(g->value, &config, g->why, g->why_size))
		return -1;
	if (config.max_ttl > PLAN_HOPS_MAX)
		return cli_wrong(g, "max-ttl %u exceeds %d: ordinary packets of a neighbour arrive with a TTL of 64",
			config.max_ttl, PLAN_HOPS_MAX);
	c->plan.queue_first = config.queue_first;
	c->plan.queue_last = config.queue_last;
	c->plan.hops = config.max_ttl;
	c->plan.limit = config.limit_per_prober < PLAN_LIMIT_MAX ? config.limit_per_prober : 0;
	c->plan.limit_total = config.limit_total < PLAN_LIMIT_MAX ? config.limit_total : 0;
	c->plan.request = config.request;
	c->plan.mark = config.mark;
	memcpy(c->control, config.control, sizeof(c->control));
	return 0;
}

static int set_only4(struct cli *c, const struct cli_given *g)
{
	(void)g;
	c->only4 = true;
	return 0;
}

static int set_only6(struct cli *c, const struct cli_given *g)
{
	(void)g;
	c->only6 = true;
	return 0;
}

static int set_request(struct cli *c, const struct cli_given *g)
{
	(void)g;
	c->plan.request = true;
	return 0;
}

static int set_no_nat(struct cli *c, const struct cli_given *g)
{
	(void)g;
	c->plan.nat = false;
	return 0;
}

static int set_shell(struct cli *c, const struct cli_given *g)
{
	(void)g;
	c->shell = true;
	return 0;
}

const struct cli_option cli_options[] = {
	{ "ipv4", NULL, set_only4, "IPv4 only", '4', false },
	{ "ipv6", NULL, set_only6, "IPv6 only", '6', false },
	{ "queue", "N[:M]", set_queue, "queue, or first and last queue of a balanced range (5)", 0, false },
	{ "hops", "N", set_hops, "highest TTL queued (32)", 0, false },
	{ "window", "SECONDS", set_window, "how long a prober is remembered (30)", 0, false },
	{ "gap", "N", set_gap, "maximum distance to a TTL the prober was seen with (6)", 0, false },
	{ "arm", "N", set_arm, "up to this TTL every prober is accepted (6)", 0, false },
	{ "exclude-ports", "LIST", set_exclude, "further ports to exclude, such as 443,udp:5000-5010", 0, false },
	{ "deny-set", "NAME", set_deny_set, "an ipset of sources that are never queued; may be repeated", 0, false },
	{ "protocols", "LIST", set_protocols, "protocols of probes (udp,tcp,icmp), others by name or number", 0,
		false },
	{ "request", NULL, set_request, "also accept requests of reverse traceroute", 0, false },
	{ "no-nat", NULL, set_no_nat, "no rules in the nat table: probes are translated like other packets", 0, false },
	{ "state", "recent|ipset", set_state, "where probers are remembered (recent)", 0, false },
	{ "backend", "auto|legacy|nft|nftables", set_backend,
		"which iptables (auto: that of the command `iptables`), or nftables without it", 0, false },
	{ "mark", "N", set_mark, "mark of what uturnd sends, kept out of conntrack (0x54); 0: no such rule", 0, false },
	{ "config", "FILE", set_config, "read queue, max-ttl, limit, mark and request from uturnd.conf", 0, true },
	{ "limit", "N/s|none", set_limit, "drop what one source sends above this rate (200/s)", 0, false },
	{ "limit-total", "N/s|none", set_limit_total, "the same for all busy networks together (20000/s)", 0, false },
	{ "shell", NULL, set_shell, "print commands instead of restore format", 0, false },
	{ "help", NULL, NULL, "print this and exit", 'h', false },
	{ "version", NULL, NULL, "print the version and exit", 'v', false },
};
