/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine alone costs: no network, no system call, ns an event, with
 * few flights out (all in the processor's caches) and with the table full.
 *
 * usage: bench_engine [ROUNDS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/text.h"
#include "config/config.h"
#include "crowd.h"
#include "engine/engine.h"
#include "packet/icmp.h"

enum { PROBES = 65536, ANSWER_MAX = HEADER_SIZE6 + ICMP_SIZE + CROWD_PROBE_MAX, ROUNDS_MAX = 101 };

struct packet {
	size_t size;
	uint8_t bytes[ANSWER_MAX];
};

struct bench {
	struct crowd crowd;
	struct addr router;
	struct engine engine;
	struct traces traces;
	void *memory;
	uint64_t now_ns;
	uint32_t order[PROBES]; /* of the answers */
	struct packet near[PROBES]; /* probes for the inflection point */
	struct packet far[PROBES]; /* probes to turn */
	struct packet answers[PROBES];
	uint8_t room[ENGINE_PACKET_MAX];
};

/* What is measured: one event, of the number-th packet. */
typedef void (*event)(struct bench *b, uint32_t number);

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static struct span span_of_packet(const struct packet *p)
{
	return span_of(p->bytes, p->size);
}

static void inflection(struct bench *b, uint32_t number)
{
	struct writer out = writer_of(b->room, sizeof(b->room));

	engine_on_probe(&b->engine, span_of_packet(&b->near[number]), b->now_ns, &out);
}

static void turn(struct bench *b, uint32_t number)
{
	struct writer out = writer_of(b->room, sizeof(b->room));

	engine_on_probe(&b->engine, span_of_packet(&b->far[number]), b->now_ns, &out);
}

static void relay(struct bench *b, uint32_t number)
{
	struct writer out = writer_of(b->room, sizeof(b->room));

	engine_on_error(&b->engine, span_of_packet(&b->answers[b->order[number]]), b->now_ns, &out);
}

/* The Time Exceeded of a router for each probe of the crowd, as it is turned. */
static void make_answers(struct bench *b)
{
	bool four = b->crowd.target.family == 4;

	for (uint32_t i = 0; i < PROBES; i++) {
		struct icmp_header h = { .from = b->router,
			.to = b->crowd.target,
			.type = icmp_time_exceeded(four ? 4 : 6) };
		struct writer turned = writer_of(b->room, sizeof(b->room));
		struct writer answer = writer_of(b->answers[i].bytes, ANSWER_MAX);
		size_t start;

		engine_on_probe(&b->engine, span_of_packet(&b->far[i]), b->now_ns, &turned);
		start = icmp_begin(&h, &answer);
		writer_put(&answer, span_of(turned.at, turned.len));
		icmp_end(&h, start, &answer);
		b->answers[i].size = answer.len;
	}
}

static void shuffle(uint32_t *order, uint32_t within)
{
	for (uint32_t i = 0; i < PROBES; i++)
		order[i] = i;
	for (uint32_t i = 0; i < PROBES; i++) {
		uint32_t first = i / within * within;
		uint32_t other = first + (uint32_t)rand() % within;
		uint32_t kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
}

static void bench_init(struct bench *b, const char *network, const char *target, const char *router)
{
	struct engine_settings settings;
	struct config config;

	config_default(&config);
	config.limit_per_prober = config.limit_per_network = config.limit_total = 100000000;
	config.in_flight = PROBES;
	config.inflection = INFLECTION_TARGET;
	settings = engine_settings_of(&config);
	b->memory = calloc(1, engine_bytes(&settings));
	if (!b->memory || !addr_parse(network, &b->crowd.network) || !addr_parse(target, &b->crowd.target) ||
		!addr_parse(router, &b->router))
		abort();
	b->crowd.first = b->crowd.step = b->crowd.stride = 1;
	b->crowd.count = 1000;
	b->now_ns = clock_ns();
	engine_init(&b->engine, &settings, b->memory, (const uint64_t[2]){ 1, 2 });
	engine_keep_traces(&b->engine, &b->traces);
	for (uint32_t i = 0; i < PROBES; i++) {
		b->near[i].size = crowd_probe(&b->crowd, i, 1, b->near[i].bytes);
		b->far[i].size = crowd_probe(&b->crowd, i, 5, b->far[i].bytes);
	}
	make_answers(b);
	shuffle(b->order, PROBES);
	for (uint32_t i = 0; i < PROBES; i++)
		relay(b, i); /* the table is empty, and every page was touched */
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double measure(struct bench *b, event e, uint32_t first, uint32_t count)
{
	uint64_t start_ns = clock_ns();

	for (uint32_t i = first; i < first + count; i++)
		e(b, i);
	b->now_ns = clock_ns();
	return (double)(b->now_ns - start_ns);
}

struct row {
	const char *words;
	enum reason outcome; /* of every event */
	double ns[ROUNDS_MAX];
};

enum { INFLECTION, TURNED, RELAYED, TURNED_FULL, EVICTING, RELAYED_FULL, STRANGE, ROWS };

static void keep(struct bench *b, struct row *row, unsigned round, double ns)
{
	row->ns[round] = ns / PROBES;
	if (b->engine.event.reason != row->outcome) {
		fprintf(stderr, "bench_engine: %s: got %s\n", row->words, reason_table[b->engine.event.reason].counter);
		exit(1);
	}
}

static void one_round(struct bench *b, struct row *rows, unsigned round)
{
	enum { FEW = 64 };
	double turned = 0, relayed = 0;

	keep(b, &rows[INFLECTION], round, measure(b, inflection, 0, PROBES));
	shuffle(b->order, FEW);
	for (uint32_t first = 0; first < PROBES; first += FEW) {
		turned += measure(b, turn, first, FEW);
		if (first + FEW == PROBES)
			keep(b, &rows[TURNED], round, turned);
		relayed += measure(b, relay, first, FEW);
	}
	keep(b, &rows[RELAYED], round, relayed);
	shuffle(b->order, PROBES);
	keep(b, &rows[TURNED_FULL], round, measure(b, turn, 0, PROBES));
	keep(b, &rows[EVICTING], round, measure(b, turn, 0, PROBES));
	keep(b, &rows[RELAYED_FULL], round, measure(b, relay, 0, PROBES));
	keep(b, &rows[STRANGE], round, measure(b, relay, 0, PROBES));
}

static void run(struct bench *b, int family, unsigned rounds)
{
	static struct row rows[ROWS] = {
		[INFLECTION] = { "inflection", REASON_INFLECTION, { 0 } },
		[TURNED] = { "turned, up to 64 out", REASON_TURNED, { 0 } },
		[RELAYED] = { "relayed, up to 64 out", REASON_RELAYED, { 0 } },
		[TURNED_FULL] = { "turned, up to 65,536 out", REASON_TURNED, { 0 } },
		[EVICTING] = { "turned, the table full", REASON_TURNED, { 0 } },
		[RELAYED_FULL] = { "relayed, up to 65,536 out", REASON_RELAYED, { 0 } },
		[STRANGE] = { "error of no flight", REASON_NO_FLIGHT, { 0 } },
	};

	for (unsigned round = 0; round < rounds; round++)
		one_round(b, rows, round);
	printf("  IPv%d, %zu bytes a flight, %.1f MB in all\n", family, sizeof(struct flight),
		(double)engine_bytes(&b->engine.settings) / (1 << 20));
	for (unsigned i = 0; i < ROWS; i++) {
		qsort(rows[i].ns, rounds, sizeof(double), compare);
		printf("    %-28s %6.0f ns   %6.0f..%.0f\n", rows[i].words, rows[i].ns[rounds / 2], rows[i].ns[0],
			rows[i].ns[rounds - 1]);
	}
	free(b->memory);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 11;
	static struct bench room;
	struct bench *b = &room;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	printf("the engine alone, medians of %u rounds of %d events\n", rounds, PROBES);
	bench_init(b, "10.9.0.0", "203.0.113.80", "10.2.1.1");
	run(b, 4, rounds);
	memset(b, 0, sizeof(*b));
	bench_init(b, "fd00:9::", "2001:db8:80::80", "fd00:2:1::1");
	run(b, 6, rounds);
	return 0;
}
