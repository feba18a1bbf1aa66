/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trials (reverse.h) that a u-turn host has turned. Their answers are of the first
 * router of the return path, which may not answer another probe soon: they count
 * for its search, as soon as it is there and knows how far the host is for the flow.
 */
#include "run_state.h"

void run_keep_trial(struct run *r, const struct answer *a, uint64_t at_ns)
{
	const struct sent_probe *p = &r->sent->probes[a->index];
	const unsigned flow = sent_own(r->sent, p->flow);

	if (a->form == ANSWER_IS_EXPIRED && flow <= REVERSE_TRIALS && p->ttl > p->hop)
		r->trials[flow] = (struct trial_answer){ *a, at_ns };
}

static void adopt(struct run *r, unsigned flow)
{
	const struct trial_answer t = r->trials[flow];
	struct sent_probe *p = &r->sent->probes[t.answer.index];
	const struct search *there = r->searches[THERE];
	int64_t id;

	if (!t.at_ns || !r->offsets[flow])
		return;
	r->trials[flow].at_ns = 0;
	if (p->ttl != r->offsets[flow] + 1 || p->id >= there->probe_count)
		return; /* a router of the forward path, which is longer for this flow */
	id = search_adopt(r->searches[BACK], flow, 1, there->probes[p->id].sent_ns);
	if (id < 0)
		return;
	p->id = (uint32_t)id;
	p->direction = BACK;
	p->hop = 1;
	p->is_trial = false;
	run_tell(r, &t.answer, t.at_ns);
}

void run_adopt_trials(struct run *r)
{
	for (unsigned flow = 1; flow <= REVERSE_TRIALS; flow++)
		adopt(r, flow);
}
