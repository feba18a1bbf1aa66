/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments, quotes and time for an engine that traces two TCP connections.
 * Whatever is said to it, a probe is a byte that the connection has sent
 * before, no probe is sent twice, every report is about a probe that is out,
 * and every trace comes to its end.
 */
#include <string.h>

#include "config/config.h"
#include "engine/engine.h"
#include "engine/inband.h"
#include "lent.h"
#include "packet/probe.h"
#include "packet/tcp_segment.h"
#include "scene.h"
#include "tests/sound.h"
#include "wire.h"

enum { EVENTS = 400, FLOWS = 2, ANY = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint64_t ms_ns = 1000000;

static struct {
	struct engine engine;
	uint64_t now_ns;
	struct {
		struct flow flow;
		int index; /* of its trace; -1: none */
		uint32_t next; /* behind what the connection has sent, really */
		uint32_t first; /* byte that the connection has sent */
		uint8_t max_ttl; /* as asked for */
		uint64_t asked_ns;
		bool is_sent[INBAND_IDS + 1], is_told[INBAND_IDS + 1];
		uint32_t base;
		bool has_base;
	} flows[FLOWS];
} world;

static struct lent memory = { .most = LENT_ENGINE }, packets = { .most = ANY };

static void begin(void)
{
	static const uint64_t secret[2] = { 1, 2 };
	static struct engine_settings settings;

	if (!settings.in_flight) {
		struct config config;

		config_default(&config);
		scene_allow(&config);
		config.in_flight = 4;
		config.limit_per_prober = 100;
		settings = engine_settings_of(&config);
	}
	memset(&world, 0, sizeof(world));
	engine_init(&world.engine, &settings, lent_engine(&memory, &settings, FLOWS), secret);
	world.now_ns = 1000 * ms_ns;
	for (int i = 0; i < FLOWS; i++) {
		uint8_t bytes[16];

		scene_address(bytes, i == 0, 0);
		world.flows[i].flow.local = addr_from(i == 0 ? 4 : 6, bytes);
		scene_address(bytes, i == 0, 1);
		world.flows[i].flow.peer = addr_from(i == 0 ? 4 : 6, bytes);
		world.flows[i].flow.local_port = 80;
		world.flows[i].flow.peer_port = 4000;
		world.flows[i].index = -1;
		world.flows[i].next = 0xfffffff0; /* soon to wrap */
	}
}

/* --- what it says and sends -------------------------------------------------------------------------------------- */

static int flow_of_index(unsigned index)
{
	for (int i = 0; i < FLOWS; i++)
		if (world.flows[i].index == (int)index)
			return i;
	broken(__FILE__, __LINE__, "a report is about a trace that was asked for");
}

static void check_report(void)
{
	const struct inband_report *r = &world.engine.inband.report;
	unsigned id;
	int i;

	if (!r->kind)
		return;
	i = flow_of_index(r->index);
	MUST(r->trace == &world.engine.inband.traces[r->index]);
	if (r->kind == INBAND_REPORT_DONE) {
		/* LONGEST_MS of inband_trace.c, and the longest step of ours */
		MUST(world.now_ns - world.flows[i].asked_ns <= (8000 + 2400) * ms_ns);
		world.flows[i].index = -1;
		return;
	}
	MUST(r->ttl >= 1 && r->ttl <= r->trace->max_ttl);
	MUST(!r->trace->end_ttl || r->ttl <= r->trace->end_ttl);
	if (r->kind != INBAND_REPORT_HOP)
		return;
	MUST(r->attempt >= 1 && r->attempt <= r->trace->attempts + 1 && r->answer->kind != INBAND_UNANSWERED);
	id = (r->attempt - 1) * INBAND_HOPS + r->ttl;
	MUST(world.flows[i].is_sent[id] && !world.flows[i].is_told[id]);
	world.flows[i].is_told[id] = true;
}

/* A hop that has answered is not asked more often than was wanted, and no hop more than once above that. */
static void check_attempt(const struct inband_trace *t, unsigned ttl, unsigned attempt)
{
	MUST(attempt <= t->attempts);
	for (unsigned i = 0; i < attempt; i++) {
		MUST(t->probes[inband_trace_id(ttl, i)].sent_ns);
		MUST(attempt < t->attempts || !t->probes[inband_trace_id(ttl, i)].kind);
	}
}

static void check_probe(const struct writer *out)
{
	struct tcp_segment s;
	unsigned id;
	int i;

	MUST(!out->overflow && is_sound(out->at, out->len));
	MUST(tcp_segment_parse(span_of(out->at, out->len), &s));
	MUST(s.payload_size == 1 && s.flags == TCP_ACK && s.ttl >= 1 && s.ttl <= INBAND_HOPS && !(s.tos & 3));
	i = s.from.family == 4 ? 0 : 1;
	MUST(addr_equal(&s.from, &world.flows[i].flow.local) && addr_equal(&s.to, &world.flows[i].flow.peer));
	MUST(seq_is_after(world.flows[i].next, s.seq)); /* never a byte that is still to come */
	MUST(!seq_is_after(world.flows[i].first, s.seq)); /* nor one that never was */
	MUST(world.flows[i].index >= 0 && s.ttl <= world.flows[i].max_ttl);
	id = world.engine.inband.traces[world.flows[i].index].base - 1 - s.seq;
	MUST(id >= 1 && id <= INBAND_IDS && (id - 1) % INBAND_HOPS + 1 == s.ttl && !world.flows[i].is_sent[id]);
	check_attempt(&world.engine.inband.traces[world.flows[i].index], s.ttl, inband_trace_attempt(id));
	world.flows[i].is_sent[id] = true;
	if (!world.flows[i].has_base)
		world.flows[i].base = s.seq + 1 + id;
	world.flows[i].has_base = true;
	MUST(world.flows[i].base == s.seq + 1 + id); /* it stands still */
}

static void pass_time(void)
{
	for (int steps = 0;; steps++) {
		uint8_t room[256];
		struct writer out = writer_of(room, sizeof(room));

		if (!engine_on_time(&world.engine, world.now_ns, &out))
			break;
		MUST(steps < 1000);
		check_report();
		if (out.len)
			check_probe(&out);
	}
}

/* --- what it hears ----------------------------------------------------------------------------------------------- */

static void put_ip(struct writer *w, const struct addr *from, const struct addr *to, uint8_t protocol, uint8_t ttl)
{
	if (from->family == 4) {
		writer_u32(w, 0x45020000);
		writer_u32(w, 0x4000);
		writer_u8(w, ttl);
		writer_u8(w, protocol);
		writer_u16(w, 0);
	} else {
		writer_u32(w, 0x60112345);
		writer_u16(w, 0);
		writer_u8(w, protocol);
		writer_u8(w, ttl);
	}
	writer_put(w, span_of(from->bytes, addr_size(from)));
	writer_put(w, span_of(to->bytes, addr_size(to)));
}

/* A number near the connection's, most of the time. */
static uint32_t near(struct feed *f, uint32_t number)
{
	uint8_t choice = feed_next(f);

	if (choice < 0x80)
		return number;
	return choice < 0xf0 ? number + (int8_t)feed_next(f) : number + ((uint32_t)feed_next(f) << 24);
}

/* The kernel never lies about what it has sent; everybody else may. */
static void segment(struct feed *f)
{
	static const uint8_t flags[] = { TCP_ACK, TCP_ACK | 8, TCP_ACK, TCP_ACK, TCP_ACK | TCP_FIN, TCP_RST,
		TCP_SYN | TCP_ACK, 0 };
	uint8_t choice = feed_next(f), room[512];
	struct writer w = writer_of(room, sizeof(room));
	int i = choice & 1;
	bool is_ours = choice & 2, has_block = choice & 4;
	const struct flow *flow = &world.flows[i].flow;
	bool is_keepalive = choice >> 5 == 7; /* Linux has no byte in it */
	size_t payload = is_ours && !is_keepalive ? (size_t)(choice >> 3 & 3) * 40 : 0, len;
	uint32_t seq = is_ours ? world.flows[i].next - is_keepalive : near(f, 77);
	uint32_t ack = is_ours ? 77 : near(f, world.flows[i].next), block = near(f, world.flows[i].base - 2);

	put_ip(&w, is_ours ? &flow->local : &flow->peer, is_ours ? &flow->peer : &flow->local, PROTOCOL_TCP,
		feed_next(f));
	writer_u16(&w, is_ours ? 80 : 4000);
	writer_u16(&w, is_ours ? 4000 : 80);
	writer_u32(&w, seq);
	writer_u32(&w, ack);
	writer_u8(&w, has_block ? 0x80 : 0x50);
	writer_u8(&w, flags[feed_next(f) & 7]);
	writer_u16(&w, 501);
	writer_u32(&w, 0);
	if (has_block) {
		writer_u32(&w, 0x0101050a);
		writer_u32(&w, block);
		writer_u32(&w, block + (feed_next(f) ? 1 : 2));
	}
	len = w.len;
	writer_zeroes(&w, payload);
	repair(room, w.len);
	if (is_ours && seq_is_after(seq + (uint32_t)payload, world.flows[i].next))
		world.flows[i].next = seq + (uint32_t)payload;
	if (engine_on_segment(&world.engine, span_of(room, choice & 0x10 ? len : w.len), is_ours, world.now_ns))
		check_report();
}

static void quote(struct feed *f)
{
	uint8_t choice = feed_next(f), room[512], from[16];
	struct writer w = writer_of(room, sizeof(room)), nothing = writer_of(NULL, 0);
	int i = choice & 1;
	const struct flow *flow = &world.flows[i].flow;
	struct addr router;

	scene_address(from, i == 0, choice >> 1);
	router = addr_from(i == 0 ? 4 : 6, from);
	put_ip(&w, &router, &flow->local, i == 0 ? PROTOCOL_ICMP : PROTOCOL_ICMP6, 60);
	writer_u8(&w, choice & 0x40 ? (i == 0 ? 3 : 1) : (i == 0 ? 11 : 3));
	writer_u8(&w, 0);
	writer_zeroes(&w, 6);
	put_ip(&w, &flow->local, &flow->peer, PROTOCOL_TCP, 1);
	writer_u16(&w, 80);
	writer_u16(&w, choice & 0x80 ? 4001 : 4000);
	writer_u32(&w, near(f, world.flows[i].base - 2 - feed_next(f) % INBAND_IDS));
	repair(room, w.len);
	engine_on_error(&world.engine, span_of(room, w.len), world.now_ns, &nothing);
	check_report();
}

static void start(struct feed *f)
{
	uint8_t choice = feed_next(f);
	int i = choice & 1;
	struct inband_parameters wanted = {
		.flow = world.flows[i].flow,
		.max_ttl = feed_next(f) | 1,
		.attempts = 1 + (choice >> 1 & 3),
		.sent_bytes = feed_next(f),
		.rtt_ns = ms_ns * 40 * (choice >> 4),
		.rtt_var_ns = ms_ns * (choice >> 4),
	};
	const char *why;

	if (world.flows[i].index >= 0 && choice & 8) {
		inband_table_stop(&world.engine.inband, world.flows[i].index);
		world.flows[i].index = -1;
	}
	if (world.flows[i].index >= 0) {
		MUST(inband_table_find(&world.engine.inband, &wanted.flow) == world.flows[i].index);
		return;
	}
	world.flows[i].index = inband_start(&world.engine, &wanted, world.now_ns, &why);
	MUST(world.flows[i].index < FLOWS);
	world.flows[i].asked_ns = world.now_ns;
	world.flows[i].first = world.flows[i].next - (uint32_t)wanted.sent_bytes;
	world.flows[i].max_ttl = wanted.max_ttl;
	world.flows[i].has_base = false;
	memset(world.flows[i].is_sent, 0, sizeof(world.flows[i].is_sent));
	memset(world.flows[i].is_told, 0, sizeof(world.flows[i].is_told));
	if (world.flows[i].index >= 0 && choice & 4)
		inband_table_set_position(&world.engine.inband, world.flows[i].index,
			&(struct position_told){ world.flows[i].next, world.flows[i].next, 0 }, world.now_ns);
}

static void step(struct feed *f)
{
	static const uint64_t units_ns[] = { 100000, 1000000, 25000000, 300000000 };
	uint8_t choice = feed_next(f);
	struct span any;

	switch (choice % 8) {
	case 0:
	case 1:
	case 2:
		segment(f);
		break;
	case 3:
	case 4:
		quote(f);
		break;
	case 5:
		world.now_ns += (1 + (choice >> 5)) * units_ns[choice >> 3 & 3];
		pass_time();
		break;
	case 6:
		start(f);
		break;
	case 7:
		any = lent_packet(&packets, f->at, f->len < ANY ? f->len : ANY);
		if (engine_on_segment(&world.engine, any, false, world.now_ns))
			check_report();
		lent_back(&packets);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };

	begin();
	for (int i = 0; f.len && i < EVENTS; i++)
		step(&f);
	for (int i = 0; i < 30 && world.engine.inband.running; i++) {
		world.now_ns += 400 * ms_ns;
		pass_time();
	}
	MUST(!world.engine.inband.running && !engine_is_waiting(&world.engine));
	lent_back(&memory);
	return 0;
}
