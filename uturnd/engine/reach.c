/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/reach.h"

#include <string.h>

#include "packet/build.h"
#include "packet/neutral.h"
#include "packet/option_check.h"

enum { MS_NS = 1000 * 1000 };
/* Not longer than clients wait for a hop: doc/clients.md, "Timing". */
enum { CHECK_AFTER_LEAST_MS = 300, CHECK_AFTER_MOST_MS = 1000 };
enum { CHECK_AGAIN_LEAST_MS = 25 }; /* where the prober's host is known to have been reached */

bool reach_wants_check(const struct engine *e, const struct probe *p)
{
	return p->kind == PROBE_UDP && e->settings.turn == TURN_FLOW && e->settings.reach_check;
}

static uint64_t check_after_ns(const struct flight *flight, const struct prober *prober)
{
	bool is_known = prober->absorbs_from && flight_ttl(flight) >= prober->absorbs_from;
	uint64_t least_ms = is_known ? CHECK_AGAIN_LEAST_MS : CHECK_AFTER_LEAST_MS;
	uint64_t after_ms = (uint64_t)prober->last_rtt_us / 1000 * 2;

	if (after_ms < least_ms)
		after_ms = least_ms;
	return (after_ms > CHECK_AFTER_MOST_MS ? CHECK_AFTER_MOST_MS : after_ms) * MS_NS;
}

void reach_plan_check(struct engine *e, struct flight *flight, const struct prober *prober, uint64_t now_ns)
{
	flights_check_at(&e->flights, flight, now_ns + check_after_ns(flight, prober));
}

void reach_learn(struct engine *e, const struct flight_view *v, bool of_check, const struct icmp_error *error,
	uint64_t now_ns)
{
	struct prober *prober = probers_find(&e->probers, &v->to);

	if (!prober)
		return; /* another prober has taken its place */
	if (of_check)
		prober_learn_absorbs(prober, v->ttl, v->flight->check_has_option);
	else
		prober_learn_rtt(prober, flight_age_ns(v->flight, now_ns));
	if (!icmp_error_is_expired(error))
		return;
	if (addr_equal(&error->router, &v->to))
		prober_learn_nat(prober, v->ttl, now_ns);
	else
		prober_learn_router(prober, v->ttl, now_ns);
}

void reach_on_check_stopped(struct engine *e, const struct flight_view *v, const struct icmp_error *error)
{
	struct prober *prober = probers_find(&e->probers, &v->to);

	if (!icmp_error_is_expired(error))
		return;
	if (prober && !v->flight->check_expired)
		prober_forget_check(prober);
	v->flight->check_expired = true;
	flights_check_never(&e->flights, v->flight);
}

void reach_on_silence(struct engine *e, const struct flight_view *v)
{
	struct prober *prober = probers_find(&e->probers, &v->to);
	const struct flight *flight = v->flight;

	if (prober && flight->is_checked && !flight->check_expired && v->to.family == 6)
		prober->is_firewalled = !flight->check_has_option;
}

static enum reason send_check(const struct flight_view *v, bool wants_option, struct writer *out)
{
	struct departure d = { .ttl = v->ttl - 1, .tag = v->flight->tag };
	struct flight *flight = v->flight;
	bool has_option = wants_option && option_check_fits(v->original);
	size_t l4 = ip_header_size(v->to.family) + (has_option ? OPTION_HEADER_SIZE : 0);

	if (has_option)
		build_option_check(v->original, flight->extensions, &d, out);
	else
		build_check(v->original, flight->extensions, NEUTRAL_CHECK, &d, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	v->flight->is_checked = true;
	v->flight->check_has_option = has_option;
	memcpy(v->flight->check_l4, out->at + l4, QUOTE_L4_SIZE);
	return REASON_CHECKED;
}

/*
 * A NAT box answers no check for the host behind it. Where one has shown
 * itself nearer to us than this flight went, silence means arrival, also while
 * the prober gets no checks.
 */
enum reason reach_on_due(struct engine *e, const struct flight_view *v, uint64_t now_ns, struct writer *out)
{
	struct prober *prober = probers_find(&e->probers, &v->to);
	bool is_behind_nat = prober && prober_is_behind_nat(prober, v->ttl, now_ns);
	bool may_check = !v->flight->is_checked && (!prober || prober_may_check(prober, now_ns));
	enum reason why;

	if (may_check) {
		if (is_behind_nat)
			reach_plan_check(e, v->flight, prober, now_ns);
		why = send_check(v, prober && prober->is_firewalled, out);
		if (prober && why == REASON_CHECKED)
			prober_count_check(prober, now_ns);
		return why;
	}
	if (!v->flight->is_checked && !is_behind_nat)
		return REASON_CHECK_PAUSED;
	build_unreachable(v->original, &v->from, &v->to, out);
	return out->overflow ? REASON_TOO_LARGE : REASON_ASSUMED;
}
