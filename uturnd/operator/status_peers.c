/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/status_peers.h"

#include <inttypes.h>

#include "common/text.h"
#include "process/peers.h"

static const uint64_t silent_ns = UINT64_C(60000000000); /* six greetings */
static const int64_t late_most_ns = 500000000; /* from a capture there to its arrival here: no path takes that long */
static const int64_t early_most_ns = 20000000;

static double tenths(uint64_t ns)
{
	const uint64_t whole = ns / 100000000;

	return (double)whole / 10;
}

/* All reasons, so that a graph of them has a beginning. */
static json_t *refused_json(const struct peer_figures *f, uint64_t *total)
{
	json_t *refused = json_object();

	*total = 0;
	for (size_t i = 0; i < PEER_REFUSALS; i++) {
		*total += f->refused[i];
		json_object_set_new(refused, reason_table[REASON_PEER_SOURCE + i].counter,
			json_integer((json_int_t)f->refused[i]));
	}
	return refused;
}

static json_t *peer_json(const struct config_peer *end, const struct peer_figures *f, uint64_t now_ns)
{
	char text[ADDR_TEXT_SIZE];
	json_t *o = json_pack("{ss si}", "address", addr_text(&end->addr, text), "port", end->port), *by_reason;
	uint64_t refused;

	if (f->heard_ns)
		json_object_set_new(o, "last_heard_s",
			json_real(tenths(now_ns > f->heard_ns ? now_ns - f->heard_ns : 0)));
	json_object_set_new(o, "sent", json_integer((json_int_t)f->sent));
	json_object_set_new(o, "received", json_integer((json_int_t)f->received));
	json_object_set_new(o, "matched", json_integer((json_int_t)f->matched));
	by_reason = refused_json(f, &refused);
	json_object_set_new(o, "refused", json_integer((json_int_t)refused));
	json_object_set_new(o, "refused_by", by_reason);
	if (f->late_ns)
		json_object_set_new(o, "clock_ms", json_integer((json_int_t)(f->late_ns / 1000000)));
	return o;
}

json_t *status_peers(const struct peers *p, uint64_t now_ns)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < peers_count(p); i++) {
		const struct config_peer end = peers_end(p, i);
		const struct peer_figures f = peers_figures(p, i);

		json_array_append_new(all, peer_json(&end, &f, now_ns));
	}
	return all;
}

/* What differs by more is refused. A datagram may have any time, but not one that makes its difference overflow. */
static void warn_of_clock(const char *peer, const struct peer_figures *f, json_t *warnings)
{
	const uint64_t differ_ns = f->late_ns < 0 ? -(uint64_t)f->late_ns : (uint64_t)f->late_ns;

	if (differ_ns > PEER_WINDOW_S * UINT64_C(1000000000))
		json_array_append_new(warnings,
			json_sprintf("peer %s: its clock and that of this host differ by some %" PRIu64 " s: "
				     "what it sends is refused (do both run NTP?)",
				peer, differ_ns / 1000000000));
	else if (f->late_ns > late_most_ns || f->late_ns < -early_most_ns)
		json_array_append_new(warnings,
			json_sprintf("peer %s: its clock and that of this host differ by some %" PRIu64 " ms: "
				     "round-trip times are wrong by that (do both run NTP?)",
				peer, differ_ns / 1000000));
}

void status_peers_warn(const struct peers *p, uint64_t now_ns, uint64_t up_ns, json_t *warnings)
{
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < peers_count(p); i++) {
		const struct config_peer end = peers_end(p, i);
		const struct peer_figures f = peers_figures(p, i);

		addr_text(&end.addr, text);
		warn_of_clock(text, &f, warnings);
		if (up_ns > silent_ns && now_ns - f.heard_ns > silent_ns)
			json_array_append_new(warnings,
				json_sprintf("peer %s: not heard for a minute: does it run, has it the same key and "
					     "this address for itself alone, and does UDP port %u pass both "
					     "firewalls untranslated? (uturnctl counters)",
					text, end.port));
	}
}
