/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --fields and --routers have found, compared with the network. */
#ifndef UTURN_TESTS_FAKENET_JUDGE_QUESTIONS_H
#define UTURN_TESTS_FAKENET_JUDGE_QUESTIONS_H

#include "tests/fakenet/judge/judge.h"

/* Sets is_wrong and is_complete where it finds something; what was found before stays. */
void questions_judge(const struct network *n, const struct plan *p, const struct trace_record *r, struct verdict *v);

#endif
