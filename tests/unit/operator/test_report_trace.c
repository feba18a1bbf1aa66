/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/inband_scene.h"

#include <jansson.h>
#include <stdlib.h>

#include "operator/report_trace.h"

static void assert_told(const char *expected)
{
	json_t *told = report_trace(&engine.inband.report);
	char *text = json_dumps(told, JSON_COMPACT | JSON_REAL_PRECISION(9));

	assert_string_equal(text, expected);
	free(text);
	json_decref(told);
}

static void tells_a_trace(void **state)
{
	json_t *accepted;
	char *text;
	int index;

	(void)state;
	index = begun(6, 2);
	accepted = report_accepted(&engine.inband.traces[index]);
	text = json_dumps(accepted, JSON_COMPACT);
	assert_string_equal(text, "{\"tracing\":true,\"max-ttl\":6,\"attempts\":2}");
	free(text);
	json_decref(accepted);
	pass(0, NULL);
	now_ns += 213999;
	expired(1, 1, 0);
	assert_told("{\"hop\":1,\"kind\":\"time-exceeded\",\"router\":\"10.2.1.1\",\"rtt_ms\":0.213,\"attempt\":1,"
		    "\"icmp_type\":11,\"icmp_code\":0}");
	error("ip4 10.2.3.1 > 203.0.113.80 | unreachable code 13 | " PROBE
	      "1 | tcp 80 > 4000 seq 1196 ack 77 flags A | cut 28 | ext | mpls 16 exp 5 s 0 ttl 1 | mpls 17 ttl 2");
	assert_told("{\"hop\":3,\"kind\":\"unreachable\",\"router\":\"10.2.3.1\",\"rtt_ms\":0.213,\"attempt\":1,"
		    "\"icmp_type\":3,\"icmp_code\":13,\"mpls\":[{\"label\":16,\"tc\":5,\"bottom\":false,\"ttl\":1},"
		    "{\"label\":17,\"tc\":0,\"bottom\":true,\"ttl\":2}]}");
	error("ip4 10.1.1.10 > 203.0.113.80 | expired | " PROBE "1 | tcp 80 > 4000 seq 1195 ack 77 flags A | cut 28");
	assert_told("{\"hop\":4,\"kind\":\"time-exceeded\",\"router\":\"10.1.1.10\",\"rtt_ms\":0.213,\"attempt\":1,"
		    "\"behind_nat\":true,\"icmp_type\":11,\"icmp_code\":0}");
	duplicate(5, 0);
	assert_told("{\"hop\":5,\"kind\":\"reached\",\"router\":\"10.1.1.10\",\"rtt_ms\":0.213,\"attempt\":1,"
		    "\"behind_nat\":true}");
	pass(60 * ms_ns, NULL);
	now_ns += ms_ns;
	expired(9, 1, 1); /* another router, for the same hop */
	while (engine.inband.report.kind != INBAND_REPORT_SILENT) {
		struct writer out = packet_room(128);

		now_ns += ms_ns;
		engine_on_time(&engine, now_ns, &out);
	}
	assert_told("{\"hop\":2,\"kind\":\"silent\",\"attempts\":3}");
	while (engine.inband.running)
		pass(ms_ns, NULL);
}

static void sums_it_up(void **state)
{
	struct writer out = packet_room(128);

	(void)state;
	begun(3, 2);
	pass(0, NULL);
	now_ns += 100000;
	expired(1, 1, 0);
	error("ip4 10.1.1.10 > 203.0.113.80 | expired | " PROBE "1 | tcp 80 > 4000 seq 1197 ack 77 flags A | cut 28");
	duplicate(3, 0);
	pass(50 * ms_ns, NULL);
	now_ns += 300000;
	expired(9, 1, 1);
	duplicate(3, 1);
	now_ns += s_ns;
	engine_on_time(&engine, now_ns, &out);
	assert_int_equal(engine.inband.report.kind, INBAND_REPORT_DONE);
	assert_told(
		"{\"done\":true,\"end\":\"reached\",\"hops\":3,\"probes\":6,\"summary\":["
		"{\"hop\":1,\"router\":\"10.2.1.1\",\"routers\":[\"10.2.1.1\",\"10.2.9.1\"],\"sent\":2,\"received\":2,"
		"\"min_ms\":0.1,\"avg_ms\":0.2,\"max_ms\":0.3},"
		"{\"hop\":2,\"router\":\"10.1.1.10\",\"sent\":2,\"received\":1,\"min_ms\":0.1,\"avg_ms\":0.1,\"max_ms\":0.1,"
		"\"behind_nat\":true},"
		"{\"hop\":3,\"router\":\"10.1.1.10\",\"sent\":2,\"received\":2,\"min_ms\":0.1,\"avg_ms\":0.2,\"max_ms\":0.3,"
		"\"behind_nat\":true}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(tells_a_trace, packets_free),
		cmocka_unit_test_teardown(sums_it_up, packets_free),
	};

	return cmocka_run_group_tests_name("report of traces", tests, NULL, NULL);
}
