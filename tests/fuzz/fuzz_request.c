/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of reverse traceroute, and what may answer their probes, for one
 * engine. It has an oracle of its own: one packet in, one out at most; a probe
 * to a host that may be probed, a response to the requester, never longer than
 * uturn-request(7) says, once, and only for an answer that holds the probe's own
 * bytes. Both together have at most 3.2 times the bytes of the request, and 1.85
 * times of one with padding.
 */
#include <string.h>

#include "config/config.h"
#include "engine/engine.h"
#include "lent.h"
#include "mutate.h"
#include "scene.h"
#include "tests/sound.h"
#include "wire.h"

enum { FLIGHTS = 8, EVENTS = 80, BYTES = 8 * EVENTS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

struct asked {
	bool is_out;
	uint8_t request[SCENE_PACKET], probe[128];
	size_t header, icmp_len, probe_len;
	uint64_t sent_ns;
};

static struct {
	struct engine engine;
	struct config config;
	uint64_t now_ns;
	struct asked asked[FLIGHTS];
	uint8_t packet[SCENE_PACKET];
} world;

static struct lent memory = { .most = LENT_ENGINE }, packets = { .most = SCENE_PACKET },
		   rooms = { .most = ENGINE_PACKET_MAX };

static size_t address_size(const uint8_t *packet)
{
	return packet[0] / 16 == 4 ? 4 : 16;
}

static const uint8_t *source(const uint8_t *packet)
{
	return packet + (packet[0] / 16 == 4 ? 12 : 8);
}

static const uint8_t *destination(const uint8_t *packet)
{
	return source(packet) + address_size(packet);
}

static size_t header_size(const uint8_t *packet)
{
	return packet[0] / 16 == 4 ? 20 : 40;
}

static unsigned out_now(void)
{
	unsigned count = 0;

	for (int i = 0; i < FLIGHTS; i++)
		count += world.asked[i].is_out;
	return count;
}

/* --- what leaves ------------------------------------------------------------------------------------------------ */

/* To the requester, from the address that it asked, with its identifier, and not longer than its request. */
static void check_response(const uint8_t *request, size_t header, size_t icmp_len, const struct writer *out)
{
	const uint8_t *icmp = out->at + header_size(out->at);
	size_t len = out->len - header_size(out->at), address = address_size(out->at);

	MUST(is_sound(out->at, out->len) && out->at[0] / 16 == request[0] / 16);
	MUST(memcmp(destination(out->at), source(request), address) == 0);
	MUST(memcmp(source(out->at), destination(request), address) == 0);
	MUST(icmp[0] == (address == 4 ? 0 : 129) && icmp[1] == 1);
	MUST(memcmp(icmp + 4, request + header + 4, 2) == 0 && be16(icmp + 6) == 0);
	if (icmp[8])
		MUST(len == 12 && icmp[8] <= 6 && icmp[8] != 3 && icmp[9] == 0 && (icmp[8] < 5 || icmp_len >= 48));
	else
		MUST(len == 36 ? icmp_len < 48 : icmp_len >= 48 && len >= 48 && len <= icmp_len);
}

static void check_factor(const struct asked *a, size_t response_len)
{
	size_t received = a->header + a->icmp_len, left = a->probe_len + response_len;

	MUST(100 * left <= (a->icmp_len < 36 ? 320u : 185u) * received);
}

static bool is_multicast(const uint8_t *packet)
{
	const uint8_t *to = destination(packet);

	return address_size(packet) == 4 ? to[0] >= 224 || to[0] == 127 || to[0] == 0 : to[0] == 0xff || to[0] == 0xfe;
}

static void check_probe(const uint8_t *request, size_t header, size_t icmp_len, const struct writer *out)
{
	const uint8_t *asked = request + header + 8, *l4 = out->at + header_size(out->at);
	bool is_four = request[0] / 16 == 4, is_udp = asked[1] == 17;
	uint8_t protocol = asked[1] ? asked[1] : is_four ? 1 : 58;
	unsigned flow = be16(asked + 2) ? be16(asked + 2) : is_udp ? 53 : asked[1] == 6 ? 80 : 0xbeaf;
	struct asked *a = world.asked;

	MUST(is_sound(out->at, out->len) && out->len <= 64 && !is_multicast(out->at));
	MUST(memcmp(source(out->at), destination(request), address_size(request)) == 0);
	if (memcmp(destination(out->at), source(request), address_size(request)) != 0)
		MUST(world.config.request_from_count && icmp_len >= 36 && asked[4] / 16 == 2 && asked[10] == 5);
	MUST(!world.config.require_padding || icmp_len >= 36);
	MUST(out->at[is_four ? 8 : 7] == asked[0] && asked[0] && out->at[is_four ? 9 : 6] == protocol);
	MUST(be16(l4 + 2) == flow && be16(l4) == (protocol == 6 || is_udp ? 1021 : is_four ? 0x800 : 0x8000));
	while (a->is_out)
		MUST(++a < world.asked + FLIGHTS);
	a->is_out = true;
	a->header = header;
	a->icmp_len = icmp_len;
	a->probe_len = out->len;
	a->sent_ns = world.now_ns;
	memcpy(a->request, request, header + icmp_len);
	memcpy(a->probe, out->at, out->len);
}

/* --- events ----------------------------------------------------------------------------------------------------- */

static size_t begin_ip(bool is_four, uint8_t protocol, size_t l4_len)
{
	size_t header = is_four ? 20 : 40;

	memset(world.packet, 0, header);
	world.packet[0] = is_four ? 0x45 : 0x60;
	world.packet[is_four ? 8 : 7] = 60;
	world.packet[is_four ? 9 : 6] = protocol;
	set16(world.packet + (is_four ? 2 : 4), l4_len + (is_four ? 20 : 0));
	return header;
}

/* A request, more or less right; its body is the fuzzer's. */
static void ask(struct feed *f)
{
	uint8_t a = feed_next(f), b = feed_next(f), len = feed_next(f), oddity = feed_next(f), value = feed_next(f);
	static const uint8_t target[20] = { 0x20, [5] = 16, 5, [18] = 0xff, 0xff };
	bool is_four = a & 1, is_right;
	size_t icmp_len = 8 + len % 100, header = begin_ip(is_four, is_four ? 1 : 58, icmp_len), stated;
	uint8_t *icmp = world.packet + header;
	struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
	struct span packet;
	enum reason reason;

	scene_address(world.packet + (is_four ? 12 : 8), is_four, b);
	scene_address(world.packet + (is_four ? 16 : 24), is_four, b >> 3);
	memset(icmp, 0, icmp_len);
	icmp[0] = is_four ? 8 : 128;
	icmp[1] = 1;
	icmp[5] = a >> 4;
	for (size_t i = 8; i < icmp_len && (i < 12 || a & 2); i++)
		icmp[i] = feed_next(f);
	if (a & 4 && icmp_len >= 36) { /* another target */
		memcpy(icmp + 12, target, sizeof(target));
		scene_address(icmp + (is_four ? 32 : 20), is_four, value);
		set16(icmp + 14, plain_sum(0, icmp + 12, icmp_len - 12));
	}
	repair(world.packet, header + icmp_len);
	is_right = !(oddity & 0x80);
	if (!is_right)
		world.packet[(oddity & 0x7f) % (header + icmp_len)] ^= value;
	packet = lent_packet(&packets, world.packet, header + icmp_len);
	stated = be16(world.packet + (is_four ? 2 : 4)) - (is_four ? header : 0);
	if (stated < icmp_len)
		icmp_len = stated;
	if (engine_on_probe(&world.engine, packet, world.now_ns, &out) == ACT_PASS)
		MUST(!out.len && (!is_right || icmp_len < 12 || !world.config.request));
	reason = world.engine.event.reason;
	if (reason == REASON_REQUEST_PROBED)
		check_probe(packet.at, header, icmp_len, &out);
	else if (reason == REASON_REQUEST_WRONG || reason == REASON_REQUEST_BUSY)
		MUST(!out.len || !out.overflow);
	if (out.len && reason != REASON_REQUEST_PROBED && packet.at[header + 1] == 1 && icmp_len >= 12)
		check_response(packet.at, header, icmp_len, &out);
	lent_back(&packets);
	lent_back(&rooms);
}

/* Does what came hold the bytes that were drawn for this probe? */
static bool is_about(const struct asked *a, const uint8_t *packet, size_t len)
{
	size_t header = header_size(a->probe);
	uint8_t acknowledged[4];
	uint32_t seq = (be16(a->probe + header + 4) << 16 | be16(a->probe + header + 6)) + 1;

	set16(acknowledged, seq >> 16);
	set16(acknowledged + 2, seq & 0xffff);
	for (size_t i = 0; i + 4 <= len; i++)
		if (memcmp(packet + i, a->probe + header + 4, 4) == 0 || memcmp(packet + i, acknowledged, 4) == 0)
			return true;
	return false;
}

static void hear(size_t len, bool is_reply)
{
	struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
	struct span packet = lent_packet(&packets, world.packet, len);
	int found = -1;

	if (is_reply)
		engine_on_reply(&world.engine, packet, world.now_ns, &out);
	else
		engine_on_error(&world.engine, packet, world.now_ns, &out);
	if (out.len || out_now() != world.engine.flights.out) {
		MUST(world.engine.event.reason == REASON_ANSWERED && out_now() == world.engine.flights.out + 1);
		for (int i = 0; i < FLIGHTS && found < 0; i++) {
			const struct asked *a = &world.asked[i];

			if (a->is_out && is_about(a, packet.at, len) &&
				memcmp(out.at + header_size(out.at) + 4, a->request + a->header + 4, 2) == 0 &&
				memcmp(destination(out.at), source(a->request), address_size(out.at)) == 0)
				found = i;
		}
		MUST(found >= 0 && world.now_ns <= world.asked[found].sent_ns + world.config.keep_ns);
		check_response(world.asked[found].request, world.asked[found].header, world.asked[found].icmp_len,
			&out);
		check_factor(&world.asked[found], out.len);
		world.asked[found].is_out = false;
	}
	lent_back(&packets);
	lent_back(&rooms);
}

/* What the probed host says, more or less. */
static void reply(struct feed *f, const struct asked *a)
{
	size_t header = header_size(a->probe), len = a->probe_len;
	uint8_t *l4 = world.packet + header, oddity = feed_next(f), value = feed_next(f);
	bool is_four = header == 20;

	memcpy(world.packet, a->probe, len);
	memcpy(world.packet + (is_four ? 12 : 8), destination(a->probe), address_size(a->probe));
	memcpy(world.packet + (is_four ? 16 : 24), source(a->probe), address_size(a->probe));
	if (a->probe[is_four ? 9 : 6] == 6) {
		memcpy(l4, a->probe + header + 2, 2);
		memcpy(l4 + 2, a->probe + header, 2);
		memcpy(l4 + 8, a->probe + header + 4, 4);
		for (int i = 11; i >= 8 && ++l4[i] == 0; i--)
			;
		l4[13] = feed_next(f);
	} else {
		l4[0] = is_four ? 0 : 129;
	}
	repair(world.packet, len);
	if (oddity & 0x80)
		world.packet[(oddity & 0x7f) % len] ^= value;
	hear(len, true);
}

static void answer(struct feed *f)
{
	const struct asked *a = &world.asked[feed_next(f) % FLIGHTS];
	uint8_t how = feed_next(f);

	if (!a->is_out)
		return;
	if (how & 1)
		reply(f, a);
	else
		hear(scene_error(f, world.packet, a->probe, a->probe_len), how & 2);
}

/* Of those that are out longest one that fits: who left room for it is told. */
static struct asked *expired(const struct writer *out)
{
	uint64_t sent_ns = UINT64_MAX;

	for (int i = 0; i < FLIGHTS; i++)
		if (world.asked[i].is_out && world.asked[i].sent_ns < sent_ns)
			sent_ns = world.asked[i].sent_ns;
	for (struct asked *a = world.asked; a < world.asked + FLIGHTS; a++) {
		if (!a->is_out || a->sent_ns != sent_ns || (a->icmp_len >= 48) != (out->len > 0))
			continue;
		if (!out->len ||
			(memcmp(a->request + a->header + 4, out->at + header_size(out->at) + 4, 2) == 0 &&
				a->request[0] == (out->at[0] & 0xf0) + (a->request[0] & 0x0f) &&
				memcmp(source(a->request), destination(out->at), address_size(out->at)) == 0 &&
				memcmp(destination(a->request), source(out->at), address_size(out->at)) == 0))
			return a;
	}
	return NULL;
}

static void pass_time(struct feed *f, bool is_seen)
{
	static const uint64_t units_ns[] = { 1000, 1000000, 300000000, 6000000000 };
	uint8_t choice = feed_next(f);

	world.now_ns += (choice >> 2) * units_ns[choice & 3];
	if (!is_seen)
		return;
	for (;;) {
		struct writer out = lent_room(&rooms, ENGINE_PACKET_MAX);
		struct asked *oldest;
		bool more = engine_on_time(&world.engine, world.now_ns, &out);

		if (more) {
			oldest = expired(&out);
			MUST(oldest && oldest->sent_ns + world.config.keep_ns < world.now_ns);
			MUST(world.engine.event.reason == REASON_EXPIRED);
			if (out.len)
				check_response(oldest->request, oldest->header, oldest->icmp_len, &out);
			oldest->is_out = false;
		}
		lent_back(&rooms);
		if (!more)
			break;
	}
	for (int i = 0; i < FLIGHTS; i++)
		MUST(!world.asked[i].is_out || world.asked[i].sent_ns + world.config.keep_ns >= world.now_ns);
}

static void any(struct feed *f)
{
	hear(scene_any(f, world.packet), feed_next(f) & 1);
}

static void choose_config(struct feed *f)
{
	static const struct prefix everybody[2] = { { { 4, { 0 } }, 0 }, { { 6, { 0 } }, 0 } };
	uint8_t a = feed_next(f);

	config_default(&world.config);
	scene_allow(&world.config);
	world.config.in_flight = 1 + a % FLIGHTS;
	world.config.request = a < 240;
	world.config.require_padding = a & 8;
	world.config.limit_per_prober = a & 16 ? 3 : 100000000;
	world.config.limit_total = 100000000;
	if (a & 32) {
		memcpy(world.config.request_from, everybody, sizeof(everybody));
		memcpy(world.config.request_target, everybody, sizeof(everybody));
		world.config.request_from_count = world.config.request_target_count = 2;
	}
}

static void step(struct feed *f)
{
	uint8_t choice = feed_next(f);

	switch (choice % 6) {
	case 0:
	case 1:
		ask(f);
		break;
	case 2:
	case 3:
		answer(f);
		break;
	case 4:
		pass_time(f, choice < 128);
		break;
	case 5:
		any(f);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t secret[2] = { 1, 2 };
	struct feed f = { data, size };
	struct engine_settings settings;

	for (int i = 0; i < FLIGHTS; i++)
		world.asked[i].is_out = false;
	choose_config(&f);
	world.now_ns = 1000000000000;
	settings = engine_settings_of(&world.config);
	engine_init(&world.engine, &settings, lent_engine(&memory, &settings, 0), secret);
	for (int i = 0; f.len && i < EVENTS; i++) {
		step(&f);
		MUST(out_now() == world.engine.flights.out);
	}
	lent_back(&memory);
	return 0;
}

/* --- mutations that a random byte rarely makes ------------------------------------------------------------------ */

static const struct phrase phrases[] = {
	{ "\0\x11\x01\x1c\0\0\x05\x11\0\0", 10 }, /* UDP, IPv4, TTL 5, room for a response */
	{ "\0\x11\x01\x28\0\0\x05\x11\0\0", 10 }, /* and for more */
	{ "\0\x10\x01\x28\0\0\x05\x11\0\0", 10 }, /* IPv6 */
	{ "\0\x11\x01\x28\0\0\x05\x06\0\0", 10 }, /* SYN */
	{ "\0\x10\x01\x28\0\0\x05\x06\0\0", 10 }, /* IPv6 */
	{ "\0\x11\x01\x28\0\0\x05\0\0\0", 10 }, /* echo request */
	{ "\0\x10\x01\x28\0\0\x05\0\0\0", 10 }, /* IPv6 */
	{ "\0\x15\x01\x1c\0\x04\x05\x11\0\0", 10 }, /* to another target */
	{ "\0\x14\x01\x1c\0\x04\x05\x11\0\0", 10 }, /* IPv6 */
	{ "\2\0\0\x02\0\0\0\0\1", 9 }, /* Time Exceeded about the first */
	{ "\2\1\0\x02\0\0\x0f\0\1", 9 }, /* with MPLS labels, about the second */
	{ "\2\0\0\x02\0\x1c\0\0\1", 9 }, /* 28 bytes quoted */
	{ "\2\0\0\x01\x10\0\0\0\1", 9 }, /* Port Unreachable of the prober */
	{ "\2\0\1\0\0", 5 }, /* echo reply */
	{ "\2\0\1\0\0\x12", 6 }, /* SYN+ACK */
	{ "\2\0\1\0\0\x14", 6 }, /* RST+ACK */
	{ "\4\x06", 2 }, /* 0.3 s */
	{ "\4\x07", 2 }, /* 6 s */
	{ "\x82\x07", 2 }, /* and nobody looks */
};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	static const struct phrases known = { phrases, sizeof(phrases) / sizeof(phrases[0]), .head = 1, .most = BYTES };

	return mutate_sequence(data, size, max_size, seed, &known);
}
