/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "cli.h"
#include "common/command.h"
#include "ttl_rules.h"

enum { LINE_SIZE = 512, WORD_SIZE = 64 };

/* One way of a packet through the rules, from a chain of the kernel's. */
struct way {
	const struct ttl_search *search;
	const char *text, *from;
	bool is_arriving;
	unsigned found;
};

/* How a rule leaves out what it should: in the words of the program that has made it. */
struct remedy {
	const char *arriving, *mark;
};

static const struct remedy of_iptables = { "-m addrtype ! --dst-type LOCAL", "-m mark ! --mark" };
static const struct remedy of_nft = { "fib daddr type != local", "meta mark !=" };

/* The next line of *text without its end and the blanks before it, or false. */
static bool next_line(const char **text, char line[LINE_SIZE])
{
	size_t len;

	if (!**text)
		return false;
	*text += strspn(*text, " \t");
	len = strcspn(*text, "\n");
	snprintf(line, LINE_SIZE, "%.*s", (int)(len < LINE_SIZE ? len : LINE_SIZE - 1), *text);
	*text += len + ((*text)[len] == '\n');
	return true;
}

static void tell(struct way *w, const char *line, const struct remedy *r)
{
	const struct ttl_search *s = w->search;

	w->found++;
	fprintf(s->out, "uturn-rules: IPv%d: \"%s\", from %s%s%s, changes the TTL of ", s->family, line, w->from,
		s->tool ? " of " : "", s->tool ? s->tool : "");
	if (w->is_arriving)
		fprintf(s->out,
			"probes before uturnd sees it: hops are missing or shown twice"
			" (leave out packets to this host: %s)\n",
			r->arriving);
	else if (s->mark)
		fprintf(s->out,
			"return probes: they do not expire where they should (leave out those of uturnd: %s 0x%x)\n",
			r->mark, s->mark);
	else
		fputs("return probes: they do not expire where they should\n", s->out);
}

/* Does `text` have a number equal to the mark behind the words? */
static bool has_mark(const char *text, const char *words, uint32_t mark)
{
	const char *at = strstr(text, words);

	return mark && at && strtoul(at + strlen(words), NULL, 0) == mark;
}

/* ---- iptables ---- */

static bool is_left_out(const struct way *w, const char *line)
{
	if (w->is_arriving)
		return strstr(line, "! --dst-type LOCAL") || strstr(line, " -i lo ");
	return has_mark(line, " -m mark ! --mark ", w->search->mark) || strstr(line, " -o lo ");
}

/* "-A CHAIN -m mark --mark 0x54 -j RETURN": what follows in the chain is not for packets of ours. */
static bool is_way_out(const struct way *w, const char *line, const char *chain, const char *target)
{
	char shape[LINE_SIZE];

	if (strcmp(target, "ACCEPT") != 0 && strcmp(target, "RETURN") != 0)
		return false;
	snprintf(shape, sizeof(shape), "-A %s -m mark --mark 0x%x -j %s", chain, w->search->mark, target);
	return w->search->mark && !w->is_arriving && strcmp(line, shape) == 0;
}

/* A chain of the mangle table, and whether the way leads to it. */
struct chain {
	char name[WORD_SIZE];
	enum { ELSEWHERE, AHEAD, WALKED } is;
};

struct chains {
	struct chain *at;
	size_t count;
};

static void chains_read(struct chains *c, const char *text)
{
	char line[LINE_SIZE];
	bool is_mangle = false;
	size_t declared = *text == ':';

	for (const char *at = text; *at; at++)
		declared += at[0] == '\n' && at[1] == ':';
	c->count = 0;
	c->at = calloc(declared + 1, sizeof(*c->at));
	while (c->at && c->count < declared && next_line(&text, line)) {
		if (line[0] == '*')
			is_mangle = strcmp(line, "*mangle") == 0;
		else if (is_mangle && sscanf(line, ":%63s", c->at[c->count].name) == 1)
			c->count++;
	}
}

static void chains_reach(struct chains *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->at[i].is == ELSEWHERE && strcmp(c->at[i].name, name) == 0)
			c->at[i].is = AHEAD;
}

static void walk_chain(struct way *w, struct chains *chains, const char *chain)
{
	const char *text = w->text;
	char line[LINE_SIZE], owner[WORD_SIZE], target[WORD_SIZE];
	bool is_mangle = false;

	while (next_line(&text, line)) {
		const char *jump = strstr(line, " -j ") ? strstr(line, " -j ") : strstr(line, " -g ");

		if (line[0] == '*')
			is_mangle = strcmp(line, "*mangle") == 0;
		if (!is_mangle || !jump || sscanf(line, "-A %63s", owner) != 1 || strcmp(owner, chain) != 0 ||
			sscanf(jump + 4, "%63s", target) != 1 || is_left_out(w, line))
			continue;
		if (is_way_out(w, line, chain, target))
			return;
		if (strcmp(target, w->search->family == 6 ? "HL" : "TTL") == 0)
			tell(w, line, &of_iptables);
		else if (strncmp(target, "UTURN", strlen("UTURN")) != 0)
			chains_reach(chains, target);
	}
}

/* Each chain once, however many rules jump to it. */
static void walk(struct way *w, struct chains *chains)
{
	bool is_done = false;

	for (size_t i = 0; i < chains->count; i++)
		chains->at[i].is = ELSEWHERE;
	walk_chain(w, chains, w->from);
	while (!is_done) {
		is_done = true;
		for (size_t i = 0; i < chains->count; i++) {
			if (chains->at[i].is != AHEAD)
				continue;
			chains->at[i].is = WALKED;
			walk_chain(w, chains, chains->at[i].name);
			is_done = false;
		}
	}
}

unsigned ttl_rules_of_iptables(const struct ttl_search *s, const char *text)
{
	static const char *const hooks[] = { "PREROUTING", "OUTPUT", "POSTROUTING" };
	struct way w = { .search = s, .text = text };
	struct chains chains;

	chains_read(&chains, text);
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		w.from = hooks[i];
		w.is_arriving = i == 0;
		walk(&w, &chains);
	}
	free(chains.at);
	return w.found;
}

/* ---- nftables: rules in chains of a hook; what these jump to is not followed ---- */

static bool is_left_out_of_nft(const struct way *w, const char *line)
{
	if (w->is_arriving)
		return strstr(line, "fib daddr type != local ") || strstr(line, "iifname \"lo\" ") ||
			strstr(line, "iif \"lo\" ");
	return has_mark(line, "meta mark != ", w->search->mark) || strstr(line, "oifname \"lo\" ") ||
		strstr(line, "oif \"lo\" ");
}

/* "meta mark 0x00000054 accept", perhaps with a counter: what follows in the chain is not for packets of ours. */
static bool is_way_out_of_nft(const struct way *w, const char *line)
{
	static const char match[] = "meta mark ";
	int counter = 0;
	char *rest;

	if (w->is_arriving || !w->search->mark || strncmp(line, match, strlen(match)) != 0 ||
		strtoul(line + strlen(match), &rest, 0) != w->search->mark)
		return false;
	(void)sscanf(rest, " counter packets %*u bytes %*u%n", &counter);
	rest += counter;
	return strcmp(rest, " accept") == 0 || strcmp(rest, " return") == 0;
}

/* "type filter hook output priority mangle; policy accept;": where the chain is asked, or NULL. */
static const char *hook_of(const char *line)
{
	static const char *const hooks[] = { "prerouting", "output", "postrouting" };
	const char *at = strstr(line, " hook ");
	char hook[WORD_SIZE];

	if (!at || sscanf(at, " hook %63s", hook) != 1)
		return NULL;
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (strcmp(hook, hooks[i]) == 0)
			return hooks[i];
	return NULL;
}

unsigned ttl_rules_of_nft(const struct ttl_search *s, const char *text)
{
	const char *sets = s->family == 6 ? "ip6 hoplimit set " : "ip ttl set ";
	struct way w = { .search = s };
	char line[LINE_SIZE];

	while (next_line(&text, line)) {
		if (strncmp(line, "type ", strlen("type ")) == 0) {
			w.from = hook_of(line);
			w.is_arriving = w.from && strcmp(w.from, "prerouting") == 0;
		}
		if (strncmp(line, "chain ", strlen("chain ")) == 0 || line[0] == '}' ||
			(w.from && is_way_out_of_nft(&w, line)))
			w.from = NULL;
		if (w.from && strstr(line, sets) && !is_left_out_of_nft(&w, line))
			tell(&w, line, &of_nft);
	}
	return w.found;
}

/* ---- the host's ---- */

static void tell_backend(const struct backend *b, const char *tool, uint32_t mark)
{
	const struct ttl_search s = { .family = b->family, .mark = mark, .tool = tool, .out = stderr };
	char why[BACKEND_WHY_SIZE];
	char *text = backend_save(b, false, why);

	if (text)
		ttl_rules_of_iptables(&s, text);
	free(text);
}

void ttl_rules_tell(const struct backend *b, uint32_t mark)
{
	char why[BACKEND_WHY_SIZE];
	struct backend other;

	tell_backend(b, NULL, mark);
	if (backend_open(&other, b->family, b->kind == BACKEND_NFT ? BACKEND_LEGACY : BACKEND_NFT, why) == 0)
		tell_backend(&other, other.tool, mark);
}

void ttl_rules_tell_nft(const struct cli *c)
{
	static const char *const list[] = { "nft", "-t", "list", "ruleset", NULL }; /* -t: no elements of sets */
	struct command nft;
	bool is_there = command_run(&nft, list, "") == 0 && nft.exit_code == 0;

	for (int family = 4; family <= 6 && is_there; family += 2) {
		const struct ttl_search s = { .family = family, .mark = c->plan.mark, .out = stderr };

		if (cli_wants(c, family))
			ttl_rules_of_nft(&s, nft.out);
	}
	command_done(&nft);
}
