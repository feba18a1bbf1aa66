/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturnctl health`: is a probe that arrives now turned? One line for
 * supervisors, and the exit status.
 */
#ifndef UTURNCTL_HEALTH_H
#define UTURNCTL_HEALTH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { HEALTH_WORDS_SIZE = 512 };

/* What has been found beside the answer of uturnd. */
struct health_found {
	const json_t *rules; /* state.json of uturn-rules keep; NULL: the rules are not kept */
	const char *queues; /* the text of nfnetlink_queue; NULL: it cannot be read */
};

/* True where nothing is wrong; words says what was found, or the first thing that is wrong. Pure. */
bool health_judge(const json_t *status, const struct health_found *found, char words[HEALTH_WORDS_SIZE]);

#endif
