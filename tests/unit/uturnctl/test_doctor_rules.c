/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of `uturnctl doctor` make of rules, queues and counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/doctor_expect.h"
#include "tools/uturnctl/doctor_queue.h"
#include "tools/uturnctl/doctor_rules.h"

#define EACH(rows) (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)

#define OURS "*mangle\n:UTURN - [0:0]\n-A INPUT -m ttl --ttl-lt 33 -j UTURN\n-A UTURN -i lo -j RETURN\nCOMMIT\n"
#define REQUESTS "*mangle\n-A INPUT -p icmp -m icmp --icmp-type 8/1 -j UTURN-request\nCOMMIT\n"
#define THEIRS "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -j ACCEPT\n-A INPUT -j LOG\nCOMMIT\n"

static void judges_backends(void **state)
{
	static const struct {
		const char *text[2][2];
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ { { OURS, OURS }, { NULL, NULL } }, DOCTOR_OK, "one backend in use: iptables-nft" },
		{ { { OURS THEIRS, OURS }, { "", "" } }, DOCTOR_OK, "iptables-nft" },
		{ { { "", "" }, { OURS, OURS THEIRS } }, DOCTOR_OK, "iptables-legacy" },
		{ { { OURS, OURS }, { THEIRS, NULL } }, DOCTOR_NOTE,
			"ours in iptables-nft, 2 rules of others in iptables-legacy" },
		{ { { NULL, THEIRS }, { OURS, NULL } }, DOCTOR_NOTE, "2 rules of others in iptables-nft" },
		{ { { OURS, NULL }, { NULL, OURS } }, DOCTOR_FAIL, "queued twice" },
		{ { { THEIRS, NULL }, { THEIRS, NULL } }, DOCTOR_OK, "one backend" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			struct doctor_tables t = { { { (char *)(uintptr_t)rows[i].text[0][0],
							     (char *)(uintptr_t)rows[i].text[0][1] },
							   { (char *)(uintptr_t)rows[i].text[1][0],
								   (char *)(uintptr_t)rows[i].text[1][1] } },
				0, NULL, NULL };

			doctor_judge_backends(&t, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

/* With a table of nftables. */
static void judges_nftables(void **state)
{
	static const struct {
		const char *text[2];
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ { NULL, NULL }, DOCTOR_OK, "the rules are a table of nftables" },
		{ { THEIRS, THEIRS }, DOCTOR_OK, "the rules are a table of nftables" },
		{ { OURS, NULL }, DOCTOR_FAIL, "or --backend nft" },
		{ { THEIRS, OURS }, DOCTOR_FAIL, "or --backend legacy" },
	};
	static char plain[] = "IPv4: loaded (nftables): 3 queued, 0 denied\n",
		    asked[] = "IPv6: loaded (nftables): 3 queued, 0 requests, 0 denied\n";
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			struct doctor_tables t = { .text = { { (char *)(uintptr_t)rows[i].text[0], NULL },
							   { NULL, (char *)(uintptr_t)rows[i].text[1] } },
				.nftables = plain };

			doctor_judge_backends(&t, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
	doctor_judge_request(&(struct doctor_tables){ .nftables = plain }, true, &f);
	doctor_expect(0, &f, DOCTOR_FAIL, "queue no request");
	doctor_judge_request(&(struct doctor_tables){ .nftables = asked }, true, &f);
	doctor_expect(1, &f, DOCTOR_OK, "on, and queued");
}

static void judges_request(void **state)
{
	static const struct {
		const char *text;
		bool is_on;
		enum doctor_result result;
		const char *words;
	} rows[] = { { OURS, false, DOCTOR_OK, "off" }, { OURS REQUESTS, true, DOCTOR_OK, "on, and queued" },
		{ OURS, true, DOCTOR_FAIL, "queue no request" }, { NULL, true, DOCTOR_FAIL, "--request" },
		{ REQUESTS, false, DOCTOR_NOTE, "off, and the rules queue requests" } };
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			struct doctor_tables t = { { { (char *)(uintptr_t)rows[i].text, NULL }, { NULL, NULL } }, 0,
				NULL, NULL };

			doctor_judge_request(&t, rows[i].is_on, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

static void judges_rules(void **state)
{
	static const struct {
		int exit_code;
		const char *out, *err;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ 0, "IPv4: as planned (iptables-nft)\nIPv6: as planned (ip6tables-nft)\ncapacity: 100 probers\n",
			"uturn-rules: above 100 probers the least\n", DOCTOR_OK,
			"IPv4: as planned (iptables-nft); IPv6: as planned (ip6tables-nft)" },
		{ 0, "IPv4: as planned (iptables-nft)\n",
			"uturn-rules: above 100 probers\nuturn-rules: IPv4: \"-A X -j TTL\", from OUTPUT, changes\nmore\n",
			DOCTOR_NOTE, "IPv4: \"-A X -j TTL\", from OUTPUT, changes" },
		{ 0, "IPv4: as planned (iptables-nft)\n", "uturn-rules: this kernel runs without IPv6: only IPv4\n",
			DOCTOR_OK, "as planned" },
		{ 1, "IPv4: not loaded (iptables-nft); use uturn-rules apply\nIPv6: as planned (ip6tables-nft)\n", "",
			DOCTOR_FAIL, "IPv4: not loaded (iptables-nft); use uturn-rules apply; IPv6: as planned" },
		{ 1, "IPv4: not as planned (iptables-nft):\n- a\n+ b\nIPv4: 2 lines differ\n", "", DOCTOR_FAIL,
			"IPv4: 2 lines differ" },
		{ 0, "as planned (nftables)\n", "", DOCTOR_OK, "as planned (nftables)" },
		{ 1, "not as planned (nftables):\nmissing: a\n1 line differs (nftables)\n", "", DOCTOR_FAIL,
			"1 line differs (nftables)" },
		{ 1, "", "uturn-rules: IPv4: iptables: No such file (install iptables)\n", DOCTOR_FAIL,
			"IPv4: iptables: No such file (install iptables)" },
		{ 127, "", "", DOCTOR_FAIL, "uturn-rules check" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			doctor_judge_rules(rows[i].exit_code, rows[i].out, rows[i].err, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

static void judges_kept(void **state)
{
	static const struct {
		const char *rules;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ NULL, DOCTOR_NOTE, "systemctl start uturn-rules" },
		{ "{\"pid\":1,\"ipv4\":{\"state\":\"present\",\"repaired\":0},\"ipv6\":{\"state\":\"present\"}}",
			DOCTOR_OK, "yes" },
		{ "{\"pid\":1,\"ipv4\":{\"state\":\"present\",\"repaired\":2},\"ipv6\":{\"state\":\"present\",\"repaired\":1}}",
			DOCTOR_OK, "applied again 3 times" },
		{ "{\"pid\":1,\"ipv6\":{\"state\":\"failed\",\"error\":\"no ipset\"}}", DOCTOR_FAIL,
			"IPv6 failed: no ipset" },
		{ "{\"pid\":1,\"ipv4\":{\"state\":\"missing\",\"error\":\"\"}}", DOCTOR_FAIL, "IPv4 missing" },
		{ "{\"pid\":1,\"ipv4\":7}", DOCTOR_FAIL, "IPv4 unknown" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			json_t *rules = rows[i].rules ? json_loads(rows[i].rules, 0, NULL) : NULL;

			doctor_judge_kept(rules, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
			json_decref(rules);
		}
}

static void judges_listener(void **state)
{
	static const struct {
		struct doctor_listener l;
		pid_t uturnd;
		bool is_told;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ { 5, true, 100, 1, "uturnd" }, 100, false, DOCTOR_OK, "" },
		{ { 6, true, 101, 100, "uturnd" }, 100, false, DOCTOR_OK, "" },
		{ { 5, true, 200, 1, "suricata" }, 100, true, DOCTOR_FAIL,
			"queue 5 is taken by another program: suricata (pid 200)" },
		{ { 5, true, 200, 0, "suricata" }, 0, true, DOCTOR_FAIL, "suricata" },
		{ { 5, true, 200, 1, "uturnd" }, 100, true, DOCTOR_NOTE, "another uturnd (pid 200)" },
		{ { 5, true, 0, 0, "" }, 100, true, DOCTOR_NOTE, "not seen which program" },
		{ { 5, false, 0, 0, "" }, 100, true, DOCTOR_FAIL, "queue 5 has no listener" },
		{ { 5, false, 0, 0, "" }, 0, true, DOCTOR_NOTE, "as uturnd does not run" },
	};

	(void)state;
	for
		EACH(rows)
		{
			struct doctor_finding f;

			doctor_ok(&f, "%s", "");
			assert_int_equal(doctor_judge_listener(&rows[i].l, rows[i].uturnd, &f), rows[i].is_told);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

static void finds_sockets(void **state)
{
	static const char text[] =
		"sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"
		"0000000000000000 0   77         00000000 0        0        0     2        0        1111\n"
		"0000000000000000 12  4294965297 00000000 0        0        0     2        0        2222\n"
		"0000000000000000 12  77         00000000 0        0        0     2        0        3333";

	(void)state;
	assert_int_equal(doctor_netlink_inode(text, 77), 3333);
	assert_int_equal(doctor_netlink_inode(text, 4294965297), 2222);
	assert_int_equal(doctor_netlink_inode(text, 7), 0);
	assert_int_equal(doctor_netlink_inode("", 77), 0);
}

static void judges_drops(void **state)
{
	json_t *none = json_pack("{si}", "turned", 9),
	       *some = json_pack("{si si si}", "queue_stale", 3, "capture_dropped", 7, "send_refused", 8),
	       *large = json_pack("{si si}", "send_too_large", 2, "send_unreachable", 1);
	struct doctor_finding f;

	(void)state;
	doctor_judge_queue_drops(0, 0, none, &f);
	doctor_expect(0, &f, DOCTOR_OK, "none");
	doctor_judge_queue_drops(1, 2, NULL, &f);
	doctor_expect(1, &f, DOCTOR_NOTE,
		"1 packets dropped (queue full), 2 lost (receive buffer full), 0 that waited");
	doctor_judge_queue_drops(0, 0, some, &f);
	doctor_expect(2, &f, DOCTOR_NOTE, "3 that waited too long");
	doctor_judge_capture_drops(none, &f);
	doctor_expect(3, &f, DOCTOR_OK, "none");
	doctor_judge_capture_drops(some, &f);
	doctor_expect(4, &f, DOCTOR_NOTE, "7 ICMP errors lost");
	doctor_judge_capture_drops(NULL, &f);
	doctor_expect(5, &f, DOCTOR_NOTE, "not seen");
	doctor_judge_send_drops(none, 0x54, &f);
	doctor_expect(6, &f, DOCTOR_OK, "none");
	doctor_judge_send_drops(some, 0x54, &f);
	doctor_expect(7, &f, DOCTOR_FAIL, "allow -m mark --mark 0x54 in OUTPUT");
	doctor_judge_send_drops(some, 0, &f);
	doctor_expect(8, &f, DOCTOR_FAIL, "allow them in OUTPUT");
	doctor_judge_send_drops(large, 0, &f);
	doctor_expect(9, &f, DOCTOR_NOTE, "2 packets that exceed the egress MTU, 1 without a route");
	doctor_judge_send_drops(NULL, 0, &f);
	doctor_expect(10, &f, DOCTOR_NOTE, "not seen");
	json_decref(none);
	json_decref(some);
	json_decref(large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_backends),
		cmocka_unit_test(judges_nftables),
		cmocka_unit_test(judges_request),
		cmocka_unit_test(judges_rules),
		cmocka_unit_test(judges_kept),
		cmocka_unit_test(judges_listener),
		cmocka_unit_test(finds_sockets),
		cmocka_unit_test(judges_drops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
