/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 32, NUMBER_SIZE = 64 };

void reader_begin(struct reader *r, const char *text, size_t len)
{
	*r = (struct reader){ .at = text, .end = text + len, .line = 1 };
}

bool reader_fail(struct reader *r, const char *format, ...)
{
	va_list args;
	int len;

	if (r->has_failed)
		return false;
	r->has_failed = true;
	len = snprintf(r->why, sizeof(r->why), "line %u: ", r->line);
	va_start(args, format);
	vsnprintf(r->why + len, sizeof(r->why) - (size_t)len, format, args);
	va_end(args);
	return false;
}

/* The next character that is no white space; 0: there is none. */
static char peek(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n'))
		r->line += *r->at++ == '\n';
	return r->at < r->end ? *r->at : '\0';
}

static bool take(struct reader *r, char c)
{
	if (r->has_failed)
		return false;
	if (peek(r) == c) {
		r->at++;
		return true;
	}
	if (r->at == r->end)
		return reader_fail(r, "the file ends where '%c' should be", c);
	return reader_fail(r, "not JSON: '%c' expected", c);
}

bool reader_finish(struct reader *r)
{
	return !r->has_failed && (!peek(r) || reader_fail(r, "not JSON: something follows the end"));
}

bool reader_open(struct reader *r, char bracket)
{
	r->is_first = true;
	return take(r, bracket);
}

/* In front of an element: a comma, unless it is the first; false at the closing bracket, which is read, or for an error. */
static bool go_on(struct reader *r, char closing)
{
	if (r->has_failed)
		return false;
	if (peek(r) == closing) {
		r->at++;
		r->is_first = false;
		return false;
	}
	if (!r->is_first && !take(r, ','))
		return false;
	r->is_first = false;
	return true;
}

bool reader_element(struct reader *r)
{
	return go_on(r, ']');
}

static int hex_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The four digits of an escape; -1: they are none. */
static int read_unicode(struct reader *r)
{
	int code = 0;

	if (r->end - r->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		const int digit = hex_of(*r->at++);

		if (digit < 0)
			return -1;
		code = code * 16 + digit;
	}
	return code;
}

/* What stands behind a backslash; '?' for what is not ASCII, which no text of ours escapes. -1: no escape. */
static int read_escape(struct reader *r)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char c = r->at < r->end ? *r->at++ : '\0';
	const char *at = c ? strchr(letters, c) : NULL;
	int code;

	if (at)
		return meanings[at - letters];
	code = c == 'u' ? read_unicode(r) : -1;
	return code > 0x7e ? '?' : code;
}

/* Behind the opening quote; what is longer than size is cut. */
static bool read_text(struct reader *r, char *text, size_t size)
{
	size_t len = 0;

	while (r->at < r->end && *r->at != '"') {
		int c = (unsigned char)*r->at++;

		if (c < 0x20)
			return reader_fail(r, "not JSON: control character in a string");
		if (c == '\\')
			c = read_escape(r);
		if (c < 0)
			return reader_fail(r, "not JSON: unknown escape in a string");
		if (len + 1 < size)
			text[len++] = (char)c;
	}
	if (size)
		text[len] = '\0';
	return r->at++ < r->end || reader_fail(r, "the file ends within a string");
}

bool reader_key(struct reader *r, char *key, size_t size)
{
	return go_on(r, '}') && take(r, '"') && read_text(r, key, size) && take(r, ':');
}

bool reader_text(struct reader *r, const char *name, char *text, size_t size)
{
	if (r->has_failed)
		return false;
	if (peek(r) != '"')
		return reader_fail(r, "\"%s\" is not a string", name);
	r->at++;
	return read_text(r, text, size);
}

/* The characters of a number, with a NUL. */
static bool read_digits(struct reader *r, char digits[NUMBER_SIZE])
{
	size_t len = 0;

	if (r->has_failed)
		return false;
	peek(r);
	while (r->at < r->end && *r->at && strchr("0123456789+-.eE", *r->at) && len + 1 < NUMBER_SIZE)
		digits[len++] = *r->at++;
	digits[len] = '\0';
	return len && (digits[0] == '-' || (digits[0] >= '0' && digits[0] <= '9'));
}

bool reader_number(struct reader *r, const char *name, double least, double most, double *number)
{
	char digits[NUMBER_SIZE], *end;

	if (!read_digits(r, digits))
		return reader_fail(r, "\"%s\" is not a number", name);
	*number = strtod(digits, &end);
	if (*end)
		return reader_fail(r, "\"%s\" is not a number", name);
	if (!(*number >= least && *number <= most))
		return reader_fail(r, "\"%s\" is %s, not %g..%g", name, digits, least, most);
	return true;
}

bool reader_whole(struct reader *r, const char *name, unsigned long least, unsigned long most, unsigned long *number)
{
	char digits[NUMBER_SIZE];
	double value;

	if (!read_digits(r, digits) || digits[strspn(digits, "-0123456789")])
		return reader_fail(r, "\"%s\" is not a whole number", name);
	value = strtod(digits, NULL);
	if (!(value >= (double)least && value <= (double)most))
		return reader_fail(r, "\"%s\" is %s, not %lu..%lu", name, digits, least, most);
	*number = (unsigned long)value;
	return true;
}

static bool take_word(struct reader *r, const char *word)
{
	const size_t len = strlen(word);

	if (r->has_failed || !peek(r) || (size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

bool reader_truth(struct reader *r, const char *name, bool *value)
{
	*value = take_word(r, "true");
	return *value || take_word(r, "false") || reader_fail(r, "\"%s\" is neither true nor false", name);
}

bool reader_is_text(struct reader *r)
{
	return !r->has_failed && peek(r) == '"';
}

bool reader_null(struct reader *r)
{
	return take_word(r, "null");
}

/* A value that is neither object nor array. */
static bool skip_plain(struct reader *r)
{
	char digits[NUMBER_SIZE];

	if (peek(r) == '"') {
		r->at++;
		return read_text(r, NULL, 0);
	}
	if (take_word(r, "true") || take_word(r, "false") || take_word(r, "null") || read_digits(r, digits))
		return true;
	return reader_fail(r, r->at == r->end ? "the file ends where a value should be" : "not JSON: a value expected");
}

static bool skip_value(struct reader *r, unsigned depth)
{
	char opening, unused[1];

	if (r->has_failed)
		return false;
	opening = peek(r);
	if (opening != '{' && opening != '[')
		return skip_plain(r);
	if (depth == DEPTH)
		return reader_fail(r, "nested more than %d deep", DEPTH);
	reader_open(r, opening);
	while (opening == '{' ? reader_key(r, unused, sizeof(unused)) : reader_element(r))
		skip_value(r, depth + 1);
	return !r->has_failed;
}

bool reader_skip(struct reader *r)
{
	return skip_value(r, 0);
}
