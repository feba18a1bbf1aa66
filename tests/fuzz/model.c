/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model.h"

#include <string.h>

#include "credit.h"
#include "error_view.h"
#include "expected.h"
#include "known.h"
#include "paced.h"
#include "tests/sound.h"
#include "view.h"
#include "wire.h"

enum { FLIGHTS = 64 };

static const uint64_t slot_ns = 25000000;

struct launched {
	uint8_t original[EXPECTED_SIZE], turned[EXPECTED_SIZE];
	size_t len; /* of original */
	struct view v; /* of original */
	uint64_t sent_ns;
	uint64_t due_ns; /* when the check is, then the end that is assumed; 0: never */
	uint64_t planned; /* of all that were asked for the n-th */
	bool is_checked, check_has_option, check_expired;
	unsigned guesses; /* errors that fitted but for the tag */
	uint8_t check[72];
};

static struct {
	struct config config;
	uint32_t capacity, guesses;
	bool was_limited; /* by some configuration so far: what was spent then still counts */
	struct launched *out[FLIGHTS]; /* oldest first */
	size_t count;
	uint64_t slot, plans; /* up to which one due flights were looked at; see struct launched */
	struct launched pool[FLIGHTS];
} model;

void model_begin(const struct config *c, unsigned number, unsigned engines)
{
	model.config = *c;
	model.capacity = c->in_flight;
	model.count = 0;
	model.slot = 0;
	known_begin(number, engines);
	model.guesses = 32 / engines;
	paced_begin();
	credit_begin();
	model.was_limited = c->limit_per_prober < 1000;
	MUST(c->in_flight < FLIGHTS);
	for (size_t i = 0; i < FLIGHTS; i++)
		model.out[i] = &model.pool[i];
}

void model_configure(const struct config *c)
{
	model.config = *c;
	credit_change();
	model.was_limited |= c->limit_per_prober < 1000;
}

bool model_is_certain(void)
{
	return known_is_certain();
}

uint32_t model_flights(void)
{
	return (uint32_t)model.count;
}

static void forget(size_t i)
{
	struct launched *gone = model.out[i];

	for (; i + 1 < FLIGHTS; i++)
		model.out[i] = model.out[i + 1];
	model.out[FLIGHTS - 1] = gone;
	model.count--;
}

/* --- what should leave ----------------------------------------------------------------------------------------- */

/* The outer headers of our own ICMP errors, lengths and sums from *got; quotes are compared on their own. */
static void check_error_headers(const struct view *v, const uint8_t *from, uint8_t type, uint8_t code,
	const struct result *r)
{
	uint8_t expected[42] = { 0 };

	MUST(is_sound(r->at, r->len));
	MUST(memcmp(expected, r->at, expected_headers(v, from, type, code, r->len, expected)) == 0);
	MUST(r->len <= (v->is_four ? 576u : 1280u));
}

/* --- probes ---------------------------------------------------------------------------------------------------- */

static const uint8_t *secondary(const struct view *v, const uint8_t *target)
{
	const struct addr *a = v->is_four ? &model.config.inflection4 : &model.config.inflection6;

	return a->family && memcmp(a->bytes, target, v->address) != 0 ? a->bytes : NULL;
}

static void check_inflection(const struct view *v, const struct result *r)
{
	const uint8_t *own = secondary(v, v->to);
	size_t headers = v->is_four ? 28 : 48, most = v->is_four ? 548 : 1232;
	size_t quote = v->len < most ? v->len : most;

	if (r->reason == REASON_SILENT) {
		MUST(r->len == 0 && !own && model.config.inflection != INFLECTION_TARGET);
		return;
	}
	MUST(r->reason == REASON_INFLECTION);
	MUST(own || model.config.inflection != INFLECTION_SILENT);
	MUST(r->len == headers + quote);
	check_error_headers(v, own ? own : v->to, v->is_four ? 11 : 3, 0, r);
	MUST(memcmp(r->at + headers - 4, "\0\0\0\0", 4) == 0);
	MUST(memcmp(r->at + headers, v->at, quote) == 0);
}

static void check_turned(const struct view *v, const uint8_t *expected, size_t len, uint64_t now_ns,
	const struct result *r)
{
	struct launched *l;
	bool is_full = model.count == model.capacity, has_check;

	MUST(r->reason == REASON_TURNED && r->len == len);
	MUST(r->has_evicted == is_full);
	MUST(is_sound(r->at, r->len));
	MUST(expected_is_same(expected, r->at, r->len, v->header + 2));
	has_check = v->protocol == 17 && model.config.reach_check && model.config.turn == TURN_FLOW;
	if (is_full)
		forget(0);
	l = model.out[model.count++];
	memcpy(l->original, v->at, v->len);
	l->len = v->len;
	MUST(view_of(l->original, l->len, false, &l->v) && view_is_probe(&l->v, true));
	l->v.turned_tag = v->turned_tag;
	memcpy(l->turned, r->at, r->len);
	l->sent_ns = now_ns;
	l->is_checked = l->check_expired = false;
	l->guesses = 0;
	l->due_ns = has_check ? known_check(&l->v, now_ns) : 0;
	l->planned = ++model.plans;
}

/* The target, or the address that answers for it. */
static bool is_ours(const struct view *v, const uint8_t *address, const uint8_t *target)
{
	const uint8_t *own = secondary(v, target);

	return memcmp(address, target, v->address) == 0 || (own && memcmp(address, own, v->address) == 0);
}

static bool is_of_uturn(const struct view *v)
{
	bool has = view_is_of_uturn(v);

	for (size_t i = 0; i < model.count; i++)
		has = has || view_has_come_back(v, &model.out[i]->v, model.out[i]->turned);
	return has;
}

void model_on_probe(const uint8_t *packet, size_t len, uint64_t now_ns, const struct result *r)
{
	static uint8_t expected[EXPECTED_SIZE];
	struct view v;
	bool is_probe = view_of(packet, len, false, &v) && view_is_probe(&v, model.config.turns_others) && v.ttl >= 1 &&
		v.ttl <= model.config.max_ttl && (v.protocol != 6 || (v.l4[13] & 0x3f) != 0x02 || v.ttl <= 32) &&
		view_is_host(v.from, v.address) && view_is_host(v.to, v.address) && !is_ours(&v, v.from, v.to) &&
		!is_of_uturn(&v);
	bool has_credit = r->reason != REASON_LIMIT_PROBER && r->reason != REASON_LIMIT_TOTAL;
	bool is_allowed = is_probe && expected_may_ask(&v, &model.config);
	bool is_drained = is_allowed && known_is_drained(&v, now_ns);
	size_t turned;

	MUST(!is_probe || is_allowed == (r->reason != REASON_DENIED));
	MUST(is_drained == (r->reason == REASON_DRAINING));
	is_probe = is_probe && !is_drained;
	if (is_probe && is_allowed)
		known_meet(&v, has_credit, now_ns);
	if (is_probe && v.ttl > 1 && r->len >= v.header + 8u) {
		v.turned_tag = known_tag(&v, view_tag(r->at, v.is_four));
		if (v.protocol == 6 && (v.l4[13] & 0x3f) == 0x02 && model.config.turn == TURN_FLOW)
			v.turned_sequence = known_sequence(&v, be32(r->at + v.header + 4));
	}
	turned = is_probe && v.ttl > 1 ? expected_return(&v, &model.config, expected) : 0;
	if (!is_probe || !has_credit || !is_allowed || turned > ENGINE_PACKET_MAX) {
		MUST(r->len == 0 && !r->has_evicted);
		MUST(is_probe || r->act == ACT_PASS); /* ordinary services never lose a packet */
		MUST(has_credit || model.was_limited);
		return;
	}
	MUST(r->act == ACT_TAKE);
	credit_check(&v, model.config.limit_per_prober, now_ns);
	if (r->reason == REASON_PACED) {
		MUST(r->len == 0 && !r->has_evicted && model.config.pace);
		paced_check(&v, now_ns);
		return;
	}
	paced_taken(&v, now_ns);
	if (v.ttl == 1)
		check_inflection(&v, r);
	else
		check_turned(&v, expected, turned, now_ns, r);
}

/* --- errors ---------------------------------------------------------------------------------------------------- */

static int likeness(const struct launched *l, const uint8_t *l4, const struct view *quote)
{
	return quote->tag == l->v.turned_tag ? error_view_likeness(l4, quote) : 0;
}

static bool is_between(const struct launched *l, const struct view *quote)
{
	return l->v.is_four == quote->is_four && l->v.protocol == quote->protocol &&
		memcmp(l->v.to, quote->from, quote->address) == 0 && memcmp(l->v.from, quote->to, quote->address) == 0;
}

static const uint8_t *asked_l4(const struct launched *l)
{
	return l->check + l->v.header + (l->check_has_option ? 8 : 0);
}

/* Who knows all but the tag has 32 guesses at it, or as much less as there are tags less. */
static void count_guess(const struct view *quote)
{
	for (size_t i = 0; i < model.count; i++) {
		struct launched *l = model.out[i];

		if (is_between(l, quote) &&
			(error_view_likeness(l->turned + l->v.header, quote) ||
				(l->is_checked && error_view_likeness(asked_l4(l), quote))))
			l->guesses++;
	}
}

/* The flight that is answered; count where there is none. Two that fit alike: the older one. */
static size_t answered(const struct error_view *e, bool *of_return, bool *of_check)
{
	const struct view *quote = &e->quote;
	size_t best = model.count;
	int best_likeness = 0;

	for (size_t i = 0; i < model.count; i++) {
		const struct launched *l = model.out[i];
		int of_turned, of_asked;

		if (!is_between(l, quote))
			continue;
		of_turned = e->has_option ? 0 : likeness(l, l->turned + l->v.header, quote);
		of_asked = 0;
		if (l->is_checked && l->check_has_option == e->has_option)
			of_asked = likeness(l, asked_l4(l), quote);
		if ((of_turned > of_asked ? of_turned : of_asked) > best_likeness) {
			best = i;
			best_likeness = of_turned > of_asked ? of_turned : of_asked;
			*of_return = of_turned == best_likeness;
			*of_check = of_asked == best_likeness;
		}
	}
	return best;
}

/* Of the probe what may be quoted again: all of an echo request, of others what is kept. */
static size_t quotable(const struct launched *l)
{
	bool is_echo = l->v.protocol == 1 || l->v.protocol == 58;

	return is_echo || l->len < EXPECTED_KEPT ? l->len : EXPECTED_KEPT;
}

/*
 * The probe's own bytes as far as they were kept, the router's behind them, zeroes to the end of the area. What
 * quotes a check may be shorter than the probe, all that was kept of which is quoted then.
 */
static void check_quote(const struct launched *l, const struct error_view *e, bool of_check, const uint8_t *at,
	size_t len, bool is_padded)
{
	uint8_t ttl = e->quote.ttl ? e->quote.ttl : 1;
	size_t own = quotable(l), ours = l->v.extensions, most = l->v.is_four ? 548 : 1232;
	size_t quoted = of_check ? own : e->quote.len + ours, wanted = quoted;

	wanted = wanted > own ? own : wanted;
	wanted = wanted > most ? most : wanted;
	/* a router older than RFC 4884 may have put an extension without objects at 128 */
	MUST(is_padded ? len >= 128 : len == wanted || (!e->words && len == 128 + ours && len < wanted));
	for (size_t i = 0; i < len; i++) {
		bool is_sum = l->v.is_four && (i == 10 || i == 11);
		bool is_quoted = i < own && i < quoted;

		if (i == (l->v.is_four ? 8u : 7u))
			MUST(at[i] == ttl);
		else if (!is_sum && is_quoted && i < EXPECTED_KEPT)
			MUST(at[i] == l->original[i] || (is_padded && i >= 28 && at[i] == 0));
		else if (!is_sum && is_quoted)
			MUST(at[i] == e->body[i - ours] || (is_padded && at[i] == 0));
		else if (!is_sum)
			MUST(at[i] == 0 || (i < own && i < e->body_len + ours));
	}
	MUST(!l->v.is_four || plain_sum(0, at, 20) == 0);
}

static void check_relayed(const struct launched *l, const struct error_view *e, bool of_check, const struct result *r)
{
	bool is_four = l->v.is_four;
	bool is_self = (is_four ? model.config.answer_from4 : model.config.answer_from6) == ANSWER_FROM_SELF;
	bool has_arrived = error_view_is_end(e, &l->v),
	     is_own = !has_arrived &&
		(error_view_is_of(e, &l->v) || is_self || !view_is_forwarded(e->outer.from, e->outer.address));
	const uint8_t *own = secondary(&l->v, l->v.to), *from = e->outer.from;
	size_t headers = is_four ? 28 : 48, area;
	const uint8_t *icmp = r->at + headers - 8;
	bool may_extend = is_four || e->type != 2;

	MUST(r->reason == (has_arrived ? REASON_ARRIVED : REASON_RELAYED));
	if (has_arrived)
		from = l->v.to;
	else if (is_own)
		from = own ? own : l->v.to;
	if (has_arrived)
		check_error_headers(&l->v, from, is_four ? 3 : 1, is_four ? 3 : 4, r);
	else
		check_error_headers(&l->v, from, e->type, e->code, r);
	area = !may_extend ? 0 : is_four ? icmp[5] * 4u : icmp[4] * 8u;
	MUST(area <= r->len - headers && (!area || area >= 128));
	MUST(area || !is_own || !may_extend);
	for (size_t i = 4; i < 8; i++) /* MTU, and what is unused; the length field is another's */
		MUST(icmp[i] == (has_arrived ? 0 : e->outer.l4[i]) || (may_extend && i == (is_four ? 5 : 4)));
	check_quote(l, e, of_check, r->at + headers, area ? area : r->len - headers, area);
	if (area)
		error_view_check_extension(e, r->at + headers + area, r->len - headers - area, is_own);
}

/* A router that the check did not pass: a hop and not the end, silent or not. */
static void expire_check(struct launched *l, const struct error_view *e, uint64_t now_ns)
{
	paced_answered(now_ns);
	if (e->type != (l->v.is_four ? 11 : 3))
		return;
	if (!l->check_expired)
		known_check_expired(&l->v);
	l->due_ns = 0;
	l->check_expired = true;
}

void model_on_error(const uint8_t *packet, size_t len, uint64_t now_ns, const struct result *r)
{
	struct error_view e;
	bool of_return = false, of_check = false;
	struct launched *l;
	const bool is_seen = error_view_of(packet, len, &e);
	size_t i;

	MUST(!r->has_evicted);
	i = is_seen ? answered(&e, &of_return, &of_check) : model.count;
	if (i == model.count || !view_is_router(e.outer.from, e.outer.address)) {
		MUST(r->len == 0 && r->reason != REASON_RELAYED && r->reason != REASON_ARRIVED);
		if (r->reason == REASON_NO_FLIGHT && is_seen)
			count_guess(&e.quote);
		return;
	}
	l = model.out[i];
	if (memcmp(e.outer.to, l->v.to, l->v.address) != 0 || is_ours(&l->v, e.outer.from, l->v.to) ||
		(error_view_is_parameter(&e) && !error_view_is_of(&e, &l->v)) ||
		now_ns > l->sent_ns + model.config.keep_ns) {
		MUST(r->len == 0 && r->reason != REASON_RELAYED && r->reason != REASON_ARRIVED);
		return;
	}
	if (l->guesses >= model.guesses) {
		MUST(r->len == 0 && r->reason == REASON_GUESSED);
		return;
	}
	if ((view_is_first_hop(e.outer.from, e.outer.address) && l->v.ttl > 2) || !error_view_mtu_can_be(&e, &l->v)) {
		MUST(r->len == 0 && (r->reason == REASON_ERROR_SOURCE || r->reason == REASON_ERROR_MTU));
		return;
	}
	if (r->reason == REASON_ERROR_SOURCE) { /* nobody could name it but the target, which ends some traces */
		MUST(r->len == 0 && !view_is_forwarded(e.outer.from, e.outer.address) && !secondary(&l->v, l->v.to));
		return;
	}
	if (!error_view_is_end(&e, &l->v) && of_check && !of_return) {
		MUST(r->len == 0 && r->reason == REASON_CHECK_EXPIRED);
		expire_check(l, &e, now_ns);
		return;
	}
	check_relayed(l, &e, of_check && !of_return, r);
	paced_answered(now_ns);
	if (of_return)
		known_answered(&l->v, now_ns > l->sent_ns ? now_ns - l->sent_ns : 0); /* a peer's may be older */
	else
		known_check_arrived(&l->v, l->check_has_option);
	if (e.type == (l->v.is_four ? 11 : 3))
		(error_view_is_of(&e, &l->v) ? known_nat : known_router)(&l->v, now_ns);
	forget(i);
}

/* What may come of a flight by now: its check, its end that is assumed, or neither. */
static bool may_check(const struct launched *l, uint64_t now_ns)
{
	return !l->is_checked && known_may_check(&l->v, now_ns);
}

static bool may_end(const struct launched *l, uint64_t now_ns)
{
	return l->is_checked || (!may_check(l, now_ns) && known_end(&l->v, now_ns));
}

static bool may_wait(const struct launched *l, uint64_t now_ns)
{
	return !may_check(l, now_ns) && !may_end(l, now_ns);
}

/* By slots of 25 ms, 64 of them, from the one that was last looked at; in each the one that was asked for last. */
static bool comes_first(const struct launched *a, const struct launched *b, uint64_t start)
{
	uint64_t slot = (a->due_ns / slot_ns - start) % 64, other = (b->due_ns / slot_ns - start) % 64;

	return slot < other || (slot == other && a->planned > b->planned);
}

/* Of flights that nothing tells apart the one that comes first; each is past its slot. */
static size_t longest_due(uint64_t now_ns, bool (*may)(const struct launched *l, uint64_t now_ns),
	size_t (*expected)(const struct view *v, uint8_t *at), const struct result *r)
{
	uint64_t start = now_ns / slot_ns - model.slot > 64 ? now_ns / slot_ns - 64 : model.slot;
	size_t best = model.count;

	for (size_t i = 0; i < model.count; i++) {
		const struct launched *l = model.out[i];
		uint8_t at[48 + EXPECTED_KEPT];

		if (!l->due_ns || !may(l, now_ns) || now_ns / slot_ns <= l->due_ns / slot_ns)
			continue;
		if (r->len != (expected ? expected(&l->v, at) : 0) || memcmp(at, r->at, r->len) != 0)
			continue;
		if (best == model.count || comes_first(l, model.out[best], start))
			best = i;
	}
	MUST(best < model.count && (!r->len || is_sound(r->at, r->len)));
	return best;
}

/* The form of check that this prober gets by now. */
static size_t expected_asked(const struct view *v, uint8_t *at)
{
	return known_wants_option(v) ? expected_option_check(v, at) : expected_check(v, at);
}

static void check_checked(uint64_t now_ns, const struct result *r)
{
	struct launched *l = model.out[longest_due(now_ns, may_check, expected_asked, r)];

	memcpy(l->check, r->at, r->len);
	l->check_has_option = known_wants_option(&l->v);
	l->is_checked = true;
	l->due_ns = known_end(&l->v, now_ns);
	l->planned = ++model.plans;
	known_checked(&l->v, now_ns);
}

void model_on_time(uint64_t now_ns, const struct result *r)
{
	MUST(!r->has_evicted);
	if (r->reason == REASON_CHECKED) {
		check_checked(now_ns, r);
		return;
	}
	if (r->reason == REASON_ASSUMED) {
		forget(longest_due(now_ns, may_end, expected_end, r));
		return;
	}
	if (r->reason == REASON_CHECK_PAUSED) {
		model.out[longest_due(now_ns, may_wait, NULL, r)]->due_ns = 0;
		return;
	}
	MUST(r->reason == REASON_EXPIRED && r->len == 0 && model.count);
	MUST(model.out[0]->sent_ns + model.config.keep_ns < now_ns);
	paced_expired(now_ns);
	if (model.out[0]->is_checked && !model.out[0]->check_expired)
		known_check_lost(&model.out[0]->v, model.out[0]->check_has_option);
	forget(0);
}

void model_after_time(uint64_t now_ns)
{
	model.slot = now_ns / slot_ns;
	for (size_t i = 0; i < model.count; i++) {
		const struct launched *l = model.out[i];

		MUST(l->sent_ns + model.config.keep_ns >= now_ns);
		MUST(!l->due_ns || l->due_ns / slot_ns >= now_ns / slot_ns);
	}
}
