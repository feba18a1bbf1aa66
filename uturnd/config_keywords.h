/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keywords of uturnd.conf(5): one row each, for the parser, "did you
 * mean", the example file and the checks that nothing is left undocumented.
 *
 * A reading is one pass over one file, on its caller's stack. A setter gets
 * the words of one line, keyword first, and answers false after refuse().
 */
#ifndef UTURN_CONFIG_KEYWORDS_H
#define UTURN_CONFIG_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/* What may be said once in a file; most keywords have one slot, some more, some share one. */
enum slot {
	SLOT_NONE,
	SLOT_QUEUE,
	SLOT_MAX_TTL,
	SLOT_TURN,
	SLOT_ANSWER_FROM,
	SLOT_ANSWER_FROM4,
	SLOT_ANSWER_FROM6,
	SLOT_INFLECTION,
	SLOT_INFLECTION4,
	SLOT_INFLECTION6,
	SLOT_TCP_ANSWER,
	SLOT_REACH_CHECK,
	SLOT_OTHER_PROTOCOLS,
	SLOT_IN_FLIGHT,
	SLOT_KEEP,
	SLOT_LIMIT_PER_PROBER,
	SLOT_LIMIT_TOTAL,
	SLOT_INTERFACE,
	SLOT_CONTROL,
	SLOT_USER,
	SLOT_MARK,
	SLOT_REQUEST,
	SLOT_REQUIRE_PADDING,
	SLOT_INBAND,
	SLOT_INBAND_PORTS,
	SLOT_COUNT
};

struct reading {
	const char *name; /* of the file */
	unsigned line; /* 0 while the defaults are set */
	struct config *config;
	unsigned seen[SLOT_COUNT]; /* line that filled the slot; 0: none yet */
	unsigned access_seen[CONFIG_PREFIXES]; /* the same for config->access */
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
	enum slot slot;
	size_t offset, size; /* of the field in struct config */
	unsigned long low, high;
	const char *const *choices; /* NULL-terminated; the index is the value */
};

const struct keyword *config_keywords(size_t *count);

/* Sets r->why to "FILE:LINE: words" and returns false. */
bool refuse(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
