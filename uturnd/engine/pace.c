/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/pace.h"

#include "common/siphash.h"
#include "packet/bytes.h"

struct pace_router {
	uint64_t hash; /* stands for its address; 0: unused */
	uint64_t full_ns; /* when it will have all its answers again */
	uint64_t silent_ns; /* when it was last found silent */
	uint8_t suspicion; /* how strongly it is believed to limit its answers */
};

/* What is known of one hop between a target and one prober, or all probers together ("everybody"). */
struct pace_place {
	uint64_t hash; /* stands for the hop; 0: unused */
	uint64_t router; /* hash of the router that answered there last; 0: none */
	uint64_t used_ns; /* a prober's: when it asked last; everybody's: the last answer */
	uint64_t confirmation; /* everybody's: hash of the prober's place that was answered last */
	uint8_t silences; /* flights in a row that were not answered */
	bool is_agreed; /* everybody's: two probers were answered by the same router */
};

enum { WAYS = 4, FLIGHTS_A_PLACE = 16, FLIGHTS_A_ROUTER = 64 };

/* As Linux does it (icmp_ratelimit, XRLIM_BURST_FACTOR); half of the burst is kept for first queries. */
enum { BURST = 6, RESERVE = 3 };
static const uint64_t answer_ns = 1000000000;

/*
 * Two silences that no answers make up for mark a router as limited; one in a
 * hundred, as from packet loss, does not. Forgotten after ten minutes.
 */
enum { SUSPICION_SILENCE = 2, SUSPICION_LIMITED = 3, SUSPICION_MOST = 6 };
static const uint64_t memory_ns = 600 * UINT64_C(1000000000);

enum { SILENCES_MOST = 200 }; /* then the path has changed, and the router there is not known any more */
enum { TTL_BEGIN = 1 }; /* every trace passes the inflection point first */
static const uint64_t repeat_ns = 3 * UINT64_C(1000000000); /* clients that do not wait 3 s, or 5 s, for a hop */

static uint32_t sets_for(uint32_t in_flight, uint32_t flights_an_entry)
{
	uint32_t sets = 16;

	while (sets < in_flight / flights_an_entry / WAYS)
		sets *= 2;
	return sets;
}

static size_t routers_bytes(uint32_t in_flight)
{
	return sizeof(struct pace_router) * WAYS * sets_for(in_flight, FLIGHTS_A_ROUTER);
}

size_t pace_bytes(uint32_t in_flight)
{
	return routers_bytes(in_flight) + sizeof(struct pace_place) * WAYS * sets_for(in_flight, FLIGHTS_A_PLACE);
}

void pace_init(struct pace *p, void *memory, uint32_t in_flight, const struct engine_settings *settings,
	const uint64_t key[2])
{
	*p = (struct pace){
		.settings = settings,
		.routers = memory,
		.places = (struct pace_place *)((uint8_t *)memory + routers_bytes(in_flight)),
		.router_mask = sets_for(in_flight, FLIGHTS_A_ROUTER) - 1,
		.place_mask = sets_for(in_flight, FLIGHTS_A_PLACE) - 1,
		.key = { key[0], key[1] },
	};
}

/* --- routers --------------------------------------------------------------------------------------------------- */

static uint64_t router_hash(const struct pace *p, const struct addr *router)
{
	const uint64_t words[3] = { router->family, load_u64(router->bytes), load_u64(router->bytes + 8) };

	return siphash(p->key, words, 3) | 1; /* never 0 */
}

static struct pace_router *router_set(const struct pace *p, uint64_t hash)
{
	return p->routers + WAYS * (size_t)(hash >> 32 & p->router_mask);
}

static struct pace_router *router_find(const struct pace *p, uint64_t hash)
{
	struct pace_router *set = router_set(p, hash);

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash)
			return &set[i];
	return NULL;
}

/* Evicts the one that has been idle longest: it has all its answers anyway. */
static struct pace_router *router_find_or_make(struct pace *p, uint64_t hash)
{
	struct pace_router *found = router_find(p, hash), *set = router_set(p, hash), *idle = set;

	if (found)
		return found;
	for (int i = 1; i < WAYS; i++)
		if (set[i].full_ns < idle->full_ns)
			idle = &set[i];
	*idle = (struct pace_router){ .hash = hash };
	return idle;
}

/* Are there that many halves of an answer left? */
static bool has_left(const struct pace_router *r, unsigned halves, uint64_t now_ns)
{
	return r->full_ns <= now_ns + (BURST * 2 - halves) * (answer_ns / 2);
}

/* Never fewer than none are left: a query that is not answered spends nothing. */
static void spend(struct pace_router *r, uint64_t now_ns)
{
	uint64_t none_left_ns = now_ns + BURST * answer_ns;

	r->full_ns = (r->full_ns > now_ns ? r->full_ns : now_ns) + answer_ns;
	if (r->full_ns > none_left_ns)
		r->full_ns = none_left_ns;
}

static bool is_limited(const struct pace_router *r, uint64_t now_ns)
{
	return r->suspicion >= SUSPICION_LIMITED && now_ns - r->silent_ns < memory_ns;
}

/* --- places ---------------------------------------------------------------------------------------------------- */

static const struct addr everybody = { 0 };

static uint64_t place_hash(const struct pace *p, const struct addr *prober, const struct addr *target, uint8_t ttl)
{
	const uint64_t words[5] = {
		(uint64_t)prober->family << 16 | (uint64_t)target->family << 8 | ttl,
		load_u64(prober->bytes),
		load_u64(target->bytes),
		load_u64(prober->bytes + 8),
		load_u64(target->bytes + 8),
	};

	return siphash(p->key, words, target->family == 6 ? 5 : 3) | 1; /* IPv4 has no second halves */
}

static struct pace_place *place_set(const struct pace *p, uint64_t hash)
{
	return p->places + WAYS * (size_t)(hash >> 32 & p->place_mask);
}

static struct pace_place *place_find(const struct pace *p, uint64_t hash)
{
	struct pace_place *set = place_set(p, hash);

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash)
			return &set[i];
	return NULL;
}

static struct pace_place *place_find_or_make(struct pace *p, uint64_t hash)
{
	struct pace_place *found = place_find(p, hash), *set = place_set(p, hash), *idle = set;

	if (found)
		return found;
	for (int i = 1; i < WAYS; i++)
		if (set[i].used_ns < idle->used_ns)
			idle = &set[i];
	*idle = (struct pace_place){ .hash = hash };
	return idle;
}

static struct pace_place *place_of_prober(const struct pace *p, const struct pace_hop *hop)
{
	return place_find(p, place_hash(p, hop->prober, hop->target, hop->ttl));
}

/*
 * The place that says which router will answer at a hop: the prober's own, or,
 * for one that has not reached it yet, everybody's; the first routers of the
 * return path are the same for all. NULL: it is not known.
 */
static struct pace_place *place_that_knows(const struct pace *p, struct pace_place *own, const struct pace_hop *hop)
{
	struct pace_place *all;

	if (own && own->router)
		return own;
	all = place_find(p, place_hash(p, &everybody, hop->target, hop->ttl));
	return all && all->is_agreed ? all : NULL;
}

static bool is_repeat(const struct pace *p, const struct pace_place *own, const struct pace_hop *hop, uint64_t now_ns)
{
	const struct pace_place *begin;

	if (!own->used_ns || now_ns - own->used_ns >= repeat_ns)
		return false;
	begin = place_find(p, place_hash(p, hop->prober, hop->target, TTL_BEGIN));
	return begin && begin->used_ns <= own->used_ns; /* without a begin that we saw, this may be a new trace */
}

/* -- queries and answers ---------------------------------------------------------------------------------------- */

void pace_begin(struct pace *p, const struct addr *prober, const struct addr *target, uint64_t now_ns)
{
	if (p->settings->pace)
		place_find_or_make(p, place_hash(p, prober, target, TTL_BEGIN))->used_ns = now_ns;
}

enum reason pace_ask(struct pace *p, const struct pace_hop *hop, uint64_t now_ns, enum pace_expectation *expectation)
{
	struct pace_place *own, *known;
	struct pace_router *r;

	*expectation = EXPECT_UNKNOWN;
	if (!p->settings->pace)
		return REASON_OK;
	own = place_find_or_make(p, place_hash(p, hop->prober, hop->target, hop->ttl));
	known = place_that_knows(p, own, hop);
	r = known ? router_find(p, known->router) : NULL;
	if (r && is_limited(r, now_ns) && !has_left(r, 2 * (RESERVE + 1), now_ns) && is_repeat(p, own, hop, now_ns))
		return REASON_PACED;
	own->used_ns = now_ns;
	if (r) {
		/* half an answer between "some" and "none": our clock is not the router's */
		*expectation = has_left(r, 1, now_ns) ? EXPECT_ANSWER : EXPECT_TEST;
		spend(r, now_ns);
	}
	return REASON_OK;
}

static void place_learn(struct pace *p, struct pace_place *own, const struct pace_hop *hop, uint64_t router,
	uint64_t now_ns)
{
	struct pace_place *all;

	own->silences = 0;
	if (own->router == router)
		return; /* known, and everybody's place was updated before */
	all = place_find_or_make(p, place_hash(p, &everybody, hop->target, hop->ttl));
	if (all->router != router)
		all->is_agreed = false;
	else if (all->confirmation != own->hash)
		all->is_agreed = true;
	all->router = own->router = router;
	all->silences = 0;
	all->confirmation = own->hash;
	all->used_ns = now_ns;
}

void pace_on_answer(struct pace *p, const struct pace_hop *hop, enum pace_expectation expectation, bool is_check,
	const struct addr *router, uint64_t now_ns)
{
	struct pace_place *own, *known;
	struct pace_router *r;

	if (!p->settings->pace)
		return;
	r = router_find_or_make(p, router_hash(p, router));
	own = place_of_prober(p, hop);
	known = expectation == EXPECT_UNKNOWN ? NULL : place_that_knows(p, own, hop);
	if (!known || known->router != r->hash)
		spend(r, now_ns); /* not counted when the flight left */
	else if (expectation == EXPECT_TEST && r->suspicion)
		r->suspicion--;
	if (own && !is_check)
		place_learn(p, own, hop, r->hash, now_ns);
}

void pace_on_silence(struct pace *p, const struct pace_hop *hop, enum pace_expectation expectation, uint64_t now_ns)
{
	struct pace_place *known;
	struct pace_router *r;

	if (!p->settings->pace || expectation == EXPECT_UNKNOWN)
		return;
	known = place_that_knows(p, place_of_prober(p, hop), hop);
	if (!known)
		return;
	r = router_find(p, known->router);
	if (expectation == EXPECT_TEST && r) {
		r->suspicion = r->suspicion + SUSPICION_SILENCE < SUSPICION_MOST ? r->suspicion + SUSPICION_SILENCE
										 : SUSPICION_MOST;
		r->silent_ns = now_ns;
	}
	if (++known->silences >= SILENCES_MOST) {
		known->router = 0;
		known->is_agreed = false;
		known->silences = 0;
	}
}
