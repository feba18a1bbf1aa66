/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ruleset.h"

/* An empty chain without a jump to it: the table was created by apply. It exists as long as the table. */
static const char marker[] = "UTURN-made-this-table";

const char *const
	ruleset_tables[RULESET_TABLES] = { [RULESET_RAW] = "raw", [RULESET_NAT] = "nat", [RULESET_MANGLE] = "mangle" };

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool ruleset_is_our_chain(const char *text)
{
	return starts(text, "UTURN") && (text[5] == '\0' || text[5] == ' ' || text[5] == '-');
}

/* The target ends the line; further left the same words may be part of a comment. */
static bool is_jump(const char *line)
{
	const char *target = strrchr(line, ' ');

	return (starts(line, "-A PREROUTING ") || starts(line, "-A INPUT ") || starts(line, "-A OUTPUT ")) &&
		ruleset_is_our_chain(target + 1) && target - line >= 3 &&
		(starts(target - 3, " -j ") || starts(target - 3, " -g "));
}

static bool is_ours(const char *line)
{
	if (line[0] == ':')
		return ruleset_is_our_chain(line + 1);
	return (starts(line, "-A ") && ruleset_is_our_chain(line + 3)) || is_jump(line);
}

/* iptables-save -c writes "[12:3456] -A UTURN .." for "-A UTURN ..". */
static char *skip_counters(char *line)
{
	char *end = line[0] == '[' ? strchr(line, ']') : NULL;

	return end && end[1] == ' ' ? end + 2 : line;
}

static void take_line(struct table *t, char *line)
{
	char *space;

	if (line[0] != ':' && line[0] != '-')
		return;
	if (!is_ours(line)) {
		/* A built-in chain with policy ACCEPT is that of an empty table. */
		if (line[0] == '-' || !strstr(line, " ACCEPT"))
			t->foreign++;
		return;
	}
	if (line[0] == ':') {
		space = strchr(line, ' ');
		if (space)
			*space = '\0'; /* policy and counters: always "- [0:0]" */
		if (strcmp(line + 1, marker) == 0) {
			t->is_ours = true;
			return;
		}
	}
	t->line[t->count++] = line;
}

/* The table that a line "*raw" opens, or NULL for one that is not looked at. */
static struct table *open_table(struct ruleset *r, const char *name)
{
	for (int i = 0; i < RULESET_TABLES; i++) {
		if (strcmp(name, ruleset_tables[i]) != 0)
			continue;
		r->table[i].exists = true;
		return &r->table[i];
	}
	return NULL;
}

int ruleset_read(struct ruleset *r, const char *text)
{
	bool is_short = false;
	size_t lines = 1;
	char *save = NULL;
	struct table *t = NULL;

	memset(r, 0, sizeof(*r));
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	r->text = strdup(text);
	for (int i = 0; i < RULESET_TABLES; i++) {
		r->table[i].line = calloc(lines, sizeof(*r->table[i].line));
		is_short |= !r->table[i].line;
	}
	if (!r->text || is_short) {
		ruleset_done(r);
		return -ENOMEM;
	}
	for (char *line = strtok_r(r->text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (line[0] == '*')
			t = open_table(r, line + 1);
		else if (t)
			take_line(t, skip_counters(line));
	}
	return 0;
}

void ruleset_done(struct ruleset *r)
{
	for (int i = 0; i < RULESET_TABLES; i++)
		free(r->table[i].line);
	free(r->text);
	memset(r, 0, sizeof(*r));
}

size_t ruleset_count(const struct ruleset *r)
{
	size_t count = 0;

	for (int i = 0; i < RULESET_TABLES; i++)
		count += r->table[i].count;
	return count;
}

static bool table_is_empty(const struct table *t)
{
	return t->count == 0 && !t->is_ours;
}

bool ruleset_is_empty(const struct ruleset *r)
{
	for (int i = 0; i < RULESET_TABLES; i++)
		if (!table_is_empty(&r->table[i]))
			return false;
	return true;
}

static bool table_equal(const struct table *a, const struct table *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->line[i], b->line[i]) != 0)
			return false;
	return true;
}

bool ruleset_equal(const struct ruleset *a, const struct ruleset *b)
{
	for (int i = 0; i < RULESET_TABLES; i++)
		if (!table_equal(&a->table[i], &b->table[i]))
			return false;
	return true;
}

/* Chains of the same name are in the mangle and the nat table; those of the latter are told as such. */
static size_t diff_line(const char *what, const char *table, const char *line, FILE *out)
{
	const char *of = strcmp(table, ruleset_tables[RULESET_NAT]) == 0 ? " (nat table)" : "";

	fprintf(out, "%s: %s%s%s\n", what, line[0] == ':' ? "chain " : "", line[0] == ':' ? line + 1 : line, of);
	return 1;
}

/*
 * The longest common subsequence is unchanged: common[i][j] is its length
 * from line i of want and line j of live on.
 */
static size_t table_diff(const char *name, const struct table *want, const struct table *live, FILE *out)
{
	size_t width = live->count + 1, found = 0, i, j;
	uint16_t *common = calloc((want->count + 1) * width, sizeof(*common));

	if (!common)
		return diff_line("out of memory", name, "no comparison", out);
	for (i = want->count; i-- > 0;)
		for (j = live->count; j-- > 0;) {
			uint16_t skip_want = common[(i + 1) * width + j], skip_live = common[i * width + j + 1];

			if (strcmp(want->line[i], live->line[j]) == 0)
				common[i * width + j] = (uint16_t)(common[(i + 1) * width + j + 1] + 1);
			else
				common[i * width + j] = skip_want > skip_live ? skip_want : skip_live;
		}
	for (i = 0, j = 0; i < want->count || j < live->count;) {
		if (i < want->count && j < live->count && strcmp(want->line[i], live->line[j]) == 0) {
			i++;
			j++;
		} else if (j == live->count ||
			(i < want->count && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
			found += diff_line("missing", name, want->line[i++], out);
		} else {
			found += diff_line("unexpected", name, live->line[j++], out);
		}
	}
	free(common);
	return found;
}

size_t ruleset_diff(const struct ruleset *want, const struct ruleset *live, FILE *out)
{
	size_t found = 0;

	for (int i = 0; i < RULESET_TABLES; i++)
		found += table_diff(ruleset_tables[i], &want->table[i], &live->table[i], out);
	return found;
}

static bool has_line(const struct table *r, const char *line)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->line[i], line) == 0)
			return true;
	return false;
}

static const char *next_jump(const struct table *r, size_t *i)
{
	while (*i < r->count && !is_jump(r->line[*i]))
		++*i;
	return *i < r->count ? r->line[(*i)++] : NULL;
}

/* Jumps that are correct are not moved: an administrator may have placed them. */
static bool keeps_jumps(const struct table *live, const struct table *want)
{
	size_t i = 0, j = 0;
	const char *is, *should_be;

	do {
		is = next_jump(live, &i);
		should_be = next_jump(want, &j);
	} while (is && should_be && strcmp(is, should_be) == 0);
	return !is && !should_be;
}

static void table_change(const char *name, const struct table *live, const struct table *want, FILE *out)
{
	bool keep_jumps = keeps_jumps(live, want);
	size_t i;

	fprintf(out, "*%s\n", name);
	/* With --noflush a chain that is declared is created, or emptied. */
	for (i = 0; i < want->count; i++)
		if (want->line[i][0] == ':')
			fprintf(out, "%s - [0:0]\n", want->line[i]);
	for (i = 0; i < live->count; i++)
		if (live->line[i][0] == ':' && !has_line(want, live->line[i]))
			fprintf(out, "%s - [0:0]\n", live->line[i]);
	if (!live->exists && want->count > 0)
		fprintf(out, ":%s - [0:0]\n", marker);
	for (i = 0; i < live->count; i++)
		if (is_jump(live->line[i]) && !keep_jumps)
			fprintf(out, "-D%s\n", live->line[i] + 2);
	/* First in the chain, before rules of others; inserted in reverse, as each goes to the front. */
	for (i = want->count; i-- > 0 && !keep_jumps;)
		if (is_jump(want->line[i]))
			fprintf(out, "-I%s\n", want->line[i] + 2);
	for (i = 0; i < want->count; i++)
		if (want->line[i][0] != ':' && !is_jump(want->line[i]))
			fprintf(out, "%s\n", want->line[i]);
	for (i = 0; i < live->count; i++)
		if (live->line[i][0] == ':' && !has_line(want, live->line[i]))
			fprintf(out, "-X %s\n", live->line[i] + 1);
	if (live->is_ours && want->count == 0)
		fprintf(out, "-X %s\n", marker);
	fputs("COMMIT\n", out);
}

void ruleset_change(const struct ruleset *live, const struct ruleset *want, FILE *out)
{
	for (int i = 0; i < RULESET_TABLES; i++)
		if (!table_is_empty(&live->table[i]) || want->table[i].count > 0)
			table_change(ruleset_tables[i], &live->table[i], &want->table[i], out);
}
