/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MTU of a path in memory: links that fragment, say so or do not, silence, loss and limits. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-trace/search/mtu.h"

enum { HOPS = 8, BURST = 6 };
static const uint64_t ms_ns = 1000000;

/* Links are in front of hop 1, 2, ...; the last hop is the target. */
struct path {
	unsigned hops;
	uint16_t mtus[HOPS]; /* 0: as before */
	const char *
		how; /* a letter for each link: '.' it says its MTU, '0' without a number, 'x' it says nothing, 'w' it lies */
	uint64_t silent; /* bit h - 1: hop h does not answer, and was never seen to */
	uint64_t quiet; /* bit h - 1: it did answer, and does not any more */
	unsigned loss; /* per 1000 probes */
	unsigned limited; /* hops up to this one answer 6 at once, and one a second */
};

struct world {
	const struct path *path;
	double tokens[HOPS + 1];
	uint64_t filled_ns[HOPS + 1];
	unsigned long random;
	unsigned probes;
};

static unsigned draw(struct world *w)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(w->random >> 33) % 1000;
}

static bool may_answer(struct world *w, unsigned hop, uint64_t now_ns)
{
	double *tokens = &w->tokens[hop];

	if (hop > w->path->limited)
		return true;
	*tokens += (double)(now_ns - w->filled_ns[hop]) / 1e9;
	*tokens = *tokens > BURST ? BURST : *tokens;
	w->filled_ns[hop] = now_ns;
	if (*tokens < 1)
		return false;
	*tokens -= 1;
	return true;
}

/* Sends it: what comes back is told at once, since only the order counts. */
static void carry(struct world *w, struct mtu *m, const struct mtu_probe *p, uint64_t now_ns)
{
	const struct path *path = w->path;
	const struct addr router = addr_of("192.0.2.1");

	w->probes++;
	if (draw(w) < path->loss)
		return;
	for (unsigned link = 1; link <= p->hop; link++) {
		const uint16_t mtu = path->mtus[link - 1] ? path->mtus[link - 1] : 9999;
		const char how = path->how[link - 1];

		if (p->size <= mtu)
			continue;
		if (how == 'w')
			mtu_on_too_big(m, p->reference, &router, (uint8_t)(link - 1), draw(w) % 2 ? 60 : p->size);
		else if (how != 'x' && draw(w) >= path->loss)
			mtu_on_too_big(m, p->reference, &router, (uint8_t)(link - 1), how == '0' ? 0 : mtu);
		return;
	}
	if (p->hop && !((path->silent | path->quiet) >> (p->hop - 1) & 1) && may_answer(w, p->hop, now_ns) &&
		draw(w) >= path->loss)
		mtu_on_arrival(m, p->reference);
}

/* Runs to the end; returns how long it took. */
static uint64_t run(struct world *w, const struct path *path, struct mtu *m, unsigned long seed)
{
	struct mtu_settings s = { .first = 1500, .least = 68, .least_last = 68, .wait_ns = 300 * ms_ns, .family = 4 };
	uint64_t now_ns = 1, until_ns = 0;
	struct mtu_probe p;
	enum search_step step;

	*w = (struct world){ .path = path, .random = seed };
	s.answering = ((UINT64_C(1) << path->hops) - 1) & ~path->silent;
	mtu_init(m, &s);
	while ((step = mtu_next(m, now_ns, &p, &until_ns)) != SEARCH_DONE) {
		if (step == SEARCH_SEND) {
			assert_true(p.hop >= 1 && p.hop <= path->hops && p.size >= 68 && p.size <= 1500);
			carry(w, m, &p, now_ns);
			continue;
		}
		assert_true(until_ns > now_ns);
		now_ns = until_ns;
	}
	assert_true(w->probes <= MTU_PROBES);
	return now_ns;
}

static void write_falls(const struct mtu *m, char *text, size_t size)
{
	size_t len = (size_t)snprintf(text, size, "%u to %u", m->size, m->hop);

	for (unsigned i = 0; i < m->fall_count; i++)
		len += (size_t)snprintf(text + len, size - len, "; %s%u behind %u",
			m->falls[i].is_black_hole ? "x" : "", m->falls[i].mtu, m->falls[i].hop);
	if (mtu_is_cut_off(m))
		snprintf(text + len, size - len, "; cut off");
}

/* clang-format off */
static const struct {
	const char *name;
	struct path path;
	const char *found;
	unsigned probes, seconds; /* at most */
} rows[] = {
	{ "all links as large", { 5, { 0 }, ".....", 0, 0, 0, 0 }, "1500 to 5", 1, 1 },
	{ "one hop", { 1, { 0 }, ".", 0, 0, 0, 0 }, "1500 to 1", 1, 1 },
	{ "one fall", { 5, { 0, 0, 1400 }, ".....", 0, 0, 0, 0 }, "1400 to 5; 1400 behind 2", 2, 1 },
	{ "two falls, a wide link between", { 5, { 0, 1400, 0, 1300, 1500 }, ".....", 0, 0, 0, 0 }, "1300 to 5; 1400 behind 1; 1300 behind 3", 3, 1 },
	{ "the last link", { 5, { 0, 0, 0, 0, 576 }, ".....", 0, 0, 0, 0 }, "576 to 5; 576 behind 4", 2, 1 },
	{ "least of all", { 3, { 0, 68 }, "...", 0, 0, 0, 0 }, "68 to 3; 68 behind 1", 2, 1 },
	{ "no number", { 5, { 0, 0, 1400 }, "..0..", 0, 0, 0, 0 }, "1400 to 5; 1400 behind 2", 16, 1 },
	{ "a black hole", { 5, { 0, 0, 1400 }, "..x..", 0, 0, 0, 0 }, "1400 to 5; x1400 behind 2", 70, 12 },
	{ "on the first link", { 5, { 1200 }, "x....", 0, 0, 0, 0 }, "1200 to 5; x1200 behind 0", 70, 12 },
	{ "on the last link", { 5, { 0, 0, 0, 0, 1499 }, "....x", 0, 0, 0, 0 }, "1499 to 5; x1499 behind 4", 70, 12 },
	{ "in front of a fall", { 5, { 0, 1400, 0, 1300, 0 }, ".x...", 0, 0, 0, 0 }, "1300 to 5; x1400 behind 1; 1300 behind 3", 70, 12 },
	{ "behind a fall", { 5, { 0, 1400, 0, 1300, 0 }, "...x.", 0, 0, 0, 0 }, "1300 to 5; 1400 behind 1; x1300 behind 3", 70, 12 },
	{ "two of them", { 5, { 0, 1400, 0, 1300, 0 }, ".x.x.", 0, 0, 0, 0 }, "1300 to 5; x1400 behind 1; x1300 behind 3", 140, 24 },
	{ "behind silent hops", { 6, { 0, 0, 0, 1400 }, "...x..", 0x0c, 0, 0, 0 }, "1400 to 6; x1400 behind 2", 70, 12 },
	{ "numbers that cannot be", { 5, { 0, 0, 1400 }, "..w..", 0, 0, 0, 0 }, "1400 to 5; x1400 behind 2", 70, 12 },
	{ "the target falls silent", { 5, { 0, 0, 1400 }, ".....", 0, 0x10, 0, 0 }, "1400 to 4; 1400 behind 2; cut off", 20, 12 },
	{ "nothing answers any more", { 3, { 0 }, "...", 0, 0x07, 0, 0 }, "1500 to 0; cut off", 40, 30 },
	{ "limited", { 5, { 0, 0, 1400 }, "..x..", 0, 0, 0, 5 }, "1400 to 5; x1400 behind 2", 100, 40 },
	{ "limited, and told", { 5, { 0, 0, 1400, 1300 }, ".....", 0, 0, 0, 5 }, "1300 to 5; 1400 behind 2; 1300 behind 3", 10, 10 },
};
/* clang-format on */

static void paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;
		struct mtu m;
		char text[256];
		const uint64_t took_ns = run(&w, &rows[i].path, &m, i);

		write_falls(&m, text, sizeof(text));
		if (strcmp(text, rows[i].found) != 0)
			fail_msg("%s: %s", rows[i].name, text);
		if (w.probes > rows[i].probes || took_ns > 1000 * ms_ns * rows[i].seconds)
			fail_msg("%s: %u probes, %u ms", rows[i].name, w.probes, (unsigned)(took_ns / ms_ns));
	}
}

/* With a tenth of all packets lost each way, and limits: what is stated is seldom wrong, and no path ends in a circle. */
static void losses(void **state)
{
	enum { RUNS = 4000 };
	static const struct {
		struct path path;
		const char *found;
		unsigned wrong; /* at most: stated, and not so */
	} lossy[] = {
		{ { 6, { 0 }, "......", 0, 0, 100, 0 }, "1500 to 6", RUNS / 200 },
		{ { 6, { 0, 0, 1400 }, "......", 0, 0, 100, 0 }, "1400 to 6; 1400 behind 2", RUNS / 200 },
		{ { 6, { 0, 0, 1400 }, "..x...", 0, 0, 100, 0 }, "1400 to 6; x1400 behind 2", RUNS / 200 },
		{ { 6, { 0, 0, 1400 }, "..x...", 0, 0, 20, 6 }, "1400 to 6; x1400 behind 2", RUNS / 200 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lossy) / sizeof(lossy[0]); i++) {
		unsigned wrong = 0, unknown = 0;

		for (unsigned seed = 0; seed < RUNS; seed++) {
			struct world w;
			struct mtu m;
			char text[256];

			run(&w, &lossy[i].path, &m, (uint64_t)seed * 7919);
			write_falls(&m, text, sizeof(text));
			if (mtu_is_cut_off(&m))
				unknown++;
			else
				wrong += strcmp(text, lossy[i].found) != 0;
		}
		print_message("# path %zu: %u wrong, %u not known, of %d\n", i, wrong, unknown, RUNS);
		assert_true(wrong <= lossy[i].wrong && unknown <= RUNS / 50);
	}
}

/* The system refuses every second probe, and answers come that are of another trial or of none. */
static void refusals(void **state)
{
	static const struct path path = { 5, { 0, 0, 1400 }, "..x..", 0, 0, 0, 0 };
	const struct mtu_settings s = { 1500, 68, 68, 0x1f, 300 * ms_ns, 4 };
	struct world w = { .path = &path };
	struct mtu m;
	struct mtu_probe p;
	uint64_t now_ns = 1, until_ns = 0;
	enum search_step step;
	unsigned turn = 0;

	(void)state;
	mtu_init(&m, &s);
	while ((step = mtu_next(&m, now_ns, &p, &until_ns)) != SEARCH_DONE) {
		if (step == SEARCH_WAIT) {
			now_ns = until_ns;
		} else if (turn++ % 2) {
			mtu_on_refusal(&m);
			now_ns += ms_ns;
		} else {
			carry(&w, &m, &p, now_ns);
			mtu_on_arrival(&m, p.reference + 1000);
			mtu_on_arrival(&m, 0xffffffff);
		}
	}
	assert_true(m.size == 1400 && m.fall_count == 1 && !mtu_is_cut_off(&m));
	mtu_on_arrival(&m, p.reference);
	assert_int_equal(mtu_next(&m, now_ns, &p, &until_ns), SEARCH_DONE);
}

/* A router that names one byte less each time is believed so often, and no more. */
static void hostile(void **state)
{
	const struct mtu_settings s = { 1500, 68, 68, 0x1f, 300 * ms_ns, 4 };
	const struct addr router = addr_of("192.0.2.1");
	struct mtu m;
	struct mtu_probe p;
	uint64_t until_ns;
	unsigned probes = 0;

	(void)state;
	mtu_init(&m, &s);
	for (; mtu_next(&m, 1, &p, &until_ns) == SEARCH_SEND; probes++)
		mtu_on_too_big(&m, p.reference, &router, 1, p.size - 1u);
	assert_int_equal(probes, MTU_FALLS);
	assert_true(mtu_is_cut_off(&m) && m.fall_count == MTU_FALLS);
}

/* IPv6: no less than 1280, and always a number; a host that answers nothing small is not asked for it. */
static void six(void **state)
{
	const struct mtu_settings s = { 1500, 68, 1248, 0x0f, 300 * ms_ns, 6 };
	const struct addr router = addr_of("2001:db8::1");
	struct mtu m;
	struct mtu_probe p;
	uint64_t until_ns;

	(void)state;
	mtu_init(&m, &s);
	assert_int_equal(mtu_next(&m, 1, &p, &until_ns), SEARCH_SEND);
	mtu_on_too_big(&m, p.reference, &router, 1, 1279);
	mtu_on_too_big(&m, p.reference, &router, 1, 0);
	mtu_on_too_big(&m, p.reference, &router, 1, 0x10500);
	mtu_on_too_big(&m, p.reference, &router, 1, 1500);
	assert_int_equal(mtu_next(&m, 1, &p, &until_ns), SEARCH_WAIT);
	mtu_on_too_big(&m, p.reference, &router, 1, 1280);
	assert_int_equal(mtu_next(&m, 1, &p, &until_ns), SEARCH_SEND);
	assert_true(m.fall_count == 1 && p.size == 1280 && p.hop == 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(losses),
		cmocka_unit_test(refusals),
		cmocka_unit_test(hostile),
		cmocka_unit_test(six),
	};

	return cmocka_run_group_tests_name("mtu", tests, NULL, NULL);
}
