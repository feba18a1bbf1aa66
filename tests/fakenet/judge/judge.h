/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace compared with the network that it is of. */
#ifndef UTURN_TESTS_FAKENET_JUDGE_JUDGE_H
#define UTURN_TESTS_FAKENET_JUDGE_JUDGE_H

#include <stdbool.h>

#include "record/trace_record.h"
#include "tests/fakenet/judge/shapes.h"
#include "tests/fakenet/network.h"

enum { VERDICT_WORDS = 512 };

struct verdict {
	bool is_run, is_wrong; /* wrong: something that is not so, whatever chance does */
	bool is_complete; /* all that there is was found */
	char words[VERDICT_WORDS]; /* what is wrong, or missing */
	double seconds, bound;
	unsigned probes;
};

/* Fills everything but is_run. */
void judge(const struct network *n, const struct plan *p, const struct trace_record *r, int status, struct verdict *v);

#endif
