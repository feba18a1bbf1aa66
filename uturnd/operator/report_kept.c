/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/report_kept.h"

#include "common/text.h"
#include "operator/report.h"

enum { NS_PER_MS = 1000000 };

const char *report_front(unsigned front)
{
	static const char *const words[] = {
		[FRONT_UTURN] = "uturn",
		[FRONT_INBAND] = "inband",
		[FRONT_REQUEST] = "request",
	};

	return front < FRONT_ENDS ? words[front] : "?";
}

const char *report_end(unsigned end)
{
	static const char *const words[] = {
		[TRACE_ARRIVED] = "arrived",
		[TRACE_STOPPED] = "stopped",
		[TRACE_LIMITED] = "limited",
	};

	return end < TRACE_ENDS ? words[end] : "?";
}

static json_t *addr_json(const struct addr *a)
{
	char text[ADDR_TEXT_SIZE];

	return json_string(addr_text(a, text));
}

static json_t *ms_json(uint32_t us)
{
	return json_real((double)us / 1000);
}

/* Rounded down to a millisecond. */
static json_t *seconds_json(uint64_t from_ns, uint64_t to_ns)
{
	uint64_t ms = to_ns > from_ns ? (to_ns - from_ns) / NS_PER_MS : 0;

	return json_real((double)ms / 1000);
}

static bool is_asked(const struct trace *trace, unsigned hop)
{
	return trace->asked >> (hop - 1) & 1;
}

struct report_hops report_hops(const struct trace *trace)
{
	unsigned last = trace_last_hop(trace);
	struct report_hops hops = { 0 };

	for (unsigned hop = 1; hop <= last; hop++) {
		bool is_answered = trace_kept(trace, hop) > 0;

		hops.answered += is_answered;
		hops.silent += !is_answered && is_asked(trace, hop);
	}
	return hops;
}

static json_t *slowest_json(const struct trace *trace)
{
	return json_pack("{so so}", "router", addr_json(&trace->routers[trace->slowest]), "ms",
		ms_json(trace->slowest_us));
}

json_t *report_kept(const struct trace *trace, const struct report_clocks *clocks)
{
	uint64_t since_ns = clocks->now_ns > trace->began_ns ? clocks->now_ns - trace->began_ns : 0;
	uint64_t began_ms = (clocks->wall_ns - since_ns) / NS_PER_MS;
	struct report_hops hops = report_hops(trace);
	char number[4];
	json_t *o = json_pack("{sI sf so so ss ss so sI si si}", "id", (json_int_t)trace->id, "time",
		(double)began_ms / 1000, "prober", addr_json(&trace->prober), "target", addr_json(&trace->target),
		"frontend", report_front(trace->front), "protocol", report_protocol(trace->protocol, number), "seconds",
		seconds_json(trace->began_ns, trace->active_ns), "probes", (json_int_t)trace->probes, "hops_answered",
		(int)hops.answered, "hops_silent", (int)hops.silent);

	if (trace->ended_ns) {
		json_object_set_new(o, "end", json_string(report_end(trace->end)));
	} else {
		json_object_set_new(o, "age_s", seconds_json(trace->probed_ns, clocks->now_ns));
		json_object_set_new(o, "ttl", json_integer(trace->ttl));
	}
	if (trace->slowest_us)
		json_object_set_new(o, "slowest", slowest_json(trace));
	return o;
}

/* The round-trip times of one router, of those that are kept. */
static json_t *rtts_json(const struct trace *trace, unsigned hop, uint8_t router)
{
	json_t *rtts = json_array();

	for (unsigned i = 0; i < trace_kept(trace, hop); i++)
		if (trace->routers_of[hop - 1][i] == router)
			json_array_append_new(rtts, ms_json(trace->rtt_us[hop - 1][i]));
	return rtts;
}

static json_t *hop_json(const struct trace *trace, unsigned hop)
{
	const uint8_t *routers = trace->routers_of[hop - 1];
	json_t *list = json_array();

	for (unsigned i = 0; i < trace_kept(trace, hop); i++) {
		bool is_known = false;

		for (unsigned before = 0; before < i; before++)
			is_known |= routers[before] == routers[i];
		if (!is_known)
			json_array_append_new(list,
				json_pack("{so so}", "router", addr_json(&trace->routers[routers[i]]), "rtts_ms",
					rtts_json(trace, hop, routers[i])));
	}
	return json_pack("{si so}", "ttl", (int)hop, "routers", list);
}

json_t *report_kept_hops(const struct trace *trace)
{
	unsigned last = trace_last_hop(trace);
	json_t *hops = json_array();

	for (unsigned hop = 1; hop <= last; hop++)
		if (is_asked(trace, hop) || trace_kept(trace, hop))
			json_array_append_new(hops, hop_json(trace, hop));
	return hops;
}
