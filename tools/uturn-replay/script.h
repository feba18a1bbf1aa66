/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A replay file as a list of statements: comments removed, indented lines
 * joined to the line they continue, $names replaced.
 *
 * The text is that of the script until script_close().
 */
#ifndef UTURN_REPLAY_SCRIPT_H
#define UTURN_REPLAY_SCRIPT_H

#include <stddef.h>

struct statement {
	unsigned line; /* where it starts */
	char *word; /* first word; never empty */
	char *rest; /* what follows, without blanks around; may be empty */
};

struct script {
	const char *name; /* of the file, as it was given */
	struct statement *statements;
	size_t count;
};

/* Returns 0, or -1 with "FILE:LINE: message" on standard error. */
int script_open(struct script *s, const char *name);
void script_close(struct script *s);

/* "FILE:LINE: message" on standard error. */
void script_complain(const struct script *s, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
