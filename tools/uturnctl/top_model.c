/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "metrics/host_state.h"
#include "packet/reason.h"

enum { PROBES, TURNED, RELAYED, SUMS };

static const uint64_t second_ns = 1000000000;

static void copy(char *to, size_t size, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	snprintf(to, size, "%s", text ? text : "");
}

static double number(const json_t *object, const char *name)
{
	const json_t *field = json_object_get(object, name);
	double value = json_number_value(field);

	return json_is_number(field) && value >= 0 && value < 1e15 ? value : -1;
}

static unsigned small(const json_t *object, const char *name)
{
	double value = number(object, name);

	return value >= 0 && value < 100000 ? (unsigned)value : 0;
}

/* Behind what is there, as far as there is room. */
__attribute__((format(printf, 2, 3))) static void add(char text[TOP_TEXT_SIZE], const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, TOP_TEXT_SIZE - used, format, args);
	va_end(args);
}

static void forget_rates(struct top_model *m)
{
	m->rates = (struct top_rates){ -1, -1, -1 };
	m->counted_ns = 0;
}

void top_model_init(struct top_model *m)
{
	memset(m, 0, sizeof(*m));
	m->uptime_s = m->draining_s = m->flights = m->capacity = m->probers = -1;
	forget_rates(m);
}

void top_model_status(struct top_model *m, const json_t *status)
{
	m->is_up = true;
	m->why[0] = '\0';
	copy(m->version, sizeof(m->version), status, "version");
	copy(m->queue, sizeof(m->queue), status, "queue");
	m->uptime_s = number(status, "uptime_s");
	m->draining_s = number(status, "draining_s");
	m->flights = number(status, "flights");
	m->capacity = number(status, "capacity");
	m->probers = number(status, "probers_60s");
}

static void sum_up(const json_t *counters, uint64_t sums[SUMS])
{
	memset(sums, 0, SUMS * sizeof(sums[0]));
	for (size_t i = REASON_OK + 1; i < REASON_COUNT; i++) {
		json_int_t value = json_integer_value(json_object_get(counters, reason_table[i].counter));
		uint64_t count = value > 0 ? (uint64_t)value : 0;

		if (reason_table[i].ends == ENDS_PROBE)
			sums[PROBES] += count;
		if (i == REASON_TURNED)
			sums[TURNED] += count;
		if (i == REASON_RELAYED || i == REASON_ARRIVED)
			sums[RELAYED] += count;
	}
}

/* Sums that fall are those of another uturnd. */
void top_model_counters(struct top_model *m, const json_t *counters, uint64_t now_ns)
{
	double *const rates[SUMS] = { &m->rates.probes, &m->rates.turned, &m->rates.relayed };
	uint64_t sums[SUMS];

	sum_up(counters, sums);
	for (int i = 0; i < SUMS; i++) {
		bool is_known = m->counted_ns && now_ns > m->counted_ns && sums[i] >= m->counted[i];

		*rates[i] = is_known
			? (double)(sums[i] - m->counted[i]) * (double)second_ns / (double)(now_ns - m->counted_ns)
			: -1;
		m->counted[i] = sums[i];
	}
	m->counted_ns = now_ns;
}

static double last_ms(const struct top_model *m, const char *prober)
{
	for (unsigned i = 0; i < TOP_PROBERS; i++)
		if (*m->last[i].prober && strcmp(m->last[i].prober, prober) == 0)
			return m->last[i].ms;
	return -1;
}

static void read_trace(const struct top_model *m, const json_t *o, struct top_trace *t)
{
	*t = (struct top_trace){ .id = json_integer_value(json_object_get(o, "id")) };
	copy(t->prober, sizeof(t->prober), o, "prober");
	copy(t->target, sizeof(t->target), o, "target");
	copy(t->frontend, sizeof(t->frontend), o, "frontend");
	copy(t->protocol, sizeof(t->protocol), o, "protocol");
	t->ttl = small(o, "ttl");
	t->answered = small(o, "hops_answered");
	t->silent = small(o, "hops_silent");
	t->age_s = number(o, "age_s");
	t->last_ms = last_ms(m, t->prober);
}

void top_model_traces(struct top_model *m, const json_t *answer)
{
	const json_t *traces = json_object_get(answer, "traces");

	m->trace_count = 0;
	for (size_t i = 0; i < json_array_size(traces) && m->trace_count < TOP_TRACES; i++)
		read_trace(m, json_array_get(traces, i), &m->traces[m->trace_count++]);
}

static void add_router(char text[TOP_TEXT_SIZE], const json_t *router)
{
	const char *name = json_string_value(json_object_get(router, "router"));
	const json_t *times = json_object_get(router, "rtts_ms");

	add(text, "%s%s", *text ? "  " : "", name ? name : "*");
	for (size_t i = 0; i < json_array_size(times) && i < 16; i++)
		add(text, "  %.3f ms", json_number_value(json_array_get(times, i)));
}

void top_model_hops(struct top_model *m, const json_t *answer)
{
	const json_t *trace = json_array_get(json_object_get(answer, "traces"), 0);
	const json_t *hops = json_object_get(trace, "hops");

	m->is_shown_known = json_is_object(trace);
	m->hop_count = 0;
	if (!m->is_shown_known)
		return;
	read_trace(m, trace, &m->of_shown);
	for (size_t i = 0; i < json_array_size(hops) && m->hop_count < TOP_HOPS; i++) {
		const json_t *hop = json_array_get(hops, i), *routers = json_object_get(hop, "routers");
		struct top_hop *h = &m->hops[m->hop_count++];

		*h = (struct top_hop){ .ttl = small(hop, "ttl") };
		for (size_t r = 0; r < json_array_size(routers); r++)
			add_router(h->text, json_array_get(routers, r));
		if (!*h->text)
			add(h->text, "*");
	}
}

static void remember(struct top_model *m, const char *prober, double ms)
{
	unsigned place = m->last_next;

	for (unsigned i = 0; i < TOP_PROBERS; i++)
		if (strcmp(m->last[i].prober, prober) == 0)
			place = i;
	if (place == m->last_next)
		m->last_next = (m->last_next + 1) % TOP_PROBERS;
	snprintf(m->last[place].prober, sizeof(m->last[place].prober), "%s", prober);
	m->last[place].ms = ms;
}

void top_model_event(struct top_model *m, const json_t *event, const char *time)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	const char *prober = json_string_value(json_object_get(event, "prober"));
	const char *protocol = json_string_value(json_object_get(event, "protocol"));
	const char *router = json_string_value(json_object_get(event, "router"));
	double ms = number(event, "rtt_ms");
	unsigned port = small(event, "target_port"), ttl = small(event, "ttl");
	char *text;

	if (!name)
		return;
	text = m->events[m->event_count++ % TOP_EVENTS];
	*text = '\0';
	add(text, "%s  %-10s %s", time, name, protocol ? protocol : "-");
	if (port)
		add(text, "/%u", port);
	add(text, "  %s", prober ? prober : "-");
	if (ttl)
		add(text, "  ttl %u", ttl);
	if (router)
		add(text, "  %s", router);
	if (ms >= 0)
		add(text, "  %.1f ms", ms);
	if (prober && ms >= 0)
		remember(m, prober, ms);
}

static void tell_rules(struct top_model *m, const json_t *rules)
{
	static const char *const families[] = { "ipv4", "ipv6" }, *const names[] = { "IPv4", "IPv6" };

	m->rules[0] = '\0';
	m->are_rules_bad = false;
	for (int i = 0; i < 2; i++) {
		const json_t *family = json_object_get(rules, families[i]);
		const char *state = json_string_value(json_object_get(family, "state"));

		if (!family)
			continue;
		add(m->rules, "%s%s %s", *m->rules ? ", " : "", names[i], state ? state : "unknown");
		m->are_rules_bad |= !state || strcmp(state, "present") != 0;
	}
	if (!*m->rules)
		add(m->rules, "not kept");
}

void top_model_host(struct top_model *m, const json_t *rules, const char *queues)
{
	unsigned first, last, waiting = 0, lost = 0, missing = 0;
	struct host_queue q;

	tell_rules(m, rules);
	m->queues[0] = '\0';
	m->are_queues_bad = false;
	if (!queues || !host_queues_of(m->queue, &first, &last))
		return;
	for (unsigned i = first; i <= last && i < 65536; i++) {
		if (!host_queue_find(queues, i, &q)) {
			missing++;
			continue;
		}
		waiting += q.waiting;
		lost += q.dropped + q.lost;
	}
	if (missing)
		add(m->queues, "no listener");
	else
		add(m->queues, "%u waiting, %u lost", waiting, lost);
	m->are_queues_bad = missing > 0;
}

void top_model_down(struct top_model *m, const char *why)
{
	m->is_up = false;
	snprintf(m->why, sizeof(m->why), "%s", why);
	m->trace_count = 0;
	m->flights = m->probers = m->uptime_s = m->draining_s = -1;
	forget_rates(m);
}
