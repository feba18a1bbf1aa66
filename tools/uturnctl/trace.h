/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl trace`: the path from this host to the peer of one of its TCP connections, as uturnd measures it. */
#ifndef UTURNCTL_TRACE_H
#define UTURNCTL_TRACE_H

#include <stdbool.h>

struct trace_parameters {
	const char *local, *peer; /* as "192.0.2.1:22" or "[2001:db8::1]:22" */
	unsigned max_ttl, attempts; /* 0: the default of uturnd */
};

/*
 * Asks uturnd through the socket `path`, prints each hop when it is known, and
 * waits for the end. Returns the exit status, after a message where it is not 0.
 */
int trace_run(const char *path, const struct trace_parameters *parameters, bool is_json);

#endif
