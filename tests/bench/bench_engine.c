/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine alone costs: no network, no system call, ns an event, with
 * few flights out (all in the processor's caches), with 65,536 and with a
 * million, and the memory of both tables. Packets are made in batches, as the
 * queue reads them, so that they are in the caches when the engine gets them.
 *
 * usage: bench_engine [ROUNDS [FLIGHTS]]; FLIGHTS: the larger table, 0 for none
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/text.h"
#include "config/config.h"
#include "crowd.h"
#include "engine/engine.h"
#include "packet/icmp.h"

enum { BATCH = 64, SOURCES = 1000, SMALL = 65536, LARGE = 1000000, ROUNDS_MAX = 101 };
enum { QUOTE_MAX = CROWD_PROBE_MAX, ANSWER_MAX = HEADER_SIZE6 + ICMP_SIZE + QUOTE_MAX };
enum { EVENT_NS = 1000 }; /* between two of them, in the engine's time */

struct quoted {
	uint8_t size;
	uint8_t bytes[QUOTE_MAX];
};

struct packet {
	size_t size;
	uint8_t bytes[ANSWER_MAX];
};

struct bench {
	uint32_t flights;
	struct crowd crowd;
	struct addr router;
	struct engine engine;
	struct traces traces;
	void *memory;
	size_t resident; /* bytes that filling the table has brought into memory */
	uint64_t now_ns;
	uint32_t *order; /* of the answers */
	struct quoted *turned; /* return probes as they left, by number */
	struct packet batch[BATCH];
	uint8_t room[ENGINE_PACKET_MAX];
};

enum kind { NEAR, FAR, ANSWER }; /* a probe for the inflection point, one to turn, a router's answer */

/* Of the processor's time, so that another program's turn is not counted. */
static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static size_t resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	size_t size, resident = 0;

	if (!f || fscanf(f, "%zu %zu", &size, &resident) != 2)
		abort();
	fclose(f);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* The Time Exceeded of a router for a return probe as it left. */
static void make_answer(const struct bench *b, const struct quoted *turned, struct packet *p)
{
	struct icmp_header h = { .from = b->router,
		.to = b->crowd.target,
		.type = icmp_time_exceeded(b->crowd.target.family) };
	struct writer answer = writer_of(p->bytes, ANSWER_MAX);
	size_t start = icmp_begin(&h, &answer);

	writer_put(&answer, span_of(turned->bytes, turned->size));
	icmp_end(&h, start, &answer);
	p->size = answer.len;
}

static void make_batch(struct bench *b, enum kind kind, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (kind == ANSWER)
			make_answer(b, &b->turned[b->order[first + i]], &b->batch[i]);
		else
			b->batch[i].size = crowd_probe(&b->crowd, first + i, kind == NEAR ? 1 : 5, b->batch[i].bytes);
}

static void take(struct bench *b, enum kind kind, const struct packet *p)
{
	struct writer out = writer_of(b->room, sizeof(b->room));

	b->now_ns += EVENT_NS;
	if (kind == ANSWER)
		engine_on_error(&b->engine, span_of(p->bytes, p->size), b->now_ns, &out);
	else
		engine_on_probe(&b->engine, span_of(p->bytes, p->size), b->now_ns, &out);
}

/* Returns ns. */
static double measure(struct bench *b, enum kind kind, uint32_t first, uint32_t count)
{
	uint64_t sum_ns = 0;

	for (uint32_t end = first + count; first < end; first += BATCH) {
		uint32_t size = end - first < BATCH ? end - first : BATCH;
		uint64_t start_ns;

		make_batch(b, kind, first, size);
		start_ns = clock_ns();
		for (uint32_t i = 0; i < size; i++)
			take(b, kind, &b->batch[i]);
		sum_ns += clock_ns() - start_ns;
	}
	return (double)sum_ns;
}

/* Turns every probe once, and keeps what the engine made of it: it will be the same in all rounds. */
static void fill(struct bench *b)
{
	size_t before = resident_bytes();

	for (uint32_t i = 0; i < b->flights; i++) {
		struct writer out = writer_of(b->room, sizeof(b->room));

		make_batch(b, FAR, i, 1);
		engine_on_probe(&b->engine, span_of(b->batch[0].bytes, b->batch[0].size), b->now_ns, &out);
		if (!out.len || out.len > QUOTE_MAX)
			abort();
		b->turned[i].size = (uint8_t)out.len;
		memcpy(b->turned[i].bytes, b->room, out.len);
	}
	b->resident = resident_bytes() - before;
}

static void shuffle(struct bench *b, uint32_t within)
{
	for (uint32_t i = 0; i < b->flights; i++)
		b->order[i] = i;
	for (uint32_t i = 0; i < b->flights; i++) {
		uint32_t first = i / within * within, left = b->flights - first;
		uint32_t other = first + (uint32_t)rand() % (left < within ? left : within);
		uint32_t kept = b->order[i];

		b->order[i] = b->order[other];
		b->order[other] = kept;
	}
}

static void *room(size_t count, size_t size)
{
	void *memory = malloc(count * size);

	if (!memory)
		abort();
	return memset(memory, 1, count * size); /* all of it is resident from now on */
}

static struct bench *bench_open(uint32_t flights, int family)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct engine_settings settings;
	struct config config;

	config_default(&config);
	config.limit_per_prober = config.limit_per_network = config.limit_total = 100000000;
	config.keep_ns = 600 * UINT64_C(1000000000);
	config.in_flight = flights;
	config.inflection = INFLECTION_TARGET;
	settings = engine_settings_of(&config);
	if (!b)
		abort();
	b->flights = flights;
	b->order = room(flights, sizeof(*b->order));
	b->turned = room(flights, sizeof(*b->turned));
	b->memory = calloc(1, engine_bytes(&settings));
	if (!b->memory || !addr_parse(family == 4 ? "10.9.0.0" : "fd00:9::", &b->crowd.network) ||
		!addr_parse(family == 4 ? "203.0.113.80" : "2001:db8:80::80", &b->crowd.target) ||
		!addr_parse(family == 4 ? "10.2.1.1" : "fd00:2:1::1", &b->router))
		abort();
	b->crowd.first = b->crowd.step = b->crowd.stride = 1;
	b->crowd.count = SOURCES;
	b->now_ns = UINT64_C(1000000000000);
	engine_init(&b->engine, &settings, b->memory, (const uint64_t[2]){ 1, 2 });
	engine_keep_traces(&b->engine, &b->traces);
	fill(b);
	shuffle(b, flights);
	measure(b, ANSWER, 0, flights); /* the table is empty, and every page was touched */
	return b;
}

static void bench_close(struct bench *b)
{
	if (!b)
		return;
	free(b->memory);
	free(b->order);
	free(b->turned);
	free(b);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *of, unsigned count)
{
	qsort(of, count, sizeof(double), compare);
	return of[count / 2];
}

struct row {
	const char *words;
	enum reason outcome; /* of every event */
	double ns[ROUNDS_MAX];
};

enum { INFLECTION, TURNED, RELAYED, TURNED_FULL, EVICTING, RELAYED_FULL, STRANGE, ROWS };

static void keep(const struct bench *b, struct row *row, unsigned round, double ns)
{
	row->ns[round] = ns / b->flights;
	if (b->engine.event.reason != row->outcome) {
		fprintf(stderr, "bench_engine: %s: got %s\n", row->words, reason_table[b->engine.event.reason].counter);
		exit(1);
	}
}

static void one_round(struct bench *b, struct row *rows, unsigned round)
{
	double turned = 0, relayed = 0;

	keep(b, &rows[INFLECTION], round, measure(b, NEAR, 0, b->flights));
	shuffle(b, BATCH);
	for (uint32_t first = 0; first < b->flights; first += BATCH) {
		uint32_t size = b->flights - first < BATCH ? b->flights - first : BATCH;

		turned += measure(b, FAR, first, size);
		if (first + size == b->flights)
			keep(b, &rows[TURNED], round, turned);
		relayed += measure(b, ANSWER, first, size);
	}
	keep(b, &rows[RELAYED], round, relayed);
	shuffle(b, b->flights);
	keep(b, &rows[TURNED_FULL], round, measure(b, FAR, 0, b->flights));
	keep(b, &rows[EVICTING], round, measure(b, FAR, 0, b->flights));
	keep(b, &rows[RELAYED_FULL], round, measure(b, ANSWER, 0, b->flights));
	keep(b, &rows[STRANGE], round, measure(b, ANSWER, 0, b->flights));
}

static const struct row empty[ROWS] = {
	[INFLECTION] = { "inflection", REASON_INFLECTION, { 0 } },
	[TURNED] = { "turned, up to 64 out", REASON_TURNED, { 0 } },
	[RELAYED] = { "relayed, up to 64 out", REASON_RELAYED, { 0 } },
	[TURNED_FULL] = { "turned, until full", REASON_TURNED, { 0 } },
	[EVICTING] = { "turned, the table full", REASON_TURNED, { 0 } },
	[RELAYED_FULL] = { "relayed, from full", REASON_RELAYED, { 0 } },
	[STRANGE] = { "error of no flight", REASON_NO_FLIGHT, { 0 } },
};

/* Before the medians sort them: rounds of the two sizes alternate, so each ratio is of neighbours. */
static double ratio(const struct row *small, const struct row *large, unsigned rounds)
{
	double ratios[ROUNDS_MAX];

	for (unsigned i = 0; i < rounds; i++)
		ratios[i] = large->ns[i] / small->ns[i];
	return median(ratios, rounds);
}

static void print_memory(const struct bench *b)
{
	if (b)
		printf("    %u flights: %.1f MB reserved, %.1f MB resident when full\n", b->flights,
			(double)engine_bytes(&b->engine.settings) / 1e6, (double)b->resident / 1e6);
}

static void run(int family, unsigned rounds, uint32_t flights)
{
	static struct row small_rows[ROWS], large_rows[ROWS];
	struct bench *small = bench_open(SMALL, family), *large = flights ? bench_open(flights, family) : NULL;

	memcpy(small_rows, empty, sizeof(empty));
	memcpy(large_rows, empty, sizeof(empty));
	for (unsigned round = 0; round < rounds; round++) {
		one_round(small, small_rows, round);
		if (large)
			one_round(large, large_rows, round);
	}
	printf("  IPv%d\n", family);
	print_memory(small);
	print_memory(large);
	for (unsigned i = 0; i < ROWS; i++) {
		double of_small = large ? ratio(&small_rows[i], &large_rows[i], rounds) : 0;

		printf("    %-24s %6.0f ns", empty[i].words, median(small_rows[i].ns, rounds));
		if (large)
			printf(" %6.0f ns  x %.2f", median(large_rows[i].ns, rounds), of_small);
		printf("\n");
	}
	bench_close(small);
	bench_close(large);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 11;
	uint32_t flights = argc > 2 ? (uint32_t)atoi(argv[2]) : LARGE;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	printf("the engine alone, ns an event, medians of %u rounds: %u flights at most, %u, and median ratio\n",
		rounds, SMALL, flights);
	run(4, rounds, flights);
	run(6, rounds, flights);
	return 0;
}
