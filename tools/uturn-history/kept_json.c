/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { RTTS = 16 };

#define TIME_MOST 1e11 /* seconds: the year 5138 */

static bool refuse(char *why, size_t why_size, const char *words)
{
	snprintf(why, why_size, "%s", words);
	return false;
}

static bool read_addr(const json_t *o, const char *name, struct addr *a)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text && addr_parse(text, a);
}

static uint32_t read_count(const json_t *o, const char *name)
{
	const json_int_t n = json_integer_value(json_object_get(o, name));

	return n > 0 && n <= INT32_MAX ? (uint32_t)n : n > 0 ? INT32_MAX : 0;
}

static uint32_t read_asn(const json_t *o)
{
	const json_int_t n = json_integer_value(json_object_get(o, "as"));

	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static int64_t read_ms(const json_t *o, const char *name)
{
	const double seconds = json_number_value(json_object_get(o, name));

	return seconds > 0 && seconds < TIME_MOST ? (int64_t)(seconds * 1000 + 0.5) : 0;
}

/* The index of the word; -1: none of them. */
static int read_word(const json_t *o, const char *name, const char *const *words, int count)
{
	const char *word = json_string_value(json_object_get(o, name));

	for (int i = 0; word && i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	return -1;
}

/* Printable ASCII, or it would bring escape sequences to a terminal. */
static void read_host(struct kept *k, const json_t *o, const char *host)
{
	const char *own = json_string_value(json_object_get(o, "host"));

	snprintf(k->host, sizeof(k->host), "%s", own ? own : host);
	for (char *c = k->host; *c; c++)
		if (*c <= 0x20 || *c > 0x7e)
			*c = '?';
}

static bool read_router(struct kept *k, unsigned hop, const json_t *router, char *why, size_t why_size)
{
	const json_t *rtts = json_object_get(router, "rtts_ms");
	uint32_t us[RTTS];
	struct addr a;
	size_t count = 0;

	if (!read_addr(router, "router", &a))
		return refuse(why, why_size, "\"router\" of a hop is not an address");
	for (size_t i = 0; i < json_array_size(rtts) && count < RTTS; i++) {
		const double ms = json_number_value(json_array_get(rtts, i));

		us[count++] = ms > 0 && ms < 4e6 ? (uint32_t)(ms * 1000 + 0.5) : 0;
	}
	if (!kept_add(k, hop, &a, us, count))
		return refuse(why, why_size, "\"hops\": too many routers");
	k->routers[k->first[hop] - 1].asn = read_asn(router);
	return true;
}

static bool read_hops(struct kept *k, const json_t *o, char *why, size_t why_size)
{
	const json_t *hops = json_object_get(o, "hops");
	json_int_t before = 0;

	if (!json_is_array(hops))
		return refuse(why, why_size, "\"hops\" are missing: make it by uturnctl traces -f --json");
	for (size_t i = 0; i < json_array_size(hops); i++) {
		const json_t *hop = json_array_get(hops, i), *routers = json_object_get(hop, "routers");
		const json_int_t ttl = json_integer_value(json_object_get(hop, "ttl"));

		if (ttl <= before || ttl > KEPT_HOPS)
			return refuse(why, why_size,
				"\"ttl\" of a hop is not a number from 1 to 63, and above the one before");
		before = ttl;
		for (size_t r = 0; r < json_array_size(routers); r++)
			if (!read_router(k, (unsigned)ttl, json_array_get(routers, r), why, why_size))
				return false;
	}
	kept_finish(k);
	return true;
}

/* What both forms have. */
static bool read_common(struct kept *k, const json_t *o, const char *host, char *why, size_t why_size)
{
	const char *protocol = json_string_value(json_object_get(o, "protocol"));
	const int front = read_word(o, "frontend", kept_fronts, KEPT_FRONTS),
		  end = read_word(o, "end", kept_ends, KEPT_ENDS);

	read_host(k, o, host);
	k->at_ms = read_ms(o, "time");
	k->ms = (uint32_t)(read_ms(o, "seconds") < INT32_MAX ? read_ms(o, "seconds") : INT32_MAX);
	k->probes = read_count(o, "probes");
	k->protocol = protocol ? kept_protocol(protocol) : 0;
	if (!k->at_ms)
		return refuse(why, why_size, "\"time\" is not seconds since 1970");
	if (!k->protocol)
		return refuse(why, why_size, "\"protocol\" is not udp, tcp, icmp or a number");
	if (front < 0)
		return refuse(why, why_size, "\"frontend\" is not uturn, inband, request or trace");
	if (end < 0)
		return refuse(why, why_size,
			"\"end\" is not arrived, stopped or limited: is this a trace that goes on?");
	k->front = (uint8_t)front;
	k->end = (uint8_t)end;
	return read_hops(k, o, why, why_size);
}

bool kept_read_uturnd(struct kept *k, const json_t *trace, const char *host, bool is_full, char *why, size_t why_size)
{
	struct addr prober;

	if (!read_addr(trace, "target", &k->origin) || !read_addr(trace, "prober", &prober))
		return refuse(why, why_size, "not a trace: \"prober\" and \"target\" are not addresses");
	k->remote = kept_prefix(&prober, true);
	if (!read_common(k, trace, host, why, why_size))
		return false;
	if (!is_full)
		kept_cut(k);
	return true;
}

/* --- export --- */

bool kept_is_exported(const json_t *trace)
{
	return json_object_get(trace, "uturn-history") != NULL;
}

/* Each its identifier, and for each hop a router of it by number, from 0 on, or null. */
static bool read_flow(struct kept *k, const json_t *flow, unsigned at)
{
	const json_int_t id = json_integer_value(json_object_get(flow, "id"));
	const json_t *met = json_object_get(flow, "met");

	if (id < 0 || id > UINT16_MAX || json_array_size(met) > k->hops || (at && id <= k->flows[at - 1]))
		return false;
	k->flows[at] = (uint16_t)id;
	for (size_t hop = 1; hop <= json_array_size(met); hop++) {
		const json_t *router = json_array_get(met, hop - 1);
		const json_int_t n = json_integer_value(router), first = k->first[hop - 1];

		if (json_is_integer(router) && (n < 0 || n >= k->first[hop] - first))
			return false;
		if (json_is_integer(router))
			k->met[(size_t)at * k->hops + hop - 1] = (uint16_t)(first + n);
	}
	return true;
}

static bool read_flows(struct kept *k, const json_t *flows, char *why, size_t why_size)
{
	const size_t count = json_array_size(flows);

	if (!count || !k->hops)
		return true;
	/* a prober that is cut below may leave its hop with a router less than "met" counts */
	if (k->front != KEPT_TRACE)
		return refuse(why, why_size, "\"flows\": of \"frontend\" trace alone");
	if (count > KEPT_FLOWS)
		return refuse(why, why_size, "\"flows\": too many");
	k->flows = calloc(count, sizeof(*k->flows));
	k->met = malloc(count * k->hops * sizeof(*k->met));
	if (!k->flows || !k->met)
		return refuse(why, why_size, "no memory");
	memset(k->met, 0xff, count * k->hops * sizeof(*k->met));
	k->flow_count = (uint16_t)count;
	for (size_t i = 0; i < count; i++)
		if (!read_flow(k, json_array_get(flows, i), (unsigned)i))
			return refuse(why, why_size, "\"flows\": not in order, or routers that no hop has");
	return true;
}

bool kept_read_exported(struct kept *k, const json_t *trace, bool is_full, char *why, size_t why_size)
{
	const char *remote = json_string_value(json_object_get(trace, "remote"));
	struct prefix prefix;

	if (json_integer_value(json_object_get(trace, "uturn-history")) != KEPT_JSON_VERSION)
		return refuse(why, why_size, "\"uturn-history\" is not 1: a newer uturn-history reads it");
	if (!read_addr(trace, "origin", &k->origin))
		return refuse(why, why_size, "\"origin\" is not an address");
	if (!remote || !prefix_parse(remote, &prefix))
		return refuse(why, why_size, "\"remote\" is not a prefix");
	k->remote = prefix;
	k->asn = read_asn(trace);
	if (!read_common(k, trace, "?", why, why_size) ||
		!read_flows(k, json_object_get(trace, "flows"), why, why_size))
		return false;
	if (!is_full && k->front != KEPT_TRACE && prefix.length > prefix_of_network(&prefix.addr).length)
		kept_cut(k);
	return true;
}

static json_t *router_json(const struct kept_router *r)
{
	char text[ADDR_TEXT_SIZE];
	json_t *o = json_pack("{ss s[f]}", "router", addr_text(&r->addr, text), "rtts_ms", (double)r->rtt_us / 1000);

	if (r->asn)
		json_object_set_new(o, "as", json_integer(r->asn));
	return o;
}

static json_t *hops_json(const struct kept *k)
{
	json_t *hops = json_array();

	for (unsigned hop = 1; hop <= k->hops; hop++) {
		json_t *routers = json_array();

		for (unsigned i = k->first[hop - 1]; i < k->first[hop]; i++)
			json_array_append_new(routers, router_json(&k->routers[i]));
		json_array_append_new(hops, json_pack("{si so}", "ttl", (int)hop, "routers", routers));
	}
	return hops;
}

static json_t *flows_json(const struct kept *k)
{
	json_t *flows = json_array();

	for (unsigned flow = 0; flow < k->flow_count; flow++) {
		json_t *met = json_array();

		for (unsigned hop = 1; hop <= k->hops; hop++) {
			const uint16_t router = k->met[flow * k->hops + hop - 1];

			json_array_append_new(met,
				router == KEPT_NOBODY ? json_null() : json_integer(router - k->first[hop - 1]));
		}
		json_array_append_new(flows, json_pack("{si so}", "id", (int)k->flows[flow], "met", met));
	}
	return flows;
}

json_t *kept_json(const struct kept *k)
{
	char origin[ADDR_TEXT_SIZE], remote[ADDR_TEXT_SIZE], prefix[ADDR_TEXT_SIZE + 4], number[4];
	json_t *o;

	snprintf(prefix, sizeof(prefix), "%s/%u", addr_text(&k->remote.addr, remote), k->remote.length);
	o = json_pack("{si sf ss ss ss ss ss sf si ss}", "uturn-history", KEPT_JSON_VERSION, "time",
		(double)k->at_ms / 1000, "host", k->host, "origin", addr_text(&k->origin, origin), "remote", prefix,
		"frontend", kept_fronts[k->front], "protocol", kept_protocol_word(k->protocol, number), "seconds",
		(double)k->ms / 1000, "probes", (int)k->probes, "end", kept_ends[k->end]);
	if (o && k->asn)
		json_object_set_new(o, "as", json_integer(k->asn));
	if (o)
		json_object_set_new(o, "hops", hops_json(k));
	if (o && k->flow_count)
		json_object_set_new(o, "flows", flows_json(k));
	return o;
}
