/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What status says of peers, and what it warns of. The peers are a table here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/text.h"
#include "operator/status_peers.h"
#include "process/peers.h"

struct peers {
	unsigned count;
	struct config_peer ends[CONFIG_PEERS];
	struct peer_figures figures[CONFIG_PEERS];
};

static const uint64_t s_ns = 1000000000;

unsigned peers_count(const struct peers *p)
{
	return p ? p->count : 0;
}

struct config_peer peers_end(const struct peers *p, unsigned index)
{
	return p->ends[index];
}

struct peer_figures peers_figures(const struct peers *p, unsigned index)
{
	return p->figures[index];
}

static struct config_peer end_of(const char *address, uint16_t port)
{
	struct config_peer end = { .port = port };

	assert_true(addr_parse(address, &end.addr));
	return end;
}

static void assert_json(json_t *value, const char *expected)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(15));

	assert_string_equal(text, expected);
	free(text);
	json_decref(value);
}

#define NONE \
	"\"refused_by\":{\"peer_source\":0,\"peer_format\":0,\"peer_version\":0,\"peer_key\":0,\"peer_clock\":0,\"peer_" \
	"replayed\":0}"

static void tells_each(void **state)
{
	const struct peers p = {
		.count = 2,
		.ends = { end_of("192.0.2.2", 8874), end_of("2001:db8::2", 9) },
		.figures = { { .heard_ns = 97 * s_ns + 949999999,
				     .sent = 1,
				     .received = 2,
				     .matched = 3,
				     .refused = { 1, 2, 3, 4, 5, 6 },
				     .late_ns = -2500000 },
			{ .sent = UINT64_C(1) << 53 } },
	};

	(void)state;
	assert_json(status_peers(&p, 100 * s_ns),
		"[{\"address\":\"192.0.2.2\",\"port\":8874,\"last_heard_s\":2.0,\"sent\":1,\"received\":2,\"matched\":3,"
		"\"refused\":21,\"refused_by\":{\"peer_source\":1,\"peer_format\":2,\"peer_version\":3,\"peer_key\":4,"
		"\"peer_clock\":5,\"peer_replayed\":6},\"clock_ms\":-2},"
		"{\"address\":\"2001:db8::2\",\"port\":9,\"sent\":9007199254740992,\"received\":0,\"matched\":0,"
		"\"refused\":0," NONE "}]");
	assert_json(status_peers(NULL, 100 * s_ns), "[]");
}

#define CLOCK "its clock and that of this host differ by some "
#define NTP " (do both run NTP?)"
#define WRONG "round-trip times are wrong by that" NTP
#define SILENT \
	"not heard for a minute: does it run, has it the same key and this address for itself alone, and does UDP port " \
	"8874 pass both firewalls untranslated? (uturnctl counters)"

static const struct {
	uint64_t up_s, heard_s; /* heard so many seconds ago; 0: never */
	int64_t late_ns;
	const char *warnings[2];
} rows[] = {
	{ 100, 1, 0, { NULL } },
	{ 100, 60, 0, { NULL } },
	{ 100, 61, 0, { SILENT } },
	{ 60, 0, 0, { NULL } }, /* it may be about to */
	{ 61, 0, 0, { SILENT } },
	{ 100, 1, 500000000, { NULL } }, /* of a distant continent, by a bad path */
	{ 100, 1, 501000000, { CLOCK "501 ms: " WRONG } },
	{ 100, 1, -20000000, { NULL } },
	{ 100, 1, -21000000, { CLOCK "21 ms: " WRONG } },
	{ 100, 1, 5000000000, { CLOCK "5000 ms: " WRONG } },
	/* what it sends is refused, so that it is not heard either */
	{ 100, 70, 6000000000, { CLOCK "6 s: what it sends is refused" NTP, SILENT } },
	{ 100, 70, -INT64_C(86400000000000) * 100, { CLOCK "8640000 s: what it sends is refused" NTP, SILENT } },
	{ 100, 70, INT64_MAX, { CLOCK "9223372036 s: what it sends is refused" NTP, SILENT } },
	{ 100, 70, INT64_MIN, { CLOCK "9223372036 s: what it sends is refused" NTP, SILENT } },
};

static void warns_of_silence_and_clocks(void **state)
{
	const uint64_t now_ns = 1000 * s_ns;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct peers p = {
			.count = 1,
			.ends = { end_of("192.0.2.2", 8874) },
			.figures = { { .heard_ns = rows[i].heard_s ? now_ns - rows[i].heard_s * s_ns : 0,
				.late_ns = rows[i].late_ns } },
		};
		json_t *warnings = json_array(), *expected = json_array();

		for (int j = 0; j < 2 && rows[i].warnings[j]; j++)
			json_array_append_new(expected, json_sprintf("peer 192.0.2.2: %s", rows[i].warnings[j]));
		status_peers_warn(&p, now_ns, rows[i].up_s * s_ns, warnings);
		if (!json_equal(warnings, expected))
			fail_msg("row %zu: %s", i, json_dumps(warnings, 0));
		json_decref(warnings);
		json_decref(expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_each),
		cmocka_unit_test(warns_of_silence_and_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
