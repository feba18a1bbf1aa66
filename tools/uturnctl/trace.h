/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl trace`: the way that a TCP connection of this host takes to its peer, as uturnd finds it. */
#ifndef UTURNCTL_TRACE_H
#define UTURNCTL_TRACE_H

#include <stdbool.h>

struct trace_wish {
	const char *local, *peer; /* as "192.0.2.1:22" or "[2001:db8::1]:22" */
	unsigned max_ttl, attempts; /* 0: as many as uturnd likes */
};

/* Returns the exit status. */
int trace(const char *path, const struct trace_wish *wish, bool is_json);

#endif
