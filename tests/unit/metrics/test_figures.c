/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of uturnd as text for Prometheus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/exposition.h"
#include "metrics/figures.h"
#include "packet/reason.h"

#define NOTHING "# HELP uturn_up whether uturnd answers\n# TYPE uturn_up gauge\nuturn_up 0\n"
#define ALIVE "# HELP uturn_up whether uturnd answers\n# TYPE uturn_up gauge\nuturn_up 1\n"
#define QUEUES \
	"    4   1234     9 2 65531     9     9        0  1\n    5   1234     7 2 65531     8     9        0  1\n"
#define RELAY(rest) "{\"relay_seconds\":{" rest "}}"

#define PEERS(more) \
	"{\"uptime_s\":90,\"peers\":[{\"address\":\"192.0.2.2\",\"port\":8874,\"last_heard_s\":1.5,\"sent\":1,\"received\":2," \
	"\"matched\":3,\"refused\":4,\"refused_by\":{\"peer_key\":4,\"peer_clock\":0}}," more "]}"
#define PEER6 "{\"address\":\"2001:db8::2\",\"port\":9,\"sent\":5}"

static const struct {
	const char *status, *counters, *rules, *queues; /* NULL: none */
	int64_t expiry;
	const char *text; /* what it has */
	const char *without; /* and what not; NULL: the text is all */
} rows[] = {
	{ NULL, NULL, NULL, NULL, 0, NOTHING, NULL },
	{ "{}", NULL, NULL, NULL, 0, ALIVE, NULL },
	{ "{}", "{}", "{}", "", 0, ALIVE, NULL },
	{ "{\"version\":\"1.2\"}", NULL, NULL, NULL, 0,
		ALIVE "# HELP uturn_build_info always 1, with the version of uturnd\n"
		      "# TYPE uturn_build_info gauge\n"
		      "uturn_build_info{version=\"1.2\"} 1\n",
		NULL },
	/* a label may hold anything */
	{ "{\"version\":\"a\\\"b\\\\c\\nd\"}", NULL, NULL, NULL, 0,
		"\nuturn_build_info{version=\"a\\\"b\\\\c\\nd\"} 1\n", "\nd" },
	{ "{\"start_time_s\":1795876611}", NULL, NULL, NULL, 0, "\nuturn_start_time_seconds 1795876611\n", "e+" },
	{ "{\"start_time_s\":1795876611.25}", NULL, NULL, NULL, 0, "\nuturn_start_time_seconds 1795876611.25\n", "e+" },
	{ "{\"flights\":3,\"capacity\":65536,\"probers_60s\":2}", NULL, NULL, NULL, 0, "\nuturn_flights 3\n", "relay" },
	{ "{\"flights\":3,\"capacity\":65536,\"probers_60s\":2}", NULL, NULL, NULL, 0,
		"\nuturn_flights_capacity 65536\n", "queue" },
	{ "{\"flights\":3,\"capacity\":65536,\"probers_60s\":2}", NULL, NULL, NULL, 0, "\nuturn_probers 2\n", "-1" },
	{ "{\"draining_s\":598}", NULL, NULL, NULL, 0, "\nuturn_draining_seconds 598\n", "relay" },
	{ "{\"draining_s\":-1}", NULL, NULL, NULL, 0, ALIVE, NULL },
	/* of another type, or out of range */
	{ "{\"flights\":-1,\"capacity\":\"many\",\"probers_60s\":1.5,\"version\":7,\"start_time_s\":-1}", NULL, NULL,
		NULL, 0, ALIVE, NULL },
	{ "[]", "[]", "[]", "x", 0, ALIVE, NULL },
	{ "{}", "{\"turned\":9007199254740993,\"checksum\":1,\"paced\":2,\"evicted\":3,\"of_later\":4}", NULL, NULL, 0,
		"# TYPE uturn_packets_total counter\n"
		"uturn_packets_total{class=\"did\",outcome=\"turned\"} 9007199254740993\n"
		"uturn_packets_total{class=\"passed\",outcome=\"checksum\"} 1\n"
		"uturn_packets_total{class=\"dropped\",outcome=\"paced\"} 2\n"
		"uturn_packets_total{class=\"lost\",outcome=\"evicted\"} 3\n",
		"later" },
	{ "{\"traces_total\":[{\"frontend\":\"uturn\",\"end\":\"arrived\",\"count\":4},"
	  "{\"frontend\":\"inband\",\"end\":\"limited\",\"count\":0},{\"end\":\"stopped\",\"count\":1},7]}",
		NULL, NULL, NULL, 0,
		"# TYPE uturn_traces_total counter\n"
		"uturn_traces_total{frontend=\"uturn\",end=\"arrived\"} 4\n"
		"uturn_traces_total{frontend=\"inband\",end=\"limited\"} 0\n",
		"stopped" },
	{ RELAY("\"bounds\":[0.001,0.0025,5],\"counts\":[1,2,0,3],\"sum\":12.5,\"count\":6"), NULL, NULL, NULL, 0,
		"# TYPE uturn_relay_seconds histogram\n"
		"uturn_relay_seconds_bucket{le=\"0.001\"} 1\n"
		"uturn_relay_seconds_bucket{le=\"0.0025\"} 3\n"
		"uturn_relay_seconds_bucket{le=\"5\"} 3\n"
		"uturn_relay_seconds_bucket{le=\"+Inf\"} 6\n"
		"uturn_relay_seconds_sum 12.5\n"
		"uturn_relay_seconds_count 6\n",
		"uturn_packets" },
	/* a count too few, bounds that do not rise, a negative count, no sum, no bucket */
	{ RELAY("\"bounds\":[1,2],\"counts\":[1,2],\"sum\":1"), NULL, NULL, NULL, 0, ALIVE, NULL },
	{ RELAY("\"bounds\":[2,1],\"counts\":[1,2,3],\"sum\":1"), NULL, NULL, NULL, 0, ALIVE, NULL },
	{ RELAY("\"bounds\":[1,2],\"counts\":[1,-2,3],\"sum\":1"), NULL, NULL, NULL, 0, ALIVE, NULL },
	{ RELAY("\"bounds\":[1,2],\"counts\":[1,2,3]"), NULL, NULL, NULL, 0, ALIVE, NULL },
	{ RELAY("\"bounds\":[],\"counts\":[1],\"sum\":1"), NULL, NULL, NULL, 0, ALIVE, NULL },
	{ PEERS(PEER6), NULL, NULL, NULL, 0,
		"# TYPE uturn_peer_silent_seconds gauge\n"
		"uturn_peer_silent_seconds{peer=\"192.0.2.2:8874\"} 1.5\n"
		"uturn_peer_silent_seconds{peer=\"[2001:db8::2]:9\"} 90\n"
		"# HELP uturn_peer_sent_total errors and replies sent to the peer\n"
		"# TYPE uturn_peer_sent_total counter\n"
		"uturn_peer_sent_total{peer=\"192.0.2.2:8874\"} 1\n"
		"uturn_peer_sent_total{peer=\"[2001:db8::2]:9\"} 5\n",
		"received_total{peer=\"[2001" },
	{ PEERS(PEER6), NULL, NULL, NULL, 0, "\nuturn_peer_received_total{peer=\"192.0.2.2:8874\"} 2\n",
		"[2001:db8::2]:9\"} 0" },
	{ PEERS(PEER6), NULL, NULL, NULL, 0, "\nuturn_peer_matched_total{peer=\"192.0.2.2:8874\"} 3\n",
		"\"} 4\n# HELP" },
	{ PEERS(PEER6), NULL, NULL, NULL, 0,
		"# TYPE uturn_peer_refused_total counter\n"
		"uturn_peer_refused_total{peer=\"192.0.2.2:8874\",outcome=\"peer_key\"} 4\n"
		"uturn_peer_refused_total{peer=\"192.0.2.2:8874\",outcome=\"peer_clock\"} 0\n",
		"refused_total{peer=\"[" },
	/* no address, no port, nothing */
	{ PEERS("{\"port\":9,\"sent\":5},{\"address\":\"192.0.2.3\",\"sent\":5},7"), NULL, NULL, NULL, 0,
		"uturn_peer_sent_total{peer=\"192.0.2.2:8874\"} 1\n# HELP uturn_peer_received_total", "192.0.2.3" },
	{ "{\"uptime_s\":90,\"peers\":[]}", NULL, NULL, NULL, 0, ALIVE, NULL },
	{ "{\"queue\":\"5:6\"}", NULL, NULL, QUEUES, 0,
		"# TYPE uturn_queue_length gauge\n"
		"uturn_queue_length{queue=\"5\"} 7\n"
		"# HELP uturn_queue_dropped_total packets lost in front of uturnd: the queue, or its receive buffer, "
		"was full\n"
		"# TYPE uturn_queue_dropped_total counter\n"
		"uturn_queue_dropped_total{queue=\"5\",why=\"full\"} 8\n"
		"uturn_queue_dropped_total{queue=\"5\",why=\"overrun\"} 9\n",
		"{queue=\"4\"" },
	{ "{\"queue\":\"5:6\"}", NULL, NULL, NULL, 0, ALIVE, NULL },
	{ "{\"queue\":\"0:4294967295\"}", NULL, NULL, "", 0, ALIVE, NULL },
	{ NULL, NULL, "{\"ipv4\":{\"state\":\"present\",\"repaired\":2},\"ipv6\":{\"state\":\"failed\"}}", NULL, 0,
		"uturn_rules_present{family=\"ipv4\"} 1\nuturn_rules_present{family=\"ipv6\"} 0\n",
		"repaired_total{family=\"ipv6\"" },
	{ NULL, NULL, "{\"ipv4\":{\"state\":\"present\",\"repaired\":2},\"ipv6\":{\"state\":\"failed\"}}", NULL, 0,
		"# TYPE uturn_rules_repaired_total counter\nuturn_rules_repaired_total{family=\"ipv4\"} 2\n", "queue" },
	{ NULL, NULL, NULL, NULL, 1827411200, "\nuturn_certificate_expiry_timestamp_seconds 1827411200\n", "e+" },
};

static json_t *loaded(const char *text)
{
	json_t *value = text ? json_loads(text, 0, NULL) : NULL;

	assert_true(value || !text);
	return value;
}

static void figures_are_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *status = loaded(rows[i].status), *counters = loaded(rows[i].counters);
		json_t *rules = loaded(rows[i].rules);
		const struct figures_found found = { status, counters, rules, rows[i].queues, rows[i].expiry };
		char *text = figures_text(&found);

		assert_non_null(text);
		if (!strstr(text, rows[i].text) || (rows[i].without && strstr(text, rows[i].without)) ||
			(!rows[i].without && strcmp(text, rows[i].text) != 0))
			fail_msg("row %zu: %s", i, text);
		free(text);
		json_decref(status);
		json_decref(counters);
		json_decref(rules);
	}
}

/* Every reason has its line: nothing that is counted is missing. */
static void every_reason_is_there(void **state)
{
	json_t *status = json_object(), *counters = json_object();
	const struct figures_found found = { status, counters, NULL, NULL, 0 };
	char *text, label[64];

	(void)state;
	for (size_t i = REASON_OK + 1; i < REASON_COUNT; i++)
		json_object_set_new(counters, reason_table[i].counter, json_integer(1));
	text = figures_text(&found);
	assert_non_null(text);
	for (size_t i = REASON_OK + 1; i < REASON_COUNT; i++) {
		snprintf(label, sizeof(label), ",outcome=\"%s\"} 1\n", reason_table[i].counter);
		if (!strstr(text, label))
			fail_msg("no %s", reason_table[i].counter);
	}
	free(text);
	json_decref(status);
	json_decref(counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_text),
		cmocka_unit_test(every_reason_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
