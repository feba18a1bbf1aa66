/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/deny_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config_types.h"
#include "config/prefix_read.h"

enum { LINE_SIZE = 512, FIRST_ROOM = 1024, DEPTH = 129 };

/* The prefixes as they are read, and where the next one goes. */
struct draft {
	struct prefix *prefixes;
	uint32_t count, room;
};

/* --- files ------------------------------------------------------------------------------------------------------- */

static bool add(struct reading *r, struct draft *d, const struct prefix *p)
{
	uint32_t room = d->room ? d->room * 2 : FIRST_ROOM;
	struct prefix *more;

	if (d->count == DENY_PREFIXES)
		return reading_refuse(r, "more than %d prefixes in all deny-files, combine some", DENY_PREFIXES);
	if (d->count == d->room) {
		more = realloc(d->prefixes, room * sizeof(*more));
		if (!more)
			return reading_refuse(r, "%s", strerror(ENOMEM));
		d->prefixes = more;
		d->room = room;
	}
	d->prefixes[d->count++] = *p;
	return true;
}

/* A prefix, or nothing, and maybe a comment. */
static bool read_line(struct reading *r, struct draft *d, char *line)
{
	static const char blanks[] = " \t\r\n";
	struct prefix prefix;
	char *word = line + strspn(line, blanks), *rest;

	if (*word == '\0' || *word == '#')
		return true;
	rest = word + strcspn(word, blanks);
	if (*rest)
		*rest++ = '\0';
	rest += strspn(rest, blanks);
	if (*rest && *rest != '#')
		return reading_refuse(r, "unexpected '%.*s', write one prefix a line", (int)strcspn(rest, blanks),
			rest);
	if (!prefix_read(r, "deny-file", word, &prefix))
		return false;
	if (prefix.length == 0)
		return reading_refuse(r, "%s denies everybody, if that is meant write 'deny %s/0' in the configuration",
			word, word);
	return add(r, d, &prefix);
}

static bool read_lines(struct reading *r, struct draft *d, FILE *file)
{
	char line[LINE_SIZE];
	size_t len;

	while (fgets(line, sizeof(line), file)) {
		r->line++;
		len = strlen(line);
		if (len == sizeof(line) - 1 && line[len - 1] != '\n')
			return reading_refuse(r, "line longer than %d bytes", LINE_SIZE - 2);
		if ((len == 0 || line[len - 1] != '\n') && !feof(file))
			return reading_refuse(r, "NUL byte, is this a text file?");
		if (!read_line(r, d, r->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line))
			return false;
	}
	return true;
}

/* Only a regular file: another one could keep the reader waiting. In the sandbox EACCES has one more reason. */
static const char *file_words(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return "not a regular file";
	return NULL;
}

static const char *remedy(int err)
{
	if (err == ENOENT)
		return " (create it; it may be empty)";
	if (err == EACCES)
		return " (is it readable for the user of uturnd? A directory that was not named at the start takes a restart)";
	return "";
}

static bool read_file(struct draft *d, const char *path, char *why, size_t why_size)
{
	struct reading r = { .name = path, .why = why, .why_size = why_size };
	const char *words = file_words(path);
	FILE *file = words ? NULL : fopen(path, "re");
	bool is_right;

	if (words || !file) {
		snprintf(why, why_size, "deny-file %s: %s%s", path, words ? words : strerror(errno),
			words ? "" : remedy(errno));
		return false;
	}
	is_right = read_lines(&r, d, file);
	if (is_right && ferror(file)) {
		is_right = false;
		snprintf(why, why_size, "deny-file %s: cannot be read: %s", path, strerror(errno));
	}
	fclose(file);
	return is_right;
}

/* --- spans ------------------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const struct prefix *p = a, *q = b;
	int order = p->addr.family - q->addr.family;

	if (!order)
		order = memcmp(p->addr.bytes, q->addr.bytes, sizeof(p->addr.bytes));
	return order ? order : p->length - q->length;
}

/* A span that begins where the last one does replaces it. */
static void emit(struct deny_list *l, const struct addr *first, uint8_t length)
{
	if (first->family == 4) {
		if (!l->count4 || memcmp(l->spans4[l->count4 - 1].first, first->bytes, 4) != 0)
			l->count4++;
		memcpy(l->spans4[l->count4 - 1].first, first->bytes, 4);
		l->spans4[l->count4 - 1].length = length;
		return;
	}
	if (!l->count6 || memcmp(l->spans6[l->count6 - 1].first, first->bytes, 16) != 0)
		l->count6++;
	memcpy(l->spans6[l->count6 - 1].first, first->bytes, 16);
	l->spans6[l->count6 - 1].length = length;
}

/* The address behind a prefix. Returns false if there is none. */
static bool behind(const struct prefix *p, struct addr *next)
{
	size_t at = (size_t)(p->length - 1) / 8;
	unsigned carry = 1U << (7 - (p->length - 1) % 8);

	*next = p->addr;
	for (;; at--) {
		carry += next->bytes[at];
		next->bytes[at] = (uint8_t)carry;
		carry >>= 8;
		if (!carry || at == 0)
			return !carry;
	}
}

/* What follows the innermost prefix is a part of the next one out, or of none. */
static void close_innermost(struct deny_list *l, const struct prefix *const *open, unsigned *depth)
{
	const struct prefix *p = open[--*depth];
	struct addr next;

	if (behind(p, &next))
		emit(l, &next, *depth ? open[*depth - 1]->length : 0);
}

/* Sorted, a prefix comes before all that it contains: those that contain the present one are a stack. */
static void cut(struct deny_list *l, const struct draft *d)
{
	const struct prefix *open[DEPTH];
	unsigned depth = 0;

	for (uint32_t i = 0; i < d->count; i++) {
		const struct prefix *p = &d->prefixes[i];

		while (depth && !prefix_contains(open[depth - 1], &p->addr))
			close_innermost(l, open, &depth);
		if (depth && open[depth - 1]->length == p->length)
			continue; /* the same again */
		emit(l, &p->addr, p->length);
		open[depth++] = p;
	}
	while (depth)
		close_innermost(l, open, &depth);
}

static bool allocate(struct deny_list *l, const struct draft *d)
{
	size_t count[2] = { 0, 0 };

	for (uint32_t i = 0; i < d->count; i++)
		count[d->prefixes[i].addr.family == 6]++;
	l->spans4 = malloc((2 * count[0] + 1) * sizeof(l->spans4[0]));
	l->spans6 = malloc((2 * count[1] + 1) * sizeof(l->spans6[0]));
	return l->spans4 && l->spans6;
}

/* ------------------------------------------------------------------------------------------------------------------- */

int deny_list_read(const struct config *config, struct deny_list *list, char *why, size_t why_size)
{
	struct draft d = { 0 };
	bool is_right = true;

	*list = (struct deny_list){ 0 };
	for (unsigned i = 0; is_right && i < config->deny_file_count; i++)
		is_right = read_file(&d, config->deny_files[i], why, why_size);
	if (is_right && !allocate(list, &d)) {
		is_right = false;
		snprintf(why, why_size, "deny-file: %s", strerror(ENOMEM));
	}
	if (is_right) {
		if (d.count)
			qsort(d.prefixes, d.count, sizeof(d.prefixes[0]), compare);
		list->prefixes = d.count;
		cut(list, &d);
	} else {
		deny_list_free(list);
	}
	free(d.prefixes);
	return is_right ? 0 : -1;
}

void deny_list_free(struct deny_list *list)
{
	free(list->spans4);
	free(list->spans6);
	*list = (struct deny_list){ 0 };
}

struct prefix_set deny_list_set(const struct deny_list *list)
{
	return (struct prefix_set){ list->spans4, list->spans6, list->count4, list->count6 };
}
