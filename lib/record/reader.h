/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON (RFC 8259) read piece by piece, so that an error knows its line. What is
 * read first decides: after the first error every call fails, and `why` has the
 * words of that one.
 *
 *	if (reader_open(r, '{'))
 *		while (reader_key(r, key, sizeof(key)))
 *			... one value ...
 *
 * Borrows the text. Values that nobody asks for are skipped, at most 32 deep.
 */
#ifndef UTURN_RECORD_READER_H
#define UTURN_RECORD_READER_H

#include <stdbool.h>
#include <stddef.h>

struct reader {
	const char *at, *end;
	unsigned line; /* from 1 */
	bool has_failed;
	bool is_first; /* the next element is the first of its object or array */
	char why[160]; /* "line 3: ..." */
};

void reader_begin(struct reader *r, const char *text, size_t len);
/* Nothing but white space is left. */
bool reader_finish(struct reader *r);

bool reader_open(struct reader *r, char bracket); /* '{' or '[' */
/* The next key of the object, cut to its size; false behind the last, whose bracket has been read. */
bool reader_key(struct reader *r, char *key, size_t size);
/* Is there a next element of the array? */
bool reader_element(struct reader *r);

/* Each reads a value of this kind, or fails. `name` is for the words of an error. */
bool reader_text(struct reader *r, const char *name, char *text, size_t size);
bool reader_number(struct reader *r, const char *name, double least, double most, double *number);
bool reader_whole(struct reader *r, const char *name, unsigned long least, unsigned long most, unsigned long *number);
bool reader_truth(struct reader *r, const char *name, bool *value);
/* Is the next value a string? */
bool reader_is_text(struct reader *r);
/* True, and read, where the next value is null. */
bool reader_null(struct reader *r);
bool reader_skip(struct reader *r);

/* Sets the error, with the line; always false. */
bool reader_fail(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
