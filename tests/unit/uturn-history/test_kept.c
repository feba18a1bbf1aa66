/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces as they are kept: what is left of addresses, and the same again out of bytes and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tools/uturn-history/intake.h"
#include "tools/uturn-history/kept_bytes.h"
#include "tools/uturn-history/kept_json.h"

#define TRACE(prober, more, hops) \
	"{\"id\":1,\"time\":1795900000.123,\"prober\":\"" prober \
	"\",\"target\":\"198.51.100.1\",\"frontend\":\"uturn\"," \
	"\"protocol\":\"udp\",\"seconds\":1.2,\"probes\":9,\"end\":\"arrived\"" more ",\"hops\":[" hops "]}"
#define HOP(ttl, routers) "{\"ttl\":" ttl ",\"routers\":[" routers "]}"
#define ROUTER(address, rtts) "{\"router\":\"" address "\",\"rtts_ms\":[" rtts "]}"
#define HEAD_OF(frontend) \
	"{\"uturn-history\":1,\"time\":1795900000.123,\"host\":\"web1\",\"origin\":\"198.51.100.1\"," \
	"\"remote\":\"192.0.2.0/24\",\"frontend\":\"" frontend \
	"\",\"protocol\":\"udp\",\"seconds\":1.2,\"probes\":9,\"end\":\"arrived\""
#define HEAD HEAD_OF("uturn")

static const struct {
	const char *what, *json, *kept; /* kept: as export has it, or words */
} rows[] = {
	{ "the prober is its prefix, also at the end of the path",
		TRACE("192.0.2.55", "", HOP("1", ROUTER("10.0.0.1", "0.25")) "," HOP("2", ROUTER("192.0.2.55", "8"))),
		HEAD ",\"hops\":[" HOP("1", ROUTER("10.0.0.1", "0.25")) "," HOP("2", ROUTER("192.0.2.0", "8.0")) "]}" },
	{ "the median, routers in order, a silent hop",
		TRACE("192.0.2.55", "", HOP("2", ROUTER("10.0.0.9", "3,1,2") "," ROUTER("10.0.0.1", "4"))),
		HEAD
		",\"hops\":[" HOP("1", "") "," HOP("2", ROUTER("10.0.0.1", "4.0") "," ROUTER("10.0.0.9", "2.0")) "]}" },
	{ "no hop", TRACE("192.0.2.55", "", ""), HEAD ",\"hops\":[]}" },
	{ "a host that is not printable", TRACE("192.0.2.55", ",\"host\":\"web1\"", ""), HEAD ",\"hops\":[]}" },
	{ "not a prober", TRACE("nobody", "", ""), "not a trace: \"prober\" and \"target\" are not addresses" },
	{ "hops that go back", TRACE("192.0.2.55", "", HOP("2", "") "," HOP("2", "")),
		"\"ttl\" of a hop is not a number from 1 to 63, and above the one before" },
	{ "a hop too many", TRACE("192.0.2.55", "", HOP("64", "")),
		"\"ttl\" of a hop is not a number from 1 to 63, and above the one before" },
	{ "a router that is none", TRACE("192.0.2.55", "", HOP("1", ROUTER("x", "1"))),
		"\"router\" of a hop is not an address" },
	{ "two traces of one key", "{\"a\":1,\"a\":2}", "not JSON: duplicate object key near '\"a\"'" },
	{ "control characters of a terminal",
		"{\"a\" \"\xc2\x9b"
		"31m\"}",
		"not JSON: ':' expected near '\"??31m\"'" },
	{ "half", "{", "not JSON: string or '}' expected near end of file" },
	{ "another object", "{\"x\":1}", "not a trace: \"prober\" and \"target\" are not addresses" },
	{ "a newer export", "{\"uturn-history\":2}", "\"uturn-history\" is not 1: a newer uturn-history reads it" },
	{ "flows of a prober, which may be cut from its hop",
		HEAD ",\"hops\":[" HOP("1",
			ROUTER("192.0.2.0", "1") "," ROUTER("192.0.2.7", "1")) "],\"flows\":[{\"id\":0,\"met\":[1]}]}",
		"\"flows\": of \"frontend\" trace alone" },
	{ "no remote", "{\"uturn-history\":1,\"origin\":\"192.0.2.1\"}", "\"remote\" is not a prefix" },
};

struct told {
	struct kept kept;
	unsigned count;
};

static bool tell(void *owner, struct kept *k)
{
	struct told *t = owner;

	kept_done(&t->kept);
	t->kept = *k;
	t->count++;
	return true;
}

static void reads_traces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t = { .count = 0 };
		const struct intake in = { .host = "web1", .told = tell, .owner = &t };
		char why[256] = "";
		json_t *json;
		char *text = NULL;

		if (intake_take(&in, rows[i].json, strlen(rows[i].json), why, sizeof(why))) {
			json = kept_json(&t.kept);
			text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));
			json_decref(json);
		}
		if (strcmp(text ? text : why, rows[i].kept) != 0)
			fail_msg("%s: %s", rows[i].what, text ? text : why);
		free(text);
		kept_done(&t.kept);
	}
}

/* What export has said is the same when it is read, and said again. */
static void reads_what_it_exports(void **state)
{
	static const char line[] = HEAD_OF("trace") ",\"as\":64500,\"hops\":[" HOP("1",
		"{\"router\":\"2001:db8::1\",\"rtts_ms\":[0.25],\"as\":4200000000}," ROUTER("2001:db8::2",
			"1.5")) "," HOP("2",
		ROUTER("2001:db8::3", "2.0")) "],\"flows\":[{\"id\":0,\"met\":[1,null]},{\"id\":7,\"met\":[0,0]}]}";
	struct told t = { .count = 0 };
	const struct intake in = { .told = tell, .owner = &t };
	char why[256], *text;
	json_t *json;

	(void)state;
	if (!intake_take(&in, line, strlen(line), why, sizeof(why)))
		fail_msg("%s", why);
	assert_int_equal(t.kept.hops, 2);
	assert_int_equal(t.kept.flow_count, 2);
	json = kept_json(&t.kept);
	text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));
	/* all but the order of keys */
	assert_int_equal(strlen(text), strlen(line));
	assert_non_null(strstr(text, "\"flows\":[{\"id\":0,\"met\":[1,null]},{\"id\":7,\"met\":[0,0]}]"));
	assert_non_null(strstr(text, "\"as\":4200000000"));
	free(text);
	json_decref(json);
	kept_done(&t.kept);
}

static void codes_round_trip_times(void **state)
{
	static const uint32_t us[] = { 0, 1, 2047, 2048, 4095, 12345, 1000000, 4000000000, UINT32_MAX };
	struct kept k;
	uint8_t bytes[KEPT_RTTS_BYTES];
	struct addr a = { 4, { 10 } };

	(void)state;
	for (size_t i = 0; i < sizeof(us) / sizeof(us[0]); i++) {
		kept_init(&k);
		assert_true(kept_add(&k, 1, &a, &us[i], 1));
		assert_int_equal(kept_rtts_bytes(&k, bytes), 2);
		assert_true(kept_rtt_of(bytes) <= us[i]);
		assert_true((double)(us[i] - kept_rtt_of(bytes)) <= us[i] * 0.001);
		kept_done(&k);
	}
}

/* A path is the same again, and no end of it is read beyond. */
static void codes_paths(void **state)
{
	const int64_t ids[] = { 1, 127, 128, INT64_MAX };
	static uint8_t bytes[KEPT_PATH_BYTES];
	struct kept k;
	struct kept_path p;
	struct addr a = { 4, { 10 } };
	size_t len;

	(void)state;
	kept_init(&k);
	for (unsigned i = 0; i < 4; i++) {
		a.bytes[3] = (uint8_t)i;
		assert_true(kept_add(&k, i < 2 ? 1 : 3 + i, &a, NULL, 0));
	}
	assert_false(kept_add(&k, 2, &a, NULL, 0));
	assert_false(kept_add(&k, KEPT_HOPS + 1, &a, NULL, 0));
	len = kept_path_bytes(&k, ids, bytes);
	assert_true(kept_path_of(bytes, len, &p));
	assert_int_equal(p.hops, k.hops);
	assert_memory_equal(p.first, k.first, (k.hops + 1) * sizeof(*p.first));
	assert_memory_equal(p.ids, ids, sizeof(ids));
	for (size_t cut = 1; cut < len; cut++) {
		uint8_t *exact = malloc(cut);

		memcpy(exact, bytes, cut);
		if (kept_path_of(exact, cut, &p))
			assert_true(p.hops < k.hops);
		free(exact);
	}
	kept_done(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_traces), cmocka_unit_test(reads_what_it_exports),
		cmocka_unit_test(codes_round_trip_times), cmocka_unit_test(codes_paths) };

	return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
