/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/report_trace.h"

#include "common/text.h"
#include "engine/inband_table.h"
#include "packet/extension.h"

enum { LABELS = 16 };

static const char *const kinds[] = {
	[INBAND_EXPIRED] = "time-exceeded",
	[INBAND_UNREACHABLE] = "unreachable",
	[INBAND_TOO_BIG] = "too-big",
	[INBAND_REACHED] = "reached",
};

static const char *const ends[] = {
	[INBAND_END_REACHED] = "reached",
	[INBAND_END_MAX_TTL] = "max-ttl",
	[INBAND_END_CLOSED] = "closed",
	[INBAND_END_BUSY] = "busy",
	[INBAND_END_IDLE] = "idle",
	[INBAND_END_LIMIT] = "limit",
};

static json_t *ms_json(uint64_t ns)
{
	uint64_t us = ns / 1000; /* the clock is not more precise than that */

	return json_real((double)us / 1000);
}

static json_t *router_json(const struct addr *router)
{
	char text[ADDR_TEXT_SIZE];

	return json_string(addr_text(router, text));
}

/* Behind the peer's NAT: answers that the NAT sends with the peer's address, and everything beyond it. */
static void put_nat(json_t *o, const struct inband_trace *t, unsigned ttl)
{
	if (t->nat_ttl && ttl >= t->nat_ttl)
		json_object_set_new(o, "behind_nat", json_true());
}

static void put_labels(json_t *o, struct span objects)
{
	struct mpls_label labels[LABELS];
	size_t count = extension_labels(objects, labels, LABELS);
	json_t *list;

	if (!count)
		return;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list,
			json_pack("{sI si sb si}", "label", (json_int_t)labels[i].label, "tc", labels[i].class,
				"bottom", labels[i].is_bottom, "ttl", labels[i].ttl));
	json_object_set_new(o, "mpls", list);
}

static json_t *hop_json(const struct inband_report *r)
{
	const struct inband_trace_probe *answer = r->answer;
	json_t *o = json_pack("{si ss so so si}", "hop", (int)r->ttl, "kind", kinds[answer->kind], "router",
		router_json(&answer->router), "rtt_ms", ms_json(answer->rtt_ns), "attempt", (int)r->attempt);

	put_nat(o, r->trace, r->ttl);
	if (answer->kind != INBAND_REACHED) {
		json_object_set_new(o, "icmp_type", json_integer(answer->icmp_type));
		json_object_set_new(o, "icmp_code", json_integer(answer->icmp_code));
	}
	put_labels(o, r->objects);
	return o;
}

/* The routers that have answered for a hop, without duplicates. */
static void put_routers(json_t *o, const struct inband_trace *t, unsigned ttl)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < INBAND_TRIES; i++) {
		const struct inband_trace_probe *probe = &t->probes[inband_trace_id(ttl, i)];
		bool is_known = !probe->kind;

		for (unsigned before = 0; before < i; before++)
			is_known |= addr_equal(&probe->router, &t->probes[inband_trace_id(ttl, before)].router);
		if (!is_known)
			json_array_append_new(list, router_json(&probe->router));
	}
	json_object_set(o, "router", json_array_get(list, 0));
	if (json_array_size(list) > 1)
		json_object_set(o, "routers", list);
	json_decref(list);
}

static json_t *summary_json(const struct inband_trace *t, unsigned ttl)
{
	uint64_t least_ns = UINT64_MAX, most_ns = 0, sum_ns = 0;
	unsigned sent = 0, received = 0;
	json_t *o = json_pack("{si}", "hop", (int)ttl);

	for (unsigned i = 0; i < INBAND_TRIES; i++) {
		const struct inband_trace_probe *probe = &t->probes[inband_trace_id(ttl, i)];

		sent += probe->sent_ns != 0;
		if (!probe->kind)
			continue;
		received++;
		sum_ns += probe->rtt_ns;
		least_ns = probe->rtt_ns < least_ns ? probe->rtt_ns : least_ns;
		most_ns = probe->rtt_ns > most_ns ? probe->rtt_ns : most_ns;
	}
	put_routers(o, t, ttl);
	json_object_set_new(o, "sent", json_integer(sent));
	json_object_set_new(o, "received", json_integer(received));
	if (received) {
		json_object_set_new(o, "min_ms", ms_json(least_ns));
		json_object_set_new(o, "avg_ms", ms_json(sum_ns / received));
		json_object_set_new(o, "max_ms", ms_json(most_ns));
		put_nat(o, t, ttl);
	}
	return o;
}

static json_t *done_json(const struct inband_report *r)
{
	const struct inband_trace *t = r->trace;
	unsigned hops = t->end_ttl ? t->end_ttl : t->answered_to;
	json_t *summary = json_array();

	for (unsigned ttl = 1; ttl <= hops; ttl++)
		json_array_append_new(summary, summary_json(t, ttl));
	return json_pack("{sb ss si si so}", "done", 1, "end", ends[r->end], "hops", (int)hops, "probes",
		(int)t->probe_count, "summary", summary);
}

json_t *report_accepted(const struct inband_trace *t)
{
	return json_pack("{sb si si}", "tracing", 1, "max-ttl", (int)t->max_ttl, "attempts", (int)t->attempts);
}

json_t *report_trace(const struct inband_report *r)
{
	if (r->kind == INBAND_REPORT_DONE)
		return done_json(r);
	if (r->kind == INBAND_REPORT_SILENT)
		return json_pack("{si ss si}", "hop", (int)r->ttl, "kind", "silent", "attempts", (int)r->attempt);
	return hop_json(r);
}
