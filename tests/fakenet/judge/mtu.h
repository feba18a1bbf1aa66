/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --mtu has found, compared with a network of one path. */
#ifndef UTURN_TESTS_FAKENET_JUDGE_MTU_H
#define UTURN_TESTS_FAKENET_JUDGE_MTU_H

#include "tests/fakenet/judge/judge.h"

/* Sets is_wrong or is_complete where it finds something; what was found before stays. */
void mtu_judge(const struct network *n, const struct plan *p, const struct trace_record *r, struct verdict *v);

#endif
