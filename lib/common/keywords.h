/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of `keyword value` lines, the same in every program: one table of
 * keywords, for the parser, "did you mean", the example file and the checks
 * that nothing is left undocumented.
 *
 * A reading is one pass over one file, on its caller's stack. A setter gets
 * the words of one line, keyword first, and answers false after reading_refuse(). The
 * first wrong line ends the reading: `why` is "FILE:LINE: words, remedy".
 */
#ifndef UTURN_COMMON_KEYWORDS_H
#define UTURN_COMMON_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

struct keyword;

struct keyword_table {
	const struct keyword *rows;
	size_t count;
	const char *manual; /* that lists them, such as uturnd.conf(5) */
};

struct reading {
	const struct keyword_table *table;
	const char *name; /* of the file */
	unsigned line; /* 0 while the defaults are set */
	void *config; /* what the setters fill */
	unsigned *seen; /* for each slot the line that filled it; 0: none yet */
	char *why;
	size_t why_size;
};

struct keyword {
	const char *name;
	const char *values; /* as the manual writes them */
	const char *defaults; /* in the file's own form, one a line */
	const char *help;
	bool (*set)(struct reading *r, const struct keyword *k, char **words);
	unsigned words; /* values a line has */
	unsigned slot; /* what may be set once in a file: most keywords have one, some more, some share one; 0: none */
	size_t offset, size; /* of the field in the configuration */
	unsigned long low, high;
	const char *const *choices; /* NULL-terminated; the index is the value */
	const char *empty; /* the name that stands for "" */
	unsigned optional; /* values that a line may have beyond `words`; those left out are NULL */
	bool is_text; /* the value is the rest of the line, with blanks, to the end or a # behind a blank */
};

enum { KEYWORD_NAMES = 64 }; /* keywords in one table, at most */

/* Calls the setters line by line; false with r->why at the first wrong line. */
bool keywords_read(struct reading *r, const char *text, size_t len);
/* Sets the defaults as lines of a file, with line number 0; aborts where the table contradicts itself. */
void keywords_default(const struct keyword_table *table, void *config, unsigned *seen);
/* The text of a file, for the caller to free; NULL with why filled in. A default file is one that nobody named. */
char *keywords_file(const char *path, bool is_default, size_t *len, char *why, size_t why_size);

/* Sets r->why to "FILE:LINE: words" and returns false. */
bool reading_refuse(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes the slot for this line; false after reading_refuse(), which names the line that has it. */
bool reading_once(struct reading *r, const struct keyword *k, unsigned slot);
/* Digits (or 0x and digits) up to the first byte of `stop` or the end; NULL where it is anything else. */
const char *number_parse(const char *text, const char *stop, unsigned long *value);
/* The index of the word among the choices; -1 after reading_refuse(). */
int choice_find(struct reading *r, const struct keyword *k, const char *word);

/* Setters of one field. */
bool set_number(struct reading *r, const struct keyword *k, char **words);
bool set_choice(struct reading *r, const struct keyword *k, char **words);
bool set_name(struct reading *r, const struct keyword *k, char **words);
bool set_path(struct reading *r, const struct keyword *k, char **words);

#endif
