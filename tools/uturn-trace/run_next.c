/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run_state.h"

#include <stdlib.h>

static const uint64_t second_ns = 1000000000;

enum {
	AHEAD = 4, /* hops: uturn-rules(8) lets in what follows its source's last probes */
	BACK_RATE = 180, /* a second: below the limit of uturnd.conf(5), with some room */
	BACK_MAX_TTL = 32, /* arrival TTL, max-ttl of uturnd.conf(5) */
	REFUSED = 3, /* answers of a kernel that say that there is no u-turn */
};

bool run_wants(const struct run *r, enum trace_reverse way)
{
	return r->options->reverse == way || r->options->reverse == REVERSE_AUTO;
}

static struct search_settings settings_of(const struct run *r)
{
	const struct trace_options *o = r->options;
	struct search_settings s = search_defaults();

	s.confidence = o->confidence;
	s.timeout_ns = o->timeout_ns;
	s.deadline_ns = o->deadline_ns;
	s.paths = o->flow >= 0 ? 1 : o->paths;
	s.queries = o->queries;
	s.max_ttl = o->max_ttl;
	s.gap = o->gap;
	return s;
}

static bool start_search(struct run *r, enum direction d, const struct search_settings *settings)
{
	struct search_settings s = *settings;

	s.least_flows = r->options->least_flows[d];
	r->searches[d] = calloc(1, sizeof(*r->searches[d]));
	r->is_done[d] = false;
	if (r->searches[d])
		search_init(r->searches[d], &s);
	return r->searches[d] != NULL;
}

bool run_start_there(struct run *r)
{
	struct search_settings s = settings_of(r);

	s.seed = r->identity.key[0] | 1;
	s.has_far_probe = !r->is_plain; /* whose answer quotes the distance */
	s.rate = &r->rate;
	return start_search(r, THERE, &s);
}

static uint64_t time_left(const struct run *r, uint64_t now_ns)
{
	const uint64_t spent = now_ns - r->began_ns;

	return spent + second_ns < r->options->deadline_ns ? r->options->deadline_ns - spent : second_ns;
}

static void start_back(struct run *r, enum phase phase, uint64_t now_ns)
{
	const struct graph *there = &r->searches[THERE]->graph;
	struct search_settings s = settings_of(r);

	s.seed = r->identity.key[1] | 1;
	r->back_rate.per_s = r->options->rate < BACK_RATE ? r->options->rate : BACK_RATE;
	s.rate = &r->back_rate;
	s.deadline_ns = time_left(r, now_ns);
	s.has_far_probe = false;
	if (phase == PHASE_UTURN) {
		s.offsets = there->distances;
		s.ahead = AHEAD;
	}
	if (s.max_ttl > BACK_MAX_TTL - 1)
		s.max_ttl = BACK_MAX_TTL - 1;
	r->phase = start_search(r, BACK, &s) ? phase : PHASE_OVER;
}

/* Its probes are sent, but of no search any more. */
static void stop_back(struct run *r)
{
	for (unsigned i = 0; i < r->sent->count; i++)
		if (r->sent->probes[i].direction == BACK)
			r->sent->probes[i].id = SEARCH_NONE;
	free(r->searches[BACK]);
	r->searches[BACK] = NULL;
}

static bool has_distance(const struct run *r)
{
	return search_is_reached(r->searches[THERE]) && r->searches[THERE]->graph.distances[0];
}

/* Without a u-turn: is there a server, or may one still answer? */
static void go_on_without_uturn(struct run *r, uint64_t now_ns)
{
	if (!run_wants(r, REVERSE_REQUEST) || run_has_no_server(r, now_ns))
		r->phase = PHASE_OVER;
	else if (r->reverse.is_server)
		start_back(r, PHASE_REQUEST, now_ns);
}

/* Both directions share the bound of one graph: each waits for what the other finds. */
static void share_bound(struct run *r)
{
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		search_set_balancers_elsewhere(r->searches[d], graph_balancers(&r->searches[!d]->graph));
}

void run_decide(struct run *r, uint64_t now_ns)
{
	if (r->phase == PHASE_QUESTIONS && !r->full_ns)
		return;
	if (r->searches[BACK])
		share_bound(r);
	if (r->full_ns) {
		if (now_ns >= r->full_ns + r->options->timeout_ns)
			r->phase = PHASE_OVER;
		return;
	}
	if (r->phase == PHASE_THERE && r->is_done[THERE]) {
		if (run_wants(r, REVERSE_UTURN) && has_distance(r) && !r->has_no_uturn)
			start_back(r, PHASE_UTURN, now_ns);
		else
			go_on_without_uturn(r, now_ns);
	} else if (r->phase == PHASE_UTURN && !r->reverse.turned &&
		(r->is_done[BACK] || r->reverse.refused >= REFUSED)) {
		stop_back(r);
		r->has_no_uturn = true;
		r->phase = PHASE_THERE;
		go_on_without_uturn(r, now_ns);
	} else if (r->searches[BACK] && r->is_done[THERE] && r->is_done[BACK]) {
		r->phase = PHASE_OVER;
	}
}
