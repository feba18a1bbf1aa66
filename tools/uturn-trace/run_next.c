/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run_state.h"

#include <stdlib.h>

#include "packet/ip.h"

static const uint64_t second_ns = 1000000000;

enum {
	AHEAD = 4, /* hops: uturn-rules(8) lets in what follows its source's last probes */
	BACK_MAX_TTL = 32, /* arrival TTL, max-ttl of uturnd.conf(5) */
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
	s.paths = r->sent->flows ? (uint16_t)r->sent->flow_count : o->flow >= 0 ? 1 : o->paths;
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
	if (run_wants(r, REVERSE_UTURN) && aim_is_quoted(r->aim))
		r->reverse.trials_wanted = !s.paths || s.paths > REVERSE_TRIALS ? REVERSE_TRIALS : s.paths - 1u;
	return start_search(r, THERE, &s);
}

static uint64_t time_left(const struct run *r, uint64_t now_ns)
{
	const uint64_t spent = now_ns - r->began_ns;

	return spent + second_ns < r->options->deadline_ns ? r->options->deadline_ns - spent : second_ns;
}

static void start_back(struct run *r, enum phase phase, uint64_t now_ns)
{
	struct search_settings s = settings_of(r);

	s.seed = r->identity.key[1] | 1;
	back_rate_start(&r->back_rate, &r->rate);
	s.rate = &r->back_rate.rate;
	s.deadline_ns = time_left(r, now_ns);
	s.has_far_probe = false;
	if (phase == PHASE_UTURN) {
		s.offsets = r->offsets;
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

/* Where nothing is quoted, a hop nearer may still answer for the target: until all of them have been asked. */
static bool is_certain(const struct run *r, unsigned flow, unsigned distance)
{
	const struct graph *g = &r->searches[THERE]->graph;

	if (r->is_done[THERE] || (aim_is_quoted(r->aim) && !r->is_plain))
		return true;
	for (unsigned hop = flow ? distance - 1 : 1; hop && hop < distance; hop++)
		if (g->cells[flow][hop].state != GRAPH_CELL_ANSWERED && g->cells[flow][hop].state != GRAPH_CELL_SILENT)
			return false;
	return true;
}

unsigned run_distance(const struct run *r)
{
	const struct search *there = r->searches[THERE];
	const unsigned distance = search_is_reached(there) ? there->graph.distances[0] : 0;

	if (!aim_is_quoted(r->aim) && r->reverse.distance)
		return r->reverse.distance;
	return distance && is_certain(r, 0, distance) ? distance : 0;
}

/* True: more of them are known than before. */
static bool learn_offsets(struct run *r)
{
	const struct graph *g = &r->searches[THERE]->graph;
	bool has_more = false;

	for (unsigned f = 0; f < g->flow_count; f++) {
		if (r->offsets[f] || !g->distances[f] || !is_certain(r, f, g->distances[f]))
			continue;
		r->offsets[f] = g->distances[f];
		has_more = true;
	}
	return has_more;
}

/* What each direction finds that the other has to know: both share the bound of one graph. True: there is more to do. */
static bool share(struct run *r)
{
	struct search *back = r->searches[BACK];
	bool has_more = false;

	for (enum direction d = THERE; d < DIRECTIONS; d++)
		has_more |= search_set_balancers_elsewhere(r->searches[d], graph_balancers(&r->searches[!d]->graph));
	if (r->phase == PHASE_UTURN && (learn_offsets(r) || (r->is_done[THERE] && !back->has_all_offsets))) {
		run_adopt_trials(r);
		search_on_offsets(back, r->is_done[THERE]);
		has_more = true;
	}
	if (has_more)
		r->is_done[THERE] = r->is_done[BACK] = false;
	return has_more;
}

/* A u-turn host would have turned a probe by now; where a server waits to be asked, one that has not is not waited for. */
static bool is_without_uturn(const struct run *r)
{
	if (r->reverse.answers_itself)
		return true;
	return !r->reverse.turned &&
		(r->is_done[BACK] || r->reverse.refused >= REVERSE_REFUSED ||
			(run_wants(r, REVERSE_REQUEST) && r->reverse.is_server && r->searches[BACK] &&
				r->searches[BACK]->has_timed_out));
}

/* A way to ask for the return path that has not been tried yet. False: there is none, and none is waited for. */
static bool begin_back(struct run *r, uint64_t now_ns)
{
	if (run_wants(r, REVERSE_UTURN) && !r->has_no_uturn) {
		const unsigned distance = run_distance(r);
		const uint64_t timeout_ns = r->searches[THERE]->hops[distance].timeout_ns;
		enum reverse_verdict verdict = reverse_verdict(&r->reverse, now_ns, timeout_ns);

		if (distance && (verdict == REVERSE_MAY_TURN || (verdict == REVERSE_OPEN && r->is_done[THERE]))) {
			learn_offsets(r);
			r->offsets[0] = (uint8_t)distance;
			start_back(r, PHASE_UTURN, now_ns);
			return true;
		}
		r->has_no_uturn = verdict == REVERSE_NO_UTURN || r->is_done[THERE];
		if (!r->has_no_uturn)
			return true;
	}
	if (!run_wants(r, REVERSE_REQUEST) || run_has_no_server(r, now_ns))
		return false;
	if (r->reverse.is_server)
		start_back(r, PHASE_REQUEST, now_ns);
	return true;
}

bool run_decide(struct run *r, uint64_t now_ns)
{
	const enum phase before = r->phase;
	bool has_more = false, is_waited_for;

	if ((r->phase == PHASE_QUESTIONS && !r->full_ns) || r->phase == PHASE_SWEEP)
		return false;
	if (r->full_ns) {
		if (now_ns >= r->full_ns + r->options->timeout_ns)
			r->phase = PHASE_OVER;
		return false;
	}
	if (r->searches[BACK])
		has_more = share(r);
	if (r->phase == PHASE_UTURN && !has_more && is_without_uturn(r)) {
		stop_back(r);
		r->has_no_uturn = true;
		r->phase = PHASE_THERE;
	}
	is_waited_for = r->searches[BACK] ? !r->is_done[BACK] : begin_back(r, now_ns);
	if (r->is_done[THERE] && !is_waited_for)
		r->phase = PHASE_OVER;
	return has_more || r->phase != before;
}
