/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the reloads of a running uturnd over its control socket, so that the
 * rules change when uturnd does. Nothing that uturnd says is used but that
 * there was a reload: the configuration is read from its file, which is root's.
 *
 * Without uturnd, keep_follow_connect() is tried again by the caller. No call
 * blocks.
 */
#ifndef UTURN_RULES_KEEP_FOLLOW_H
#define UTURN_RULES_KEEP_FOLLOW_H

#include <stdbool.h>
#include <sys/types.h>

struct keep_follow {
	int fd; /* negative: not connected */
	pid_t pid; /* of the uturnd that was connected last; 0: none yet, or none that this process can see */
};

void keep_follow_init(struct keep_follow *f);
void keep_follow_close(struct keep_follow *f);

/* True: connected. *is_new: to another uturnd than before. */
bool keep_follow_connect(struct keep_follow *f, const char *path, bool *is_new);

/* Reads what has come; true if there was a reload. Closes at the end of the connection. */
bool keep_follow_read(struct keep_follow *f);

#endif
