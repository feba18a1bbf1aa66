/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "command.h"
#include "ttl_rules.h"

enum { LINE_SIZE = 512, WORD_SIZE = 64, DEPTH = 8 };

/* One way of a packet through the rules, from a chain of the kernel's. */
struct way {
	const char *text, *from;
	int family;
	uint32_t mark;
	bool is_arriving;
	FILE *out;
	unsigned found;
};

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

static void tell(struct way *w, const char *line)
{
	w->found++;
	fprintf(w->out, "uturn-rules: IPv%d: \"%s\", from %s, changes the TTL of ", w->family, line, w->from);
	if (w->is_arriving)
		fputs("probes before uturnd sees it: hops are missing or shown twice"
		      " (leave out packets to this host: -m addrtype ! --dst-type LOCAL)\n",
			w->out);
	else
		fprintf(w->out,
			"return probes: they do not expire where they should (leave out those of uturnd: -m mark ! --mark 0x%x)\n",
			w->mark);
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
	return has_mark(line, " -m mark ! --mark ", w->mark) || strstr(line, " -o lo ");
}

/* "-A CHAIN -m mark --mark 0x54 -j RETURN": what follows in the chain is not for packets of ours. */
static bool is_way_out(const struct way *w, const char *line, const char *chain, const char *target)
{
	char shape[LINE_SIZE];

	if (strcmp(target, "ACCEPT") != 0 && strcmp(target, "RETURN") != 0)
		return false;
	snprintf(shape, sizeof(shape), "-A %s -m mark --mark 0x%x -j %s", chain, w->mark, target);
	return w->mark && !w->is_arriving && strcmp(line, shape) == 0;
}

static void walk(struct way *w, const char *chain, unsigned depth)
{
	const char *text = w->text;
	char line[LINE_SIZE], owner[WORD_SIZE], target[WORD_SIZE];
	bool is_mangle = false;

	while (depth < DEPTH && next_line(&text, line)) {
		const char *jump = strstr(line, " -j ") ? strstr(line, " -j ") : strstr(line, " -g ");

		if (line[0] == '*')
			is_mangle = strcmp(line, "*mangle") == 0;
		if (!is_mangle || !jump || sscanf(line, "-A %63s", owner) != 1 || strcmp(owner, chain) != 0 ||
			sscanf(jump + 4, "%63s", target) != 1 || is_left_out(w, line))
			continue;
		if (is_way_out(w, line, chain, target))
			return;
		if (strcmp(target, w->family == 6 ? "HL" : "TTL") == 0)
			tell(w, line);
		else if (strncmp(target, "UTURN", strlen("UTURN")) != 0)
			walk(w, target, depth + 1); /* a target that is no chain has no rules */
	}
}

unsigned ttl_rules_of_iptables(const char *text, int family, uint32_t mark, FILE *out)
{
	static const char *const chains[] = { "PREROUTING", "OUTPUT", "POSTROUTING" };
	struct way w = { .text = text, .family = family, .mark = mark, .out = out };

	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		w.from = chains[i];
		w.is_arriving = i == 0;
		walk(&w, chains[i], 0);
	}
	return w.found;
}

/* ---- nftables: rules in chains of a hook; what these jump to is not followed ---- */

unsigned ttl_rules_of_nft(const char *text, int family, uint32_t mark, FILE *out)
{
	static const char *const hooks[] = { "prerouting", "output", "postrouting" };
	struct way w = { .family = family, .mark = mark, .out = out };
	const char *sets = family == 6 ? "ip6 hoplimit set " : "ip ttl set ";
	char line[LINE_SIZE], hook[WORD_SIZE];

	while (next_line(&text, line)) {
		const char *at = strstr(line, " hook ");

		if (strncmp(line, "chain ", strlen("chain ")) == 0 || line[0] == '}')
			w.from = NULL;
		if (strncmp(line, "type ", strlen("type ")) == 0 && at && sscanf(at, " hook %63s", hook) == 1)
			for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
				if (strcmp(hook, hooks[i]) == 0) {
					w.from = hooks[i];
					w.is_arriving = i == 0;
				}
		if (w.from && strstr(line, sets) && (w.is_arriving || !has_mark(line, "mark != ", mark)))
			tell(&w, line);
	}
	return w.found;
}

/* ---- the host's ---- */

void ttl_rules_tell(const struct backend *b, uint32_t mark)
{
	static const char *const list[] = { "nft", "list", "ruleset", NULL };
	char why[BACKEND_WHY_SIZE];
	char *text = backend_save(b, false, why);
	struct command c;

	if (text)
		ttl_rules_of_iptables(text, b->family, mark, stderr);
	free(text);
	if (command_run(&c, list, "") == 0 && c.exit_code == 0)
		ttl_rules_of_nft(c.out, b->family, mark, stderr);
	command_done(&c);
}
