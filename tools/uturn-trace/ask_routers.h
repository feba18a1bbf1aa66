/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question of --routers: which addresses that the searches have found are one router. */
#ifndef UTURN_TRACE_ASK_ROUTERS_H
#define UTURN_TRACE_ASK_ROUTERS_H

#include "question.h"
#include "trace_options.h"

/* False: the options do not ask for it, there are no two routers, or no memory. */
bool ask_routers_open(struct question *q, const struct question_world *w, const struct trace_options *o);

#endif
