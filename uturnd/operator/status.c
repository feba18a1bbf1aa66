/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "common/text.h"
#include "common/version.h"
#include "config/config.h"
#include "operator/drain.h"
#include "operator/report_kept.h"
#include "operator/status_peers.h"
#include "process/workers.h"

static const uint64_t tenth_ns = 100000000;

/* Nearly always a rule of the host's own; the log has the kernel's words. */
static void put_refused(json_t *status, const struct workers_sum *sum, uint32_t mark)
{
	uint64_t refused = sum->counters[REASON_SEND_REFUSED];
	char text[192], match[48] = "them";

	if (!refused)
		return;
	if (mark)
		snprintf(match, sizeof(match), "-m mark --mark 0x%x", mark);
	snprintf(text, sizeof(text),
		"%" PRIu64
		" packets not sent (send_refused): if a firewall of this host drops them, allow %s in OUTPUT",
		refused, match);
	json_object_set_new(status, "refused", json_string(text));
}

static const char *answer_from(enum answer_from from)
{
	return from == ANSWER_FROM_SELF ? "self" : "router";
}

static json_t *inflection_json(const struct config *c, const struct addr *own)
{
	static const char *const words[] = {
		[INFLECTION_AUTO] = "auto",
		[INFLECTION_TARGET] = "target",
		[INFLECTION_SILENT] = "silent",
	};
	char text[ADDR_TEXT_SIZE];

	return json_string(own->family ? addr_text(own, text) : words[c->inflection]);
}

static void put_config(json_t *status, const struct config *c)
{
	json_object_set_new(status, "frontends",
		json_pack("{sb sb sb}", "uturn", true, "inband", c->inband, "request", c->request));
	json_object_set_new(status, "answer_from",
		json_pack("{ss ss}", "ipv4", answer_from(c->answer_from4), "ipv6", answer_from(c->answer_from6)));
	json_object_set_new(status, "inflection",
		json_pack("{so so}", "ipv4", inflection_json(c, &c->inflection4), "ipv6",
			inflection_json(c, &c->inflection6)));
	json_object_set_new(status, "limits",
		json_pack("{sI sI sI}", "per_prober", (json_int_t)c->limit_per_prober, "per_network",
			(json_int_t)c->limit_per_network, "total", (json_int_t)c->limit_total));
}

/* Rounded to a tenth. Absent where it never happened. */
static void put_age(json_t *status, const char *name, uint64_t then_ns, uint64_t now_ns)
{
	uint64_t tenths = now_ns > then_ns ? (now_ns - then_ns) / tenth_ns : 0;

	if (then_ns)
		json_object_set_new(status, name, json_real((double)tenths / 10));
}

static json_t *relay_json(const struct relay_times *r)
{
	json_t *bounds = json_array(), *counts = json_array();
	uint64_t count = 0, sum_us = r->sum_ns / 1000;

	for (size_t i = 0; i < RELAY_BOUNDS; i++)
		json_array_append_new(bounds, json_real(relay_bounds_ms[i] / 1e3));
	for (size_t i = 0; i <= RELAY_BOUNDS; i++) {
		json_array_append_new(counts, json_integer((json_int_t)r->counts[i]));
		count += r->counts[i];
	}
	return json_pack("{so so sf sI}", "bounds", bounds, "counts", counts, "sum", (double)sum_us / 1e6, "count",
		(json_int_t)count);
}

static json_t *traces_json(const struct workers_sum *sum)
{
	json_t *totals = json_array();

	for (unsigned front = 0; front < FRONT_ENDS; front++)
		for (unsigned end = 0; end < TRACE_ENDS; end++)
			json_array_append_new(totals,
				json_pack("{ss ss sI}", "frontend", report_front(front), "end", report_end(end),
					"count", (json_int_t)sum->traces[front][end]));
	return totals;
}

static void put_activity(json_t *status, const struct status *s)
{
	const struct workers_sum *sum = s->sum;

	json_object_set_new(status, "probers_60s", json_integer((json_int_t)sum->probers));
	put_age(status, "last_turned_s", sum->activity.turned_ns, s->now_ns);
	put_age(status, "last_relayed_s", sum->activity.relayed_ns, s->now_ns);
	json_object_set_new(status, "capture",
		json_pack("{sI}", "dropped", (json_int_t)sum->counters[REASON_CAPTURE_DROPPED]));
	json_object_set_new(status, "relay_seconds", relay_json(&sum->activity.relay));
	json_object_set_new(status, "traces_total", traces_json(sum));
	json_object_set_new(status, "traces_evicted", json_integer((json_int_t)sum->traces_evicted));
}

/* Absent where it is not drained. */
static void put_drain(json_t *status, const struct status *s)
{
	if (s->now_ns < s->drain_until_ns)
		json_object_set_new(status, "draining_s", json_integer(drain_left_s(s->drain_until_ns, s->now_ns)));
}

json_t *status_json(const struct status *s)
{
	const struct workers_sum *sum = s->sum;
	const struct config *c = s->config;
	uint64_t up_ns = s->now_ns - s->start_ns;
	char queue[16];
	json_t *status;

	snprintf(queue, sizeof(queue), c->queue_first == c->queue_last ? "%u" : "%u:%u", c->queue_first, c->queue_last);
	status = json_pack("{ss sI sb sI sI si ss si ss sI so}", "version", UTURN_VERSION, "uptime_s",
		(json_int_t)(up_ns / 1000000000), "ready", true, "flights", (json_int_t)sum->flights, "capacity",
		(json_int_t)sum->capacity, "traces", (int)s->traces, "queue", queue, "workers", (int)sum->workers,
		"config", s->path ? s->path : config_path, "pid", (json_int_t)getpid(), "warnings", s->warnings);
	if (!status)
		return NULL;
	put_refused(status, sum, c->mark);
	put_drain(status, s);
	json_object_set_new(status, "start_time_s", json_integer((json_int_t)((s->wall_ns - up_ns) / 1000000000)));
	put_config(status, c);
	put_activity(status, s);
	if (s->peers) {
		json_object_set_new(status, "peers", status_peers(s->peers, s->now_ns));
		status_peers_warn(s->peers, s->now_ns, up_ns, s->warnings);
	}
	return status;
}
