/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/report.h"

#include <stdio.h>

#include "common/text.h"
#include "engine/event.h"

static json_t *addr_json(const struct addr *a)
{
	char text[ADDR_TEXT_SIZE];

	return a->family ? json_string(addr_text(a, text)) : NULL;
}

const char *report_protocol(uint8_t protocol, char number[4])
{
	switch (protocol) {
	case 6:
		return "tcp";
	case 17:
		return "udp";
	case 1:
	case 58:
		return "icmp";
	default:
		snprintf(number, 4, "%u", protocol);
		return number;
	}
}

static json_t *protocol_json(uint8_t protocol)
{
	char number[4];

	return json_string(report_protocol(protocol, number));
}

static json_t *rtt_json(uint64_t ns)
{
	uint64_t us = ns / 1000; /* the clock is not more precise than that */

	return ns ? json_real((double)us / 1000) : NULL;
}

/* json_object_set_new() ignores a NULL value, and so the field is left out. */
json_t *report_event(const struct event *e)
{
	bool has_ports = e->prober_port || e->target_port;
	json_t *o = json_object();

	json_object_set_new(o, "event", json_string(reason_table[e->reason].counter));
	json_object_set_new(o, "time_ns", json_integer((json_int_t)e->at_ns));
	json_object_set_new(o, "prober", addr_json(&e->prober));
	json_object_set_new(o, "target", addr_json(&e->target));
	json_object_set_new(o, "protocol", e->prober.family ? protocol_json(e->protocol) : NULL);
	json_object_set_new(o, "ttl", e->ttl ? json_integer(e->ttl) : NULL);
	json_object_set_new(o, "prober_port", has_ports ? json_integer(e->prober_port) : NULL);
	json_object_set_new(o, "target_port", has_ports ? json_integer(e->target_port) : NULL);
	json_object_set_new(o, "router", addr_json(&e->router));
	json_object_set_new(o, "icmp_type", e->router.family ? json_integer(e->icmp_type) : NULL);
	json_object_set_new(o, "icmp_code", e->router.family ? json_integer(e->icmp_code) : NULL);
	json_object_set_new(o, "rtt_ms", rtt_json(e->rtt_ns));
	return o;
}

json_t *report_counters(const uint64_t counters[REASON_COUNT])
{
	json_t *o = json_object();

	for (size_t i = REASON_OK + 1; i < REASON_COUNT; i++)
		json_object_set_new(o, reason_table[i].counter, json_integer((json_int_t)counters[i]));
	return o;
}
