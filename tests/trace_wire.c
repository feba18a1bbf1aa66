/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/trace_wire.h"

#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/clock.h"
#include "packet/ip.h"
#include "tests/packets.h"

enum { DISTANCE = 4, WIDE_HOP = 2, RETURN = 3, MAX_TTL = 32 };

static bool is_since(const struct trace_wire *n, unsigned run)
{
	return run && n->runs >= run;
}

static int wire_send(struct wire *w, unsigned index)
{
	struct trace_wire *n = (struct trace_wire *)w;
	const uint64_t one = 1;

	if (n->is_away)
		return -ENETUNREACH;
	if (index == 0) {
		n->runs++;
		if (n->on_run)
			n->on_run(n);
	}
	if (n->refuses_at == n->runs)
		return -ENETUNREACH;
	assert_true(n->queued < TRACE_WIRE_QUEUE);
	n->queue[n->queued++] = index;
	return write(w->fd, &one, sizeof(one)) == sizeof(one) ? 0 : -EIO;
}

static void answer_turned(const struct trace_wire *n, const struct sent_probe *p, struct answer *a)
{
	char text[32];

	a->form = p->ttl <= DISTANCE + RETURN ? ANSWER_IS_EXPIRED : ANSWER_IS_UNREACHABLE;
	a->type = a->form == ANSWER_IS_EXPIRED ? 11 : 3;
	a->code = a->form == ANSWER_IS_EXPIRED ? 0 : 3;
	snprintf(text, sizeof(text), "10.2.%u.1", p->ttl - DISTANCE);
	a->from = a->form == ANSWER_IS_EXPIRED ? addr_of(text) : n->world->answers.aim->target;
}

static void answer(struct trace_wire *n, unsigned index)
{
	const struct sent_probe *p = &n->world->answers.sent->probes[index];
	struct answer a = { .index = index, .ttl_received = 64, .ttl_left = 1 };
	char text[32];

	if (p->ttl >= DISTANCE && is_since(n, n->gone_at))
		return;
	if (n->turns && p->ttl > DISTANCE && p->ttl <= MAX_TTL) {
		answer_turned(n, p, &a);
	} else if (p->ttl >= DISTANCE) {
		a.form = ANSWER_IS_UNREACHABLE;
		a.from = n->world->answers.aim->target;
		a.type = a.code = 3;
		a.ttl_left = (uint8_t)(p->ttl - DISTANCE + 1);
	} else {
		unsigned router = p->ttl == WIDE_HOP ? 1 + p->flow % 2 : 1;

		if (router == 2 && is_since(n, n->changes_at))
			router = 9;
		snprintf(text, sizeof(text), "10.1.%u.%u", p->ttl, router);
		a.form = ANSWER_IS_EXPIRED;
		a.from = addr_of(text);
		a.type = 11;
	}
	n->world->told(n->world->owner, &a, clock_ns(CLOCK_MONOTONIC));
}

static void wire_work(struct wire *w)
{
	struct trace_wire *n = (struct trace_wire *)w;
	uint64_t unused;

	if (read(w->fd, &unused, sizeof(unused)) < 0)
		return;
	for (unsigned i = 0; i < n->queued; i++)
		answer(n, n->queue[i]);
	n->queued = 0;
}

static int wire_flush(struct wire *w)
{
	(void)w;
	return 0;
}

void trace_wire_open(struct trace_wire *w, struct wire_world *world)
{
	w->wire = (struct wire){ wire_send, wire_flush, wire_work, NULL, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) };
	w->world = world;
	assert_true(w->wire.fd >= 0);
}

void trace_wire_close(struct trace_wire *w)
{
	close(w->wire.fd);
}

struct aim trace_wire_aim(void)
{
	struct aim aim = { .target = addr_of("203.0.113.80"),
		.source = addr_of("10.1.1.10"),
		.protocol = PROTOCOL_UDP,
		.port = 33434 };

	flows_init(&aim.flows, &aim.target, aim.protocol);
	return aim;
}
