/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question of --mtu: how large a packet may be on the forward path, and on the return path of probes that are turned. */
#ifndef UTURN_TRACE_ASK_MTU_H
#define UTURN_TRACE_ASK_MTU_H

#include <stdbool.h>

#include "question.h"
#include "trace_options.h"

/* False: not asked for, nothing answers, or no memory. */
bool mtu_open(struct question *q, const struct question_world *w, const struct trace_options *o);

#endif
