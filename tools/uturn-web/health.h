/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can uturnd be reached? Anyone may ask that as often as they like, so an
 * answer is kept for a moment and uturnd is not asked again.
 */
#ifndef UTURN_WEB_HEALTH_H
#define UTURN_WEB_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

struct health {
	uint64_t asked_ns; /* 0: never */
	bool is_reached; /* uturnd, when it was asked last */
};

/* control: path of uturnd's control socket. */
bool health_is_good(struct health *h, const char *control, uint64_t now_ns);

#endif
