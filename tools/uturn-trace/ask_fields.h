/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question of --fields: by what each balancer that the searches have found chooses. */
#ifndef UTURN_TRACE_ASK_FIELDS_H
#define UTURN_TRACE_ASK_FIELDS_H

#include "question.h"
#include "trace_options.h"

/* False if the options do not ask for it, there are no balancers, or memory runs out. */
bool ask_fields_open(struct question *q, const struct question_world *w, const struct trace_options *o);

#endif
