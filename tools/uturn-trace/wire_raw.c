/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire_raw.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "packet/ip.h"
#include "packet/reason.h"
#include "raw/capture.h"
#include "raw/sender.h"
#include "request.h"

enum { WORK = 16 /* bursts of the capture at once */ };

struct wire_raw {
	struct wire wire; /* first */
	struct wire_world *world;
	struct sender *sender;
	struct capture *capture;
	uint64_t counters[REASON_COUNT];
	uint64_t now_ns;
	unsigned told;
};

static struct wire_raw *raw_of(struct wire *w)
{
	return (struct wire_raw *)w;
}

static void on_packet(void *owner, struct span packet, uint64_t age_ns)
{
	struct wire_raw *raw = owner;
	struct wire_world *world = raw->world;
	struct answer a;
	enum answer_result result = answer_of(&world->answers, packet, &a);

	raw->told++;
	if (result == ANSWER_PROVEN)
		/* age 0: it has come since the burst began */
		world->told(world->owner, &a, age_ns ? raw->now_ns - age_ns : clock_ns(CLOCK_MONOTONIC));
	else if (result == ANSWER_UNPROVEN)
		world->unproven++;
}

static void raw_work(struct wire *w)
{
	struct wire_raw *raw = raw_of(w);

	for (unsigned i = 0; i < WORK; i++) {
		raw->told = 0;
		raw->now_ns = clock_ns(CLOCK_MONOTONIC);
		if (capture_work(raw->capture) || !raw->told)
			break;
	}
	capture_count_drops(raw->capture);
	raw->world->dropped = raw->counters[REASON_CAPTURE_DROPPED];
}

static int raw_send(struct wire *w, unsigned index)
{
	struct wire_raw *raw = raw_of(w);
	const struct answer_world *world = &raw->world->answers;
	const struct sent_probe *p = &world->sent->probes[index];
	struct writer out = sender_room(raw->sender);

	if (p->is_request)
		request_build(world->aim, identity_low(world->identity, index), flows_port(&world->aim->flows, p->flow),
			p->ttl, &out);
	else
		answer_rebuild(world, index, &out);
	sender_push(raw->sender, &out);
	return 0;
}

static int raw_flush(struct wire *w)
{
	struct wire_raw *raw = raw_of(w);

	sender_flush(raw->sender);
	return -sender_take_refusal(raw->sender);
}

static void raw_close(struct wire *w)
{
	struct wire_raw *raw = raw_of(w);

	sender_close(raw->sender);
	capture_close(raw->capture);
	free(raw);
}

int wire_raw_open(struct wire **made, struct wire_world *w, char *why, size_t why_size)
{
	const struct capture_filter filter = {
		.reply_first = FLOWS_FIRST_PORT,
		.reply_last = FLOWS_FIRST_PORT + FLOWS_COUNT - 1,
		.takes_udp = true,
	};
	const char *interface = w->answers.aim->interface;
	struct wire_raw *raw = calloc(1, sizeof(*raw));
	int err;

	if (!raw)
		return -ENOMEM;
	raw->wire = (struct wire){ raw_send, raw_flush, raw_work, raw_close, -1 };
	raw->world = w;
	err = sender_open(&raw->sender, 0, IDENTITY_PACKET_MOST, raw->counters);
	if (err)
		snprintf(why, why_size, "raw socket: %s", strerror(-err));
	if (!err && *interface) {
		err = sender_bind(raw->sender, interface);
		if (err)
			snprintf(why, why_size, "--interface: '%s': %s", interface, strerror(-err));
	}
	if (!err)
		err = capture_open(&raw->capture, interface, &filter, on_packet, raw, raw->counters, why, why_size);
	if (err) {
		raw_close(&raw->wire);
		return err;
	}
	raw->wire.fd = capture_fd(raw->capture);
	*made = &raw->wire;
	return 0;
}
