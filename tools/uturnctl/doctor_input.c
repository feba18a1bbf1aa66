/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 1024, WORDS = 96, DEPTH = 16, NAME_SIZE = 64, RULES_MAX = 100000 };

/* Of a match: whether it does is not known where it depends on more than the port. */
enum match { NO, MAYBE, YES };

/* What a chain says: FALL is its end, or a RETURN. */
enum fate { FALL, ACCEPT, DROP };

struct walk {
	const char *table; /* the lines of the filter table */
	uint16_t port;
	bool may_accept; /* a rule that need not match would accept */
	unsigned rules; /* looked at: chains that lead to each other many times end */
};

/* ---- words of a rule ---- */

/* Quoted comments are one word. Returns how many words. */
static int split(char *line, char *words[WORDS])
{
	int count = 0;

	while (*line && count < WORDS) {
		line += strspn(line, " \t");
		if (!*line)
			break;
		if (*line == '"') {
			words[count++] = ++line;
			while (*line && *line != '"')
				line += line[0] == '\\' && line[1] ? 2 : 1;
		} else {
			words[count++] = line;
			line += strcspn(line, " \t");
		}
		if (*line)
			*line++ = '\0';
	}
	return count;
}

static enum match invert(enum match m, bool is_inverted)
{
	return is_inverted ? (enum match)(YES - m) : m;
}

static enum match of(bool is_so)
{
	return is_so ? YES : NO;
}

/* "80", "80:90", "80,443,8000:8099" */
static bool has_port(const char *list, uint16_t port)
{
	while (*list) {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;

		if (*end == ':')
			last = end[1] ? strtoul(end + 1, &end, 10) : UINT16_MAX;
		if (port >= first && port <= last)
			return true;
		list = *end == ',' ? end + 1 : "";
	}
	return false;
}

static bool has_word(const char *list, const char *word)
{
	const size_t len = strlen(word);

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (strncmp(list, word, len) == 0 && (list[len] == ',' || list[len] == '\0'))
			return true;
	}
	return false;
}

/* Of the flags that are looked at a SYN has just the one. */
static bool fits_syn(const char *mask, const char *flags)
{
	return strcmp(flags, has_word(mask, "SYN") ? "SYN" : "NONE") == 0;
}

/* The options that say something about a SYN to this port from elsewhere. Returns how many words it takes; 0: not known. */
static int match_known(const struct walk *w, char **words, int left, enum match *m)
{
	const char *option = words[0], *value = left > 1 ? words[1] : "";

	if (strcmp(option, "-m") == 0 || strcmp(option, "--comment") == 0)
		*m = YES;
	else if (strcmp(option, "-p") == 0)
		*m = of(strcmp(value, "tcp") == 0 || strcmp(value, "6") == 0);
	else if (strcmp(option, "--dport") == 0 || strcmp(option, "--dports") == 0)
		*m = of(has_port(value, w->port));
	else if (strcmp(option, "-i") == 0)
		*m = strcmp(value, "lo") == 0 ? NO : MAYBE;
	else if (strcmp(option, "--ctstate") == 0 || strcmp(option, "--state") == 0)
		*m = of(has_word(value, "NEW"));
	else if (strcmp(option, "--dst-type") == 0)
		*m = of(has_word(value, "LOCAL") || has_word(value, "UNICAST"));
	else if (strcmp(option, "--tcp-flags") == 0 && left > 2)
		*m = of(fits_syn(value, words[2]));
	else
		return 0;
	return strcmp(option, "--tcp-flags") == 0 ? 3 : 2;
}

/* "-A CHAIN" is behind us. *target, and is_goto: of -j or -g; NULL: a rule without one. */
static enum match match_rule(const struct walk *w, char **words, int count, const char **target, bool *is_goto)
{
	enum match all = YES;
	bool is_inverted = false;

	*target = NULL;
	for (int i = 0, taken = 1; i < count; i += taken) {
		enum match m = MAYBE;

		taken = 1;
		if (strcmp(words[i], "!") == 0) {
			is_inverted = true;
			continue;
		}
		if (strcmp(words[i], "-j") == 0 || strcmp(words[i], "-g") == 0) {
			*is_goto = words[i][1] == 'g';
			*target = i + 1 < count ? words[i + 1] : NULL;
			break; /* what follows are options of the target */
		}
		if (words[i][0] == '-') {
			taken = match_known(w, words + i, count - i, &m);
			if (!taken)
				taken = 1;
			m = invert(m, is_inverted);
			all = m < all ? m : all;
		}
		is_inverted = false;
	}
	return all;
}

/* ---- chains ---- */

static enum fate walk_chain(struct walk *w, const char *chain, bool is_sure, int depth);

/* One rule that matches, or may. FALL: go on with the next. */
static enum fate follow(struct walk *w, const char *target, bool is_sure, int depth)
{
	if (strcmp(target, "ACCEPT") == 0) {
		w->may_accept = true;
		return is_sure ? ACCEPT : FALL;
	}
	if (strcmp(target, "DROP") == 0 || strcmp(target, "REJECT") == 0)
		return is_sure ? DROP : FALL;
	if (strcmp(target, "NFQUEUE") == 0 || strcmp(target, "QUEUE") == 0) {
		w->may_accept = true; /* another program decides */
		return is_sure ? ACCEPT : FALL;
	}
	return walk_chain(w, target, is_sure, depth + 1);
}

static enum fate walk_chain(struct walk *w, const char *chain, bool is_sure, int depth)
{
	char text[LINE_SIZE], *words[WORDS];
	size_t len;

	for (const char *line = w->table; depth < DEPTH && *line; line += len + (line[len] == '\n')) {
		const char *target;
		bool is_goto = false;
		enum match m;
		enum fate fate;
		int count;

		len = strcspn(line, "\n");
		if (strncmp(line, "-A ", 3) != 0 || len >= LINE_SIZE)
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)len, line);
		count = split(text, words);
		if (count < 3 || strcmp(words[1], chain) != 0 || ++w->rules > RULES_MAX)
			continue;
		m = match_rule(w, words + 2, count - 2, &target, &is_goto);
		if (m == NO || !target)
			continue;
		if (strcmp(target, "RETURN") == 0) {
			if (m == YES)
				return FALL;
			continue;
		}
		fate = follow(w, target, is_sure && m == YES, depth);
		if (fate != FALL || (is_goto && m == YES))
			return fate;
	}
	return FALL;
}

/* The filter table of all of them; NULL: there is none. For the caller to free. */
static char *find_filter(const char *tables)
{
	const char *begin = strncmp(tables, "*filter\n", 8) == 0 ? tables : strstr(tables, "\n*filter\n");
	const char *end = begin ? strstr(begin, "\nCOMMIT") : NULL;

	return end ? strndup(begin, (size_t)(end - begin) + 1) : NULL;
}

enum doctor_input doctor_input_judge(const char *tables, uint16_t port)
{
	char *filter = find_filter(tables);
	struct walk w = { .table = filter, .port = port };
	enum fate fate;

	if (!filter)
		return DOCTOR_INPUT_OPEN;
	fate = walk_chain(&w, "INPUT", true, 0);
	if (fate == FALL && !strstr(filter, "\n:INPUT DROP"))
		fate = ACCEPT;
	free(filter);
	if (fate == ACCEPT)
		return DOCTOR_INPUT_OPEN;
	return w.may_accept ? DOCTOR_INPUT_SOME : DOCTOR_INPUT_CLOSED;
}

/* ---- nftables' own ---- */

/* Tables that iptables-nft fills; what is in them is in the text of iptables-save. That of uturn-rules drops nothing but probes. */
static bool is_of_iptables(const char *family, const char *table)
{
	static const char *const tables[] = { "filter", "mangle", "raw", "nat", "security" };

	if (strcmp(family, "ip") != 0 && strcmp(family, "ip6") != 0)
		return false;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(table, tables[i]) == 0)
			return true;
	return false;
}

bool doctor_input_has_nft(const char *chains, char name[DOCTOR_CHAIN_SIZE])
{
	char family[NAME_SIZE] = "", table[NAME_SIZE] = "", chain[NAME_SIZE] = "", hook[NAME_SIZE];

	for (const char *line = chains; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line += strspn(line, " \t");
		if (sscanf(line, "table %63s %63s", family, table) == 2 || sscanf(line, "chain %63s", chain) == 1 ||
			sscanf(line, "type filter hook %63s", hook) != 1)
			continue;
		if ((strcmp(hook, "input") != 0 && strcmp(hook, "prerouting") != 0) || is_of_iptables(family, table) ||
			(strcmp(family, "inet") == 0 && strcmp(table, "uturn") == 0) ||
			(strcmp(family, "ip") != 0 && strcmp(family, "ip6") != 0 && strcmp(family, "inet") != 0))
			continue;
		snprintf(name, DOCTOR_CHAIN_SIZE, "%.40s %.40s %.40s", family, table, chain);
		return true;
	}
	return false;
}
