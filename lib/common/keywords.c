/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/keywords.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum {
	LINE_SIZE = 512,
	WORDS = 5 /* keyword, two values, one too many, and room to see it */
};

bool reading_refuse(struct reading *r, const char *format, ...)
{
	int at = snprintf(r->why, r->why_size, "%s:%u: ", r->name, r->line);
	va_list args;

	if (at < 0 || (size_t)at >= r->why_size)
		return false;
	va_start(args, format);
	vsnprintf(r->why + at, r->why_size - (size_t)at, format, args);
	va_end(args);
	for (char *c = r->why + at; *c; c++)
		if (*c < ' ' || *c > '~') /* a file may hold anything, a terminal may not get it */
			*c = '?';
	return false;
}

static const struct keyword *keyword_find(struct reading *r, const char *name)
{
	const struct keyword *k = r->table->rows;
	const char *names[KEYWORD_NAMES];
	const char *near;
	size_t count = 0;

	for (; count < r->table->count && count < KEYWORD_NAMES; count++) {
		if (strcmp(k[count].name, name) == 0)
			return &k[count];
		names[count] = k[count].name;
	}
	near = text_nearest(name, names, count);
	if (near)
		reading_refuse(r, "unknown keyword '%s', did you mean '%s'?", name, near);
	else
		reading_refuse(r, "unknown keyword '%s', %s lists them", name, r->table->manual);
	return NULL;
}

static const char blanks[] = " \t\r";

/* Cuts the line at its blanks, up to a comment; returns the number of words, at most `most`. *rest: what is left. */
static unsigned split(char *line, char **words, unsigned most, char **rest)
{
	unsigned count = 0;

	for (line += strspn(line, blanks); *line && *line != '#' && count < most; line += strspn(line, blanks)) {
		words[count++] = line;
		line += strcspn(line, blanks);
		if (*line)
			*line++ = '\0';
	}
	*rest = line;
	return count;
}

/* A text as one word: without the blanks around it, and without a comment. */
static unsigned split_text(char *line, char **words)
{
	char *end = line + strspn(line, blanks);

	if (!*end || *end == '#')
		return 0;
	words[0] = end;
	for (char *at = end; *at && *at != '#'; at += strspn(at, blanks)) {
		at += strcspn(at, blanks);
		end = at;
	}
	*end = '\0';
	return 1;
}

static bool read_line(struct reading *r, const char *text, size_t len)
{
	char line[LINE_SIZE];
	char *words[WORDS] = { NULL }, *rest;
	const struct keyword *k;
	unsigned count;

	if (len >= sizeof(line))
		return reading_refuse(r, "line of %zu bytes, expected at most %d", len, LINE_SIZE - 1);
	memcpy(line, text, len);
	line[len] = '\0';
	if (strlen(line) != len)
		return reading_refuse(r, "NUL byte, is this a text file?");
	if (split(line, words, 1, &rest) == 0)
		return true;
	k = keyword_find(r, words[0]);
	if (!k)
		return false;
	count = 1 + (k->is_text ? split_text(rest, words + 1) : split(rest, words + 1, WORDS - 1, &rest));
	if (count - 1 < k->words)
		return reading_refuse(r, "%s: missing value, write '%s %s'", k->name, k->name, k->values);
	if (count - 1 > k->words + k->optional)
		return reading_refuse(r, "%s: unexpected '%s', write '%s %s'", k->name,
			words[k->words + k->optional + 1], k->name, k->values);
	return k->set(r, k, words);
}

bool keywords_read(struct reading *r, const char *text, size_t len)
{
	const char *end = text + len;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3; /* the mark some editors leave */
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;

		r->line++;
		if (!read_line(r, text, (size_t)(line_end - text)))
			return false;
		text = newline ? newline + 1 : end;
	}
	return true;
}

void keywords_default(const struct keyword_table *table, void *config, unsigned *seen)
{
	char why[256];
	struct reading r = { table, "defaults", 0, config, seen, why, sizeof(why) };

	for (const struct keyword *k = table->rows; k < table->rows + table->count; k++) {
		const char *at = k->defaults;

		while (*at) {
			size_t len = strcspn(at, "\n");
			char line[LINE_SIZE];

			snprintf(line, sizeof(line), "%s %.*s", k->name, (int)len, at);
			if (!read_line(&r, line, strlen(line)))
				abort(); /* the table contradicts itself: its test would have said so */
			at += len + (at[len] == '\n');
		}
	}
}
