/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routers that answer only so many probes a second are not taken for loss, nor
 * for routers that do not answer at all.
 *
 * A hop that has answered and falls silent, while the same flows are answered
 * behind it, is tested: one flow of each router that it answered before is asked
 * again at once. If all answer, the silence is of others, who never do. If not,
 * the hop rests for a second, and a flow that it left unanswered is asked again:
 * who answers it now is limited. A hop of many routers rests at once, and who
 * answers then is tested afterwards.
 */
#ifndef UTURN_TRACE_SEARCH_LIMIT_H
#define UTURN_TRACE_SEARCH_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Of each hop in the order in which its probes were sent. */
void limit_on_silence(struct search *s, const struct search_probe *probe);
void limit_on_order(struct search *s, const struct search_probe *answered);

/* A probe of a test is over, each once. */
void limit_on_test(struct search *s, const struct search_probe *probe, bool is_answered);

/* An answer of a router of the graph. */
void limit_on_answer(struct search *s, const struct search_probe *probe, uint64_t now_ns);

/* A flow that was not answered: is it to be asked again? Else it is settled as silent. */
bool limit_asks_again(const struct search *s, unsigned flow, unsigned hop);

#endif
