/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP sockets, one a flow, and the errors that the kernel keeps for them
 * (IP_RECVERR of ip(7)): no privilege is needed. What a router quotes of the
 * header is not seen, and one that quotes no payload proves nothing.
 */
#ifndef UTURN_TRACE_WIRE_PLAIN_H
#define UTURN_TRACE_WIRE_PLAIN_H

#include <stddef.h>

#include "wire.h"

/* Returns 0, or a negative errno with words in why. w is borrowed. UDP only. */
int wire_plain_open(struct wire **made, struct wire_world *w, char *why, size_t why_size);

#endif
