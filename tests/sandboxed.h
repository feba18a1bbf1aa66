/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows for the sandboxes of the daemons: each is a child process that shuts
 * itself in and makes one call: what somebody would try who has taken over the
 * daemon, and what its loop has to do.
 */
#ifndef TESTS_SANDBOXED_H
#define TESTS_SANDBOXED_H

#include <stddef.h>

/* What a row expects: this, or an errno. */
enum { FINE = 0, KILLED = 1000, ABORTED };

struct sandboxed_row {
	const char *name;
	int (*act)(void); /* returns FINE or an errno */
	int expected;
	long version; /* of Landlock that it needs; 0: none */
};

/* X(name, expected, version, call) makes a function of it, and a row. */
#define SANDBOXED_FUNCTION(name, expected, version, call) \
	static int name(void) \
	{ \
		return (call) < 0 ? errno : FINE; \
	}
#define SANDBOXED_ROW(name, expected, version, call) { #name, name, expected, version },

/*
 * enter() shuts the child in and returns 0; meanwhile() is called in the parent
 * when that has been done, before the call. Fails the test at the first row with
 * another outcome. A row whose call this kernel does not have, whatever a
 * sandbox says, is passed over: Landlock, the numbers of i386.
 */
void sandboxed_try(const struct sandboxed_row *rows, size_t count, int (*enter)(void), void (*meanwhile)(void));

int sandboxed_call_as_i386(void); /* FINE, or the process is killed; on other machines than x86-64 ENOSYS */

#endif
