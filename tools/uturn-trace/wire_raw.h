/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole packets by raw sockets, and answers by libpcap: every protocol and mark, with CAP_NET_RAW at the start. */
#ifndef UTURN_TRACE_WIRE_RAW_H
#define UTURN_TRACE_WIRE_RAW_H

#include <stddef.h>

#include "wire.h"

/* Returns 0, or a negative errno with words in why; -EPERM without CAP_NET_RAW. w is borrowed. */
int wire_raw_open(struct wire **made, struct wire_world *w, char *why, size_t why_size);

#endif
