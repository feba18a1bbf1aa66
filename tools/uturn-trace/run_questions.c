/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask_fields.h"
#include "ask_mtu.h"
#include "ask_routers.h"
#include "run_state.h"
#include "search/pace.h"

static const uint64_t ms_ns = 1000000;

enum { BATCH = 16 };

/* Each returns false where the options do not ask for it, or there is nothing to ask. */
static bool (*const openers[])(struct question *q, const struct question_world *w, const struct trace_options *o) = {
	mtu_open,
	ask_fields_open,
	ask_routers_open,
};

bool run_open_questions(struct run *r)
{
	const struct question_world world = {
		.aim = r->aim,
		.searches = (const struct search *const *)r->searches,
		.sent = r->sent,
		.flow_base = r->sent->flow_base,
		.has_uturn = r->reverse.turned != 0,
		.timeout_ns = r->options->timeout_ns,
	};

	if (r->sent->flows)
		return false; /* of what is watched a part is asked again, to see whether it has changed */
	for (unsigned i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		if (!r->is_plain && openers[i] && openers[i](&r->questions[r->question_count], &world, r->options))
			r->question_count++;
	return r->question_count != 0;
}

void run_close_questions(struct run *r)
{
	for (unsigned i = 0; i < r->question_count; i++)
		r->questions[i].close(r->questions[i].state);
	r->question_count = 0;
}

static void ask_next(struct run *r, uint64_t *wake_ns)
{
	if (++r->question_now == r->question_count)
		r->phase = PHASE_OVER;
	*wake_ns = 0;
}

void run_ask_questions(struct run *r, uint64_t now_ns, uint64_t *wake_ns)
{
	const struct question *q = &r->questions[r->question_now];

	if (now_ns - r->began_ns >= r->options->deadline_ns) {
		r->phase = PHASE_OVER;
		return;
	}
	for (unsigned i = 0; i < BATCH; i++) {
		struct question_probe probe = { 0 };
		uint64_t until_ns = UINT64_MAX;
		enum search_step step;

		const uint64_t free_ns = pace_rate_free_ns(&r->rate, now_ns);

		if (free_ns > now_ns) {
			*wake_ns = free_ns;
			return;
		}
		step = q->next(q->state, now_ns, &probe, &until_ns);
		if (step == SEARCH_DONE) {
			ask_next(r, wake_ns);
			return;
		}
		if (step == SEARCH_WAIT) {
			if (until_ns < *wake_ns)
				*wake_ns = until_ns;
			return;
		}
		if (!run_send_question(r, &probe)) {
			q->refused(q->state, probe.reference);
			*wake_ns = now_ns + ms_ns;
			return;
		}
		pace_rate_take(&r->rate, now_ns);
	}
	*wake_ns = 0;
}
