/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sequence of events for one engine: probes, answers to what it sent, captured
 * here or by a peer, time, configuration, drain, and any bytes. Each outcome is held against the model, and
 * the counters have to add up.
 */
#include <string.h>

#include "amplified.h"
#include "error_view.h"
#include "known.h"
#include "lent.h"
#include "model.h"
#include "mutate.h"
#include "scene.h"
#include "tests/sound.h"
#include "wire.h"

enum { SENT = 16, EVENTS = 80, BYTES = 8 * EVENTS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static struct {
	struct engine engine;
	struct config config;
	uint64_t now_ns, events;
	struct {
		uint8_t at[SCENE_PACKET];
		size_t len;
	} sent[SENT]; /* what left, the n-th since the start at n % SENT */
	size_t sent_count;
	uint8_t packet[SCENE_PACKET];
} world;

static struct lent memory = { .most = LENT_ENGINE }, packets = { .most = SCENE_PACKET },
		   rooms = { .most = ENGINE_PACKET_MAX };

static struct addr address_of(bool is_four, uint8_t choice)
{
	uint8_t bytes[16];

	scene_address(bytes, is_four, choice);
	return addr_from(is_four ? 4 : 6, bytes);
}

static void choose_config(struct feed *f)
{
	static const uint32_t limits[] = { 100000000, 3, 20, 100000000 };
	static const uint64_t keeps_ns[] = { 5000000000, 100000000, 1000000000, 60000000000 };
	struct config *c = &world.config;
	static struct config defaults;
	uint8_t a = feed_next(f), b = feed_next(f);

	if (!defaults.in_flight)
		config_default(&defaults);
	*c = defaults;
	c->turn = a & 1 ? TURN_MIRROR : TURN_FLOW;
	c->tcp_answer = a & 2 ? TCP_ANSWER_SYNACK : TCP_ANSWER_RST;
	c->reach_check = !(a & 4);
	c->answer_from4 = a & 8 ? ANSWER_FROM_SELF : ANSWER_FROM_ROUTER;
	c->answer_from6 = a & 16 ? ANSWER_FROM_SELF : ANSWER_FROM_ROUTER;
	c->inflection = (enum inflection)((a >> 5) % 3);
	c->inflection4 = b & 1 ? address_of(true, 3) : (struct addr){ 0 };
	c->inflection6 = b & 2 ? address_of(false, 3) : (struct addr){ 0 };
	c->limit_per_prober = limits[b >> 2 & 3];
	c->limit_per_network = c->limit_total = 100000000;
	c->keep_ns = keeps_ns[b >> 4 & 3];
	c->pace = (b >> 4 & 3) != 3;
	c->turns_others = a >> 5 >= 3;
	c->max_ttl = b & 64 ? 5 : 32;
	if (!(b & 128) || a & 1)
		scene_allow(c);
	c->access[0].is_allowed = !(b & 128);
}

/* --- events ---------------------------------------------------------------------------------------------------- */

static uint64_t counted(enum reason reason)
{
	return world.engine.counters[reason];
}

/* One event is one outcome counted; beside it only what the table gave up, and what was cut off. */
static struct result result_of(const struct writer *out, enum act act, uint64_t evicted)
{
	const struct engine *e = &world.engine;
	struct result r = { .reason = e->event.reason, .act = act, .at = out->at, .len = out->overflow ? 0 : out->len };
	uint64_t sum = 0;

	for (size_t i = 0; i < REASON_COUNT; i++)
		if (i != REASON_EVICTED && i != REASON_EXTENSION_CUT && i != REASON_PEER_MATCHED)
			sum += e->counters[i];
	MUST(sum == ++world.events);
	MUST(r.reason != REASON_OK && (!out->overflow || r.reason == REASON_TOO_LARGE));
	MUST(counted(REASON_EVICTED) - evicted <= 1);
	r.has_evicted = counted(REASON_EVICTED) != evicted;
	return r;
}

static void remember(const struct result *r)
{
	if (!r->len)
		return;
	memcpy(world.sent[world.sent_count % SENT].at, r->at, r->len);
	world.sent[world.sent_count++ % SENT].len = r->len;
}

static void give_probe(size_t len)
{
	struct span packet = lent_packet(&packets, world.packet, len);
	struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
	uint64_t evicted = counted(REASON_EVICTED);
	struct result r;
	enum act act;

	act = engine_on_probe(&world.engine, packet, world.now_ns, &out);
	r = result_of(&out, act, evicted);
	MUST(reason_table[r.reason].ends == ENDS_PROBE);
	model_on_probe(packet.at, len, world.now_ns, &r);
	amplified_on_probe(packet.at, &r);
	remember(&r);
	lent_back(&rooms);
	lent_back(&packets);
}

/* Not an event, and nothing leaves. */
static bool is_anothers(const uint8_t *packet, size_t len)
{
	struct error_view e;

	return error_view_of(packet, len, &e) && view_is_router(e.outer.from, e.outer.address) &&
		!known_is_ours(e.quote.is_four, e.quote.tag);
}

static void give_error(size_t len)
{
	struct span packet = lent_packet(&packets, world.packet, len);
	struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
	uint64_t evicted = counted(REASON_EVICTED);
	struct result r;

	if (engine_on_error(&world.engine, packet, world.now_ns, &out)) {
		r = result_of(&out, ACT_PASS, evicted);
		MUST(!is_anothers(packet.at, len));
		model_on_error(packet.at, len, world.now_ns, &r);
		MUST(r.len <= 1280);
		amplified_on_error(len, &r);
	} else {
		MUST(out.len == 0 && is_anothers(packet.at, len));
	}
	lent_back(&rooms);
	lent_back(&packets);
}

/* Captured up to a second ago; what matches nothing is counted as a peer's. */
static void give_peer(size_t len, uint64_t ago_ns)
{
	const uint64_t at_ns = world.now_ns > ago_ns ? world.now_ns - ago_ns : 0;
	const uint64_t evicted = counted(REASON_EVICTED), matched = counted(REASON_PEER_MATCHED),
		       unmatched = counted(REASON_NO_FLIGHT);
	struct span packet = lent_packet(&packets, world.packet, len);
	struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
	bool is_event = engine_on_peer(&world.engine, packet, at_ns, &out), has_matched;
	struct result r = result_of(&out, ACT_PASS, evicted);

	has_matched = counted(REASON_PEER_MATCHED) != matched;
	MUST(counted(REASON_NO_FLIGHT) == unmatched && r.reason != REASON_NO_FLIGHT);
	MUST(is_event == (r.reason != REASON_PEER_UNMATCHED) && (is_event || !r.len));
	MUST(!r.len || has_matched);
	if (!is_event)
		r.reason = REASON_NO_FLIGHT;
	if (!is_anothers(packet.at, len))
		model_on_error(packet.at, len, at_ns, &r);
	else
		MUST(!is_event);
	MUST(r.len <= 1280);
	amplified_on_error(len, &r);
	lent_back(&rooms);
	lent_back(&packets);
}

static void give_time(struct feed *f)
{
	static const uint64_t units_ns[] = { 1000000, 25000000, 300000000, 100000000000 };
	uint8_t choice = feed_next(f);

	world.now_ns += (choice >> 2) * units_ns[choice & 3];
	if (feed_next(f) & 1)
		return; /* nobody looks */
	for (;;) {
		struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
		uint64_t evicted = counted(REASON_EVICTED);
		struct result r;

		if (!engine_on_time(&world.engine, world.now_ns, &out)) {
			MUST(!out.len);
			lent_back(&rooms);
			break;
		}
		r = result_of(&out, ACT_PASS, evicted);
		model_on_time(world.now_ns, &r);
		amplified_on_time(&r);
		remember(&r);
		lent_back(&rooms);
	}
	model_after_time(world.now_ns);
}

/* For up to a quarter of an hour, or not any more. */
static void drain(struct feed *f)
{
	const uint8_t choice = feed_next(f);
	const uint64_t until_ns = choice ? world.now_ns + choice * UINT64_C(4000000000) : 0;

	engine_drain(&world.engine, until_ns);
	known_drain(until_ns);
}

static void configure(struct feed *f)
{
	struct engine_settings settings;

	choose_config(f);
	settings = engine_settings_of(&world.config);
	engine_configure(&world.engine, &settings);
	model_configure(&world.config);
}

/* What a router says about one of the last that were sent. */
static void answer(struct feed *f, bool is_peers, uint64_t ago_ns)
{
	size_t known = world.sent_count < SENT ? world.sent_count : SENT;
	uint8_t which = feed_next(f);
	size_t at, len;

	if (!known)
		return;
	at = (world.sent_count - 1 - which % known) % SENT;
	len = scene_error(f, world.packet, world.sent[at].at, world.sent[at].len);
	if (is_peers)
		give_peer(len, ago_ns);
	else
		give_error(len);
}

static void give_any(struct feed *f)
{
	const uint8_t choice = feed_next(f);

	if (choice & 1)
		give_probe(scene_any(f, world.packet));
	else if (choice & 2)
		give_peer(scene_any(f, world.packet), 0);
	else
		give_error(scene_any(f, world.packet));
}

static void step(struct feed *f)
{
	const uint8_t choice = feed_next(f);

	switch (choice % 8) {
	case 0:
	case 1:
	case 2:
		give_probe(scene_probe(f, world.packet));
		break;
	case 3:
		answer(f, false, 0);
		break;
	case 4:
		answer(f, true, (choice >> 3) * UINT64_C(32000000));
		break;
	case 5:
		give_time(f);
		break;
	case 6:
		give_any(f);
		break;
	case 7:
		if (choice & 8)
			drain(f);
		else
			configure(f);
		break;
	}
	MUST(world.engine.flights.out == model_flights());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t secret[2] = { 1, 2 };
	struct feed f = { data, size };
	struct engine_settings settings;
	uint8_t start;
	unsigned engines, number;

	choose_config(&f);
	world.config.in_flight = 1 + feed_next(&f) % 17;
	start = feed_next(&f);
	world.now_ns = start & 1 ? 1000000000000 : 0;
	engines = 1U << (start >> 1 & 7) % 6;
	number = start >> 4 & (engines - 1);
	world.events = 0;
	world.sent_count = 0;
	settings = engine_settings_of(&world.config);
	engine_init(&world.engine, &settings, lent_engine(&memory, &settings, 0), secret);
	engine_share(&world.engine, shard_of(number, engines));
	model_begin(&world.config, number, engines);
	amplified_begin();
	for (int i = 0; f.len && i < EVENTS && model_is_certain(); i++)
		step(&f);
	lent_back(&memory);
	return 0;
}

/* --- mutations that a random byte rarely makes ------------------------------------------------------------------ */

/* Time Exceeded about the last, with another tag. */
#define GUESS "\3\0\2\0\0\0\x84\1"
#define GUESSES GUESS GUESS GUESS GUESS GUESS GUESS GUESS GUESS

/* One probe that is answered, and seven that are not. */
#define ECHO "\0\x2d\x01\x08\x05\x01\0\0"
#define BEGIN "\0\x0d\x01\x08\x05\x01\0\0"
#define CROWD BEGIN ECHO "\3\0\2\0\0\0\0\1" ECHO ECHO ECHO ECHO ECHO ECHO ECHO

/* Eight datagrams, and half a second, after which each has a check. */
#define DATAGRAM "\0\x29\x01\x10\x05\x01\0\0"
#define HALF "\5\x51\0"
#define CHECKED DATAGRAM DATAGRAM DATAGRAM DATAGRAM DATAGRAM DATAGRAM DATAGRAM DATAGRAM HALF

/* A probe, the answer to it, the time to a check, and what may come after it. */
static const struct phrase phrases[] = {
	{ "\0\x29\x01\x10\x05\x01\0\0", 8 }, /* UDP, IPv4, TTL 5 */
	{ "\0\x28\x01\x10\x05\x01\0\0", 8 }, /* IPv6 */
	{ "\0\x2b\x01\0\x05\x01\0\0", 8 }, /* SYN */
	{ "\0\x2d\x01\x08\x05\x01\0\0", 8 }, /* echo request */
	{ "\0\x29\x01\xd0\x05\x01\0\0", 8 }, /* UDP of 1468 bytes */
	{ "\0\x29\x01\xd0\x05\x01\1\0", 8 }, /* the same, and DF */
	{ "\0\x28\x01\x10\x05\x01\2\0", 8 }, /* hop-by-hop options */
	{ "\0\x28\x01\xd0\x05\x01\x06\x34", 8 }, /* behind three extension headers, a little above 1500 bytes */
	{ "\0\x29\x01\xce\x05\x81\0\0", 8 }, /* one that ends before its packet does */
	{ "\0\x28\x01\x10\x05\x01\x14\0", 8 }, /* eight */
	{ "\0\x28\x01\x10\x05\x01\x02\xff", 8 }, /* a fragment header with reserved bits */
	{ "\0\x29\x01\x10\x05\x01\x20\0", 8 }, /* UDP-Lite */
	{ "\0\x29\x01\0\x05\x01\0\0", 8 }, /* UDP without payload */
	{ "\0\x28\x01\0\x05\x01\0\0", 8 }, /* IPv6 */
	{ "\0\x29\x01\1\x05\x01\0\0", 8 }, /* a byte of it */
	{ "\0\x19\x01\0\x05\x01\0\0", 8 }, /* with a lower TTL */
	{ "\0\x28\x01\x10\x05\x01\x22\2", 8 }, /* SCTP behind hop-by-hop options */
	{ "\0\x49\x01\x10\x05\x01\0\0", 8 }, /* UDP, TTL 9 */
	{ "\0\x48\x01\x10\x05\x01\0\0", 8 }, /* IPv6 */
	{ "\0\x29\x01\x10\xfd\x01\0\0", 8 }, /* another uturn host's */
	{ "\0\x09\x01\x10\x05\x01\0\0", 8 }, /* TTL 1 */
	{ "\3\0\2\0\0\0\0\1", 8 }, /* Time Exceeded about the last */
	{ GUESSES GUESSES GUESSES GUESSES, 256 }, /* as many as there may be */
	{ GUESSES GUESSES GUESSES, 192 }, { "\3\1\2\0\x1c\0\0\1", 8 }, /* about the last but one, 28 bytes quoted */
	{ "\4\0\2\0\0\0\0\1", 8 }, /* of a peer */
	{ "\x3c\0\2\0\0\0\0\1", 8 }, /* of a peer, 0.2 s ago */
	{ "\3\0\2\0\0\x0f\0\1", 8 }, /* with MPLS labels */
	{ "\3\0\1\x10\0\0\0\1", 8 }, /* Port Unreachable of the prober */
	{ "\3\0\1\x09\0\0\0\1", 8 }, /* Parameter Problem, unknown protocol */
	{ "\3\0\1\x0e\0\0\0\1", 8 }, /* unknown option */
	{ "\0\x28\x01\x10\x05\x01\0\0\5\x51\0\5\x4a\0", 14 }, /* a check in vain */
	{ "\3\0\1\0\0\0\0\1", 8 }, /* Time Exceeded of its NAT box */
	{ "\3\0\1\x15\0\0\0\3", 8 }, /* fragmentation needed there, and the MTU */
	{ "\3\0\1\x10\0\0\0\3", 8 }, /* Port Unreachable, and something in its unused bytes */
	{ "\x0f\x0f", 2 }, /* drained for a minute */
	{ "\x0f\0", 2 }, /* and not any more */
	{ DATAGRAM "\5\xbe\0\5\xb2\0\x0f\x0f" DATAGRAM, 24 }, /* seen 27 s before that */
	{ "\5\x06\0", 3 }, /* 0.3 s */
	{ "\5\x51\0", 3 }, /* half a second */
	{ "\5\x05\0", 3 }, /* 25 ms */
	{ "\5\x4a\0", 3 }, /* 5.4 s */
	{ CHECKED CHECKED CHECKED "\5\x22\0" DATAGRAM HALF "\5\x07\0" DATAGRAM HALF,
		229 }, /* more than there may be in vain */
	{ CROWD "\5\x4a\0" CROWD, 163 }, /* a router that is asked too much, and says nothing any more */
};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	static const struct phrases known = { phrases, sizeof(phrases) / sizeof(phrases[0]), .head = 4, .most = BYTES };

	return mutate_sequence(data, size, max_size, seed, &known);
}
