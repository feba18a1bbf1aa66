/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_check.h"

#include <jansson.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "common/sockaddr.h"
#include "common/standard_output.h"
#include "common/text.h"
#include "errors.h"
#include "packet/special.h"
#include "spoof_listen.h"
#include "spoof_options.h"
#include "spoof_probe.h"
#include "spoof_save.h"
#include "spoof_socket.h"
#include "spoof_verdict.h"

static const char *const verdicts[] = { "router", "self", "unknown" };

static const char *text_of(const struct addr *a)
{
	static char texts[4][ADDR_TEXT_SIZE];
	static unsigned next;

	return addr_text(a, texts[next++ % 4]);
}

static void print_text(const struct spoof_result *r)
{
	printf("%s%s%s: ", r->own.family ? text_of(&r->own) : "", r->own.family ? " -> " : "", text_of(&r->host));
	switch (r->verdict) {
	case SPOOF_ROUTER:
		puts("packets with a foreign source arrive: answer-from router works here");
		break;
	case SPOOF_SELF:
		puts("packets with a foreign source do not arrive: set 'answer-from self' (uturnd.conf(5))");
		break;
	case SPOOF_UNKNOWN:
		printf("%s: %s\n", r->is_unreachable ? "not tested" : "cannot tell", r->why);
		return;
	}
	printf("  %u of %u arrived from %s, %u of %u from our own address\n", r->foreign_count, r->foreign_sent,
		text_of(&r->foreign), r->own_count, r->own_sent);
	if (r->rewritten_count)
		printf("  %u more arrived with another source: a NAT on the path rewrites it\n", r->rewritten_count);
	if (!addr_equal(&r->seen, &r->own))
		printf("  our own address arrived as %s: there is a NAT on the path\n", text_of(&r->seen));
}

static json_t *address_or_null(const struct addr *a)
{
	return a->family ? json_string(text_of(a)) : json_null();
}

static void print_json(const struct spoof_result *r)
{
	json_t *line = json_pack("{si ss so so so so si si si si si}", "family", r->host.family, "verdict",
		verdicts[r->verdict], "from", address_or_null(&r->own), "to", address_or_null(&r->host), "foreign",
		address_or_null(&r->foreign), "seen", address_or_null(&r->seen), "own_sent", (int)r->own_sent,
		"own_arrived", (int)r->own_count, "foreign_sent", (int)r->foreign_sent, "foreign_arrived",
		(int)r->foreign_count, "rewritten_arrived", (int)r->rewritten_count);

	if (line && r->verdict == SPOOF_UNKNOWN)
		json_object_set_new(line, "why", json_string(r->why));
	if (line)
		json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

/* The first address of each family; returns how many. */
static unsigned resolve(const struct spoof_options *o, struct addr found[2])
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *all;
	unsigned count = 0;
	int err = getaddrinfo(o->host, NULL, &hints, &all);

	if (err) {
		errors_print("spoof-check: %s: %s", o->host, gai_strerror(err));
		return 0;
	}
	for (int family = 4; family <= 6; family += 2) {
		for (const struct addrinfo *i = all; i; i = i->ai_next) {
			if (!sockaddr_read(i->ai_addr, &found[count], NULL) || found[count].family != family ||
				(o->family && family != o->family) || !addr_is_unicast_host(&found[count]))
				continue;
			count++;
			break;
		}
	}
	freeaddrinfo(all);
	if (!count)
		errors_print("spoof-check: %s has no address to test%s%s", o->host, o->family ? " in IPv" : "",
			o->family ? (o->family == 4 ? "4" : "6") : "");
	return count;
}

/* SELF takes precedence over UNKNOWN, UNKNOWN over ROUTER; a family that this host does not have is not counted. */
static enum spoof_verdict sum_up(const struct spoof_result *results, unsigned count)
{
	bool is_seen[3] = { false };

	for (unsigned i = 0; i < count; i++)
		if (!results[i].is_unreachable)
			is_seen[results[i].verdict] = true;
	if (is_seen[SPOOF_SELF])
		return SPOOF_SELF;
	return is_seen[SPOOF_ROUTER] && !is_seen[SPOOF_UNKNOWN] ? SPOOF_ROUTER : SPOOF_UNKNOWN;
}

static int run(int argc, char **argv, bool is_json)
{
	struct spoof_options o = { .is_json = is_json };
	struct spoof_result results[2];
	struct addr hosts[2];
	unsigned count;
	int status;

	if (!spoof_options_parse(argc, argv, &o, &status))
		return status;
	if (!o.host)
		return spoof_listen(&o);
	count = resolve(&o, hosts);
	for (unsigned i = 0; i < count; i++) {
		spoof_probe(&hosts[i], o.port, &o.from, &results[i]);
		if (o.is_json)
			print_json(&results[i]);
		else
			print_text(&results[i]);
		standard_output_flush();
	}
	if (o.save && count && !spoof_save(o.save, results, count))
		return SPOOF_UNKNOWN;
	return sum_up(results, count);
}

int spoof_check(int argc, char **argv, bool is_json)
{
	int status = run(argc, argv, is_json);

	/* SPOOF_SELF is what a failure of the program has as its status otherwise */
	return standard_output_flush() ? status : SPOOF_UNKNOWN;
}
