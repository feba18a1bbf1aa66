/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of `uturn-history serve`: which answer a path of a URL has. */
#ifndef UTURN_HISTORY_SERVE_H
#define UTURN_HISTORY_SERVE_H

#include <stdbool.h>

#include "serve_http.h"
#include "serve_listen.h"
#include "store_read.h"

struct serve {
	struct store *store;
	struct serve_listen listen;
	bool is_lost; /* the server of the database has gone */
};

/* owner: a struct serve. */
void serve_request(void *owner, const struct serve_request *q, struct serve_reply *r);

/*
 * Leaves this process what the page needs: no file that is not open, but the
 * database's to read (Landlock), and no other system call (seccomp). 0, or a
 * negative errno with words. file: "" for a server; a kernel without it is logged.
 */
int serve_sandbox_enter(const struct serve *s, const char *file, char *why, size_t why_size);
int serve_sandbox_calls(void); /* the half of it that is about system calls */

#endif
