/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 64, TEXT_SIZE = 32768 };

static const char blanks[] = " \t\r\n";
static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

struct script_reader {
	struct script *script;
	FILE *file;
	unsigned line;
	char pending[TEXT_SIZE]; /* the statement so far; "" before the first */
	unsigned pending_line;
	struct {
		char *name, *text;
	} names[NAMES];
	size_t name_count;
};

void script_complain(const struct script *s, unsigned line, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s:%u: ", s->name, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void *need(void *memory)
{
	if (!memory) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	return memory;
}

/* Returns name_count where there is none. */
static size_t name_find(const struct script_reader *r, const char *name, size_t len)
{
	size_t i = 0;

	while (i < r->name_count && (strlen(r->names[i].name) != len || memcmp(r->names[i].name, name, len) != 0))
		i++;
	return i;
}

/* Copies text into out[TEXT_SIZE] with each $name replaced. */
static bool replace_names(const struct script_reader *r, const char *text, char *out)
{
	size_t len = 0;

	while (*text) {
		size_t name_len = *text == '$' ? strspn(text + 1, name_letters) : 0;
		size_t i = name_len ? name_find(r, text + 1, name_len) : r->name_count;
		const char *value = i < r->name_count ? r->names[i].text : NULL;

		if (*text == '$' && !value) {
			script_complain(r->script, r->pending_line, "'%.*s' is not defined by a 'let'",
				(int)name_len + 1, text);
			return false;
		}
		if (len + (value ? strlen(value) : 1) >= TEXT_SIZE) {
			script_complain(r->script, r->pending_line, "the statement is longer than %d bytes", TEXT_SIZE);
			return false;
		}
		if (value)
			len = (size_t)(stpcpy(out + len, value) - out);
		else
			out[len++] = *text;
		text += 1 + name_len;
	}
	out[len] = '\0';
	return true;
}

static bool let(struct script_reader *r, char *rest)
{
	size_t len = strspn(rest, name_letters);
	char *text = rest + len + strspn(rest + len, blanks);
	size_t i = name_find(r, rest, len);

	if (!len || text == rest + len || !*text || i == NAMES) {
		script_complain(r->script, r->pending_line,
			i == NAMES ? "let: too many names"
				   : "let: expected NAME TEXT, with a name of lower-case letters, digits and '-'");
		return false;
	}
	rest[len] = '\0';
	if (i == r->name_count)
		r->names[r->name_count++].name = need(strdup(rest));
	free(r->names[i].text);
	r->names[i].text = need(strdup(text));
	return true;
}

/* The pending statement is complete: its first word, and the rest. */
static bool end_statement(struct script_reader *r)
{
	static char text[TEXT_SIZE];
	struct script *s = r->script;
	struct statement made = { .line = r->pending_line };
	size_t len;

	if (!*r->pending)
		return true;
	if (!replace_names(r, r->pending, text))
		return false;
	*r->pending = '\0';
	len = strcspn(text, blanks);
	made.rest = text + len + strspn(text + len, blanks);
	text[len] = '\0';
	if (strcmp(text, "let") == 0)
		return let(r, made.rest);
	made.word = need(strdup(text));
	made.rest = need(strdup(made.rest));
	s->statements = need(realloc(s->statements, sizeof(made) * (s->count + 1)));
	s->statements[s->count++] = made;
	return true;
}

static bool read_line(struct script_reader *r, char *line)
{
	bool continues = line[0] == ' ' || line[0] == '\t';
	size_t len;

	line[strcspn(line, "#")] = '\0';
	len = strlen(line);
	while (len && strchr(blanks, line[len - 1]))
		line[--len] = '\0';
	line += strspn(line, blanks);
	if (!*line)
		return true;
	if (!continues) {
		if (!end_statement(r))
			return false;
		r->pending_line = r->line;
	} else if (!*r->pending) {
		script_complain(r->script, r->line, "an indented line, and no statement to continue");
		return false;
	}
	if (strlen(r->pending) + strlen(line) + 2 > sizeof(r->pending)) {
		script_complain(r->script, r->line, "the statement is longer than %d bytes", TEXT_SIZE);
		return false;
	}
	if (continues)
		strcat(r->pending, " ");
	strcat(r->pending, line);
	return true;
}

static bool read_lines(struct script_reader *r)
{
	char *line = NULL;
	size_t size = 0;
	bool is_right = true;

	while (is_right && getline(&line, &size, r->file) >= 0) {
		r->line++;
		is_right = read_line(r, line);
	}
	free(line);
	return is_right && end_statement(r);
}

int script_open(struct script *s, const char *name)
{
	struct script_reader *r = need(calloc(1, sizeof(*r)));
	bool is_right;

	*s = (struct script){ .name = name };
	r->script = s;
	r->file = fopen(name, "r");
	if (!r->file)
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
	is_right = r->file && read_lines(r);
	if (r->file)
		fclose(r->file);
	for (size_t i = 0; i < r->name_count; i++) {
		free(r->names[i].name);
		free(r->names[i].text);
	}
	free(r);
	if (is_right)
		return 0;
	script_close(s);
	return -1;
}

void script_close(struct script *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->statements[i].word);
		free(s->statements[i].rest);
	}
	free(s->statements);
	*s = (struct script){ .name = s->name };
}
