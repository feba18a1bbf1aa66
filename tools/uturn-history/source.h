/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where traces come from: a control socket of uturnd, or a file, pipe or standard input with JSON. */
#ifndef UTURN_HISTORY_SOURCE_H
#define UTURN_HISTORY_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/log.h"
#include "control/control_link.h"
#include "control/trace_follow.h"
#include "history_config.h"
#include "intake.h"
#include "objects.h"

struct source {
	const struct history_source *config; /* lent, like intake */
	struct intake intake; /* with the host of this source */
	bool is_socket, is_ended; /* for good: its end was read, or a wrong line */
	bool is_asked; /* uturnd, whose answer is to come */
	bool is_gone; /* uturnd, and that was logged */
	int fd; /* of a file; -1: not open */
	uint64_t due_ns; /* when it is to be tried, or asked, again */
	struct control_link link;
	struct trace_follow follow;
	struct objects objects;
	uint64_t missed; /* of follow, that were logged */
	struct log_limit limit;
};

void source_init(struct source *s, const struct history_source *config, const struct intake *intake);
void source_done(struct source *s);
/* The descriptor to wait for; -1: none, until due_ns. */
int source_fd(const struct source *s);
/* What there is to do now: fd_ready says that its descriptor can be read. Never waits. */
void source_work(struct source *s, bool is_ready, uint64_t now_ns);

#endif
