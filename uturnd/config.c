/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_keywords.h"
#include "config_verdict.h"
#include "text.h"

enum {
	LINE_SIZE = 512,
	FILE_SIZE = 1 << 20,
	WORDS = 5 /* keyword, two values, one too many, and room to see it */
};

const char config_path[] = "/etc/uturn/uturnd.conf";

bool refuse(struct reading *r, const char *format, ...)
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
	const char *names[SLOT_COUNT + 2];
	const struct keyword *k;
	const char *near;
	size_t count;

	k = config_keywords(&count);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(k[i].name, name) == 0)
			return &k[i];
		names[i] = k[i].name;
	}
	near = text_nearest(name, names, count);
	if (near)
		refuse(r, "unknown keyword '%s', did you mean '%s'?", name, near);
	else
		refuse(r, "unknown keyword '%s', uturnd.conf(5) lists them", name);
	return NULL;
}

/* Cuts the line at its blanks, up to a comment; returns the number of words, at most WORDS. */
static unsigned split(char *line, char *words[WORDS])
{
	static const char blanks[] = " \t\r";
	unsigned count = 0;

	for (line += strspn(line, blanks); *line && *line != '#' && count < WORDS; line += strspn(line, blanks)) {
		words[count++] = line;
		line += strcspn(line, blanks);
		if (*line)
			*line++ = '\0';
	}
	return count;
}

static bool read_line(struct reading *r, const char *text, size_t len)
{
	char line[LINE_SIZE];
	char *words[WORDS];
	const struct keyword *k;
	unsigned count;

	if (len >= sizeof(line))
		return refuse(r, "a line of %zu bytes, at most %d are read", len, LINE_SIZE - 1);
	memcpy(line, text, len);
	line[len] = '\0';
	if (strlen(line) != len)
		return refuse(r, "a NUL byte, is this a text file?");
	count = split(line, words);
	if (count == 0)
		return true;
	k = keyword_find(r, words[0]);
	if (!k)
		return false;
	if (count - 1 < k->words)
		return refuse(r, "%s: a value is missing, write '%s %s'", k->name, k->name, k->values);
	if (count - 1 > k->words)
		return refuse(r, "%s: '%s' is one word too many, write '%s %s'", k->name, words[k->words + 1], k->name,
			k->values);
	return k->set(r, k, words);
}

/*
 * Everybody may ask unless denied: an allow without any deny in its family
 * would read like a restriction, and be none.
 */
static bool check_access(struct reading *r)
{
	const struct config *c = r->config;
	bool is_denied[2] = { false, false };
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < c->access_count; i++)
		if (!c->access[i].is_allowed)
			is_denied[c->access[i].prefix.addr.family == 6] = true;
	for (unsigned i = 0; i < c->access_count; i++) {
		const struct prefix *p = &c->access[i].prefix;
		bool is6 = p->addr.family == 6;

		if (!r->access_seen[i] || is_denied[is6] || p->length == 0)
			continue;
		r->line = r->access_seen[i];
		return refuse(r, "allow: %s/%u changes nothing while everybody is allowed, add 'deny %s'",
			addr_text(&p->addr, text), p->length, is6 ? "::/0" : "0.0.0.0/0");
	}
	return true;
}

static bool read_text(struct reading *r, const char *text, size_t len)
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
	return check_access(r);
}

/* The defaults go the way of every line; only the line number stays 0. */
void config_default(struct config *c)
{
	char why[CONFIG_WHY_SIZE];
	struct reading r = { .name = "defaults", .config = c, .why = why, .why_size = sizeof(why) };
	const struct keyword *k;
	size_t count;

	memset(c, 0, sizeof(*c));
	k = config_keywords(&count);
	for (; count; k++, count--) {
		const char *at = k->defaults;

		while (*at) {
			size_t len = strcspn(at, "\n");
			char line[LINE_SIZE];

			snprintf(line, sizeof(line), "%s %.*s", k->name, (int)len, at);
			if (!read_line(&r, line, strlen(line)))
				abort(); /* the table contradicts itself: test_config would have said so */
			at += len + (at[len] == '\n');
		}
	}
}

int config_parse(const char *name, const char *text, size_t len, struct config *c, char *why, size_t why_size)
{
	struct config read;
	struct reading r = { .name = name, .config = &read, .why = why, .why_size = why_size };

	config_default(&read);
	if (!read_text(&r, text, len))
		return -1;
	*c = read;
	return 0;
}

/* Returns the bytes read, or a negative errno. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text + len, size - len);
		if (got < 0 && errno != EINTR) {
			int err = -errno;

			close(fd);
			return err;
		}
		len += got > 0 ? (size_t)got : 0;
	} while (got != 0 && len < size);
	close(fd);
	return (ssize_t)len;
}

int config_load(const char *path, struct config *c, char *why, size_t why_size)
{
	const char *name = path ? path : config_path;
	char *text = malloc(FILE_SIZE);
	struct config read;
	ssize_t len;
	int result = -1;

	len = text ? read_file(name, text, FILE_SIZE) : -ENOMEM;
	if (len == -ENOENT && !path)
		snprintf(why, why_size, "%s: %s (-f FILE reads another, -f /dev/null takes the defaults)", name,
			strerror(ENOENT));
	else if (len < 0)
		snprintf(why, why_size, "%s: %s", name, strerror((int)-len));
	else if (len == FILE_SIZE)
		snprintf(why, why_size, "%s: larger than %d bytes, is this the right file?", name, FILE_SIZE - 1);
	else if (config_parse(name, text, (size_t)len, &read, why, why_size) == 0)
		result = config_verdict_choose(config_verdict_path, &read, why, why_size);
	if (result == 0)
		*c = read;
	free(text);
	return result;
}
