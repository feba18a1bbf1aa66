/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of `uturnctl doctor` make of what they read; test_doctor_rules.c has those of rules and queue, test_doctor_web.c those of uturn-web. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "config/config.h"
#include "tests/doctor_expect.h"
#include "tools/uturnctl/doctor.h"
#include "tools/uturnctl/doctor_address.h"
#include "tools/uturnctl/doctor_daemon.h"
#include "tools/uturnctl/doctor_files.h"
#include "tools/uturnctl/doctor_kernel.h"

#define EACH(rows) (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)

static void judges_versions(void **state)
{
	static const struct {
		struct doctor_version versions[3];
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ { { "uturnctl", "1.2" }, { "uturnd", "1.2" }, { "uturn-web", "1.2" } }, DOCTOR_OK,
			"uturnctl 1.2, uturnd 1.2, uturn-web 1.2" },
		{ { { "uturnctl", "1.2" }, { "uturnd", "" }, { "uturn-web", "1.2" } }, DOCTOR_OK,
			"uturnctl 1.2, uturn-web 1.2" },
		{ { { "uturnctl", "1.2" }, { "uturnd", "1.1" }, { "uturn-web", "1.2" } }, DOCTOR_FAIL, "uturnd 1.1" },
		{ { { "uturnctl", "1.2" }, { "uturnd", "1.2" }, { "uturn-web", "1.20" } }, DOCTOR_FAIL, "restart" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			doctor_judge_versions(rows[i].versions, 3, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

#define PROCESS(uid, gid, groups, permitted, effective, seccomp) \
	"Name:\tuturnd\nUid:\t" uid "\nGid:\t" gid "\nGroups:\t" groups \
	"\nCapInh:\t0000000000000000\nCapPrm:\t" permitted "\nCapEff:\t" effective "\nSeccomp:\t" seccomp \
	"\nSeccomp_filters:\t1\n"
#define OWN "998\t998\t998\t998"

static void judges_account(void **state)
{
	static const struct doctor_account own = { "uturn", 998, 998, true }, root = { "root", 0, 0, true },
					   none = { "uturn", 0, 0, false };
	static const struct {
		const char *status;
		const struct doctor_account *account;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ PROCESS(OWN, OWN, "", "0000000000003000", "0000000000003000", "2"), &own, DOCTOR_OK,
			"user uturn, CAP_NET_ADMIN and CAP_NET_RAW" },
		{ PROCESS(OWN, OWN, "998 ", "0000000000003000", "0000000000003000", "2"), &own, DOCTOR_OK,
			"user uturn" },
		{ PROCESS(OWN, OWN, "27 998 ", "0000000000003000", "0000000000003000", "2"), &own, DOCTOR_NOTE,
			"in further groups:\t27 998" },
		{ PROCESS(OWN, OWN, "", "0000000000003000", "0000000000003000", "0"), &own, DOCTOR_NOTE,
			"without a filter of system calls" },
		{ PROCESS("0\t0\t0\t0", OWN, "", "0000000000003000", "0000000000003000", "2"), &own, DOCTOR_FAIL,
			"runs as uid 0, and is to be uturn (998)" },
		{ PROCESS("998\t998\t0\t998", OWN, "", "0000000000003000", "0000000000003000", "2"), &own, DOCTOR_FAIL,
			"restart uturnd" },
		{ PROCESS(OWN, "0\t0\t0\t0", "", "0000000000003000", "0000000000003000", "2"), &own, DOCTOR_FAIL,
			"runs with gid 0" },
		{ PROCESS(OWN, OWN, "", "0000000000002000", "0000000000002000", "2"), &own, DOCTOR_FAIL,
			"lacks CAP_NET_ADMIN" },
		{ PROCESS(OWN, OWN, "", "0000000000003000", "0000000000000000", "2"), &own, DOCTOR_FAIL,
			"lacks CAP_NET_ADMIN CAP_NET_RAW" },
		{ PROCESS(OWN, OWN, "", "0000000000003002", "0000000000003000", "2"), &own, DOCTOR_FAIL,
			"holds more than CAP_NET_ADMIN and CAP_NET_RAW: capabilities 3002" },
		{ PROCESS("0\t0\t0\t0", "0\t0\t0\t0", "0", "000001ffffffffff", "000001ffffffffff", "2"), &root,
			DOCTOR_NOTE, "as root" },
		{ PROCESS(OWN, OWN, "", "0000000000003000", "0000000000003000", "2"), &none, DOCTOR_FAIL,
			"user uturn does not exist" },
		{ "", &own, DOCTOR_FAIL, "runs as uid 0" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			doctor_judge_account(rows[i].status, rows[i].account, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

#define MATCHES "udp\ntcp\nstring\nttl\nsocket\nsocket\nrecent\nmultiport\nmark\nhashlimit\ncgroup\naddrtype\n"
#define MATCHES6 "tcp\nhl\nsocket\nrecent\nmultiport\nmark\nhashlimit\ncgroup\naddrtype"
#define TARGETS "NFQUEUE\nCT\n"
#define DEP(module) "kernel/net/netfilter/" module ".ko.xz: kernel/net/netfilter/x_tables.ko.xz\n"
#define DEPS \
	DEP("xt_hl") \
	DEP("xt_addrtype") \
	DEP("xt_multiport") \
	DEP("xt_tcpudp") \
	DEP("xt_socket") DEP("xt_recent") DEP("xt_hashlimit") DEP("xt_cgroup") DEP("xt_NFQUEUE") DEP("xt_CT")

static void judges_kernel(void **state)
{
	static const struct {
		struct doctor_kernel k;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ { { MATCHES, MATCHES6 }, { TARGETS, TARGETS }, { NULL, NULL }, true, true, true, false }, DOCTOR_OK,
			"and Landlock" },
		{ { { MATCHES, MATCHES6 }, { TARGETS, TARGETS }, { NULL, NULL }, true, true, false, false },
			DOCTOR_NOTE, "no Landlock" },
		{ { { MATCHES, MATCHES6 }, { "NFQUEUE\n", TARGETS }, { NULL, NULL }, true, true, true, false },
			DOCTOR_FAIL, "lacks xt_CT" },
		{ { { MATCHES, "tcp\n" }, { TARGETS, TARGETS }, { NULL, NULL }, true, true, true, false }, DOCTOR_FAIL,
			"lacks xt_hl, xt_addrtype, xt_multiport, xt_socket, xt_recent" },
		{ { { MATCHES, "" }, { TARGETS, "" }, { NULL, NULL }, false, true, true, false }, DOCTOR_OK,
			"all modules" },
		/* not loaded yet, or another with a name that is longer */
		{ { { "", "" }, { "", "" }, { DEP("xt_mark"), DEPS }, true, true, true, false }, DOCTOR_OK,
			"all modules" },
		{ { { NULL, NULL }, { NULL, NULL }, { DEP("xt_mark"), DEPS }, true, true, true, false }, DOCTOR_OK,
			"all modules" },
		{ { { "", "" }, { "", "" }, { DEP("xt_marking"), DEPS }, true, true, true, false }, DOCTOR_FAIL,
			"lacks xt_mark" },
		{ { { "marking\n", "marking" }, { "", "" }, { NULL, DEPS }, true, true, true, false }, DOCTOR_FAIL,
			"lacks xt_mark" },
		{ { { MATCHES, MATCHES6 }, { TARGETS, TARGETS }, { NULL, NULL }, true, false, true, false },
			DOCTOR_FAIL, "lacks nfnetlink_queue" },
		{ { { MATCHES, MATCHES6 }, { TARGETS, TARGETS }, { NULL, DEP("nfnetlink_queue") }, true, false, true,
			  false },
			DOCTOR_OK, "all modules" },
		{ { { NULL, NULL }, { NULL, NULL }, { NULL, NULL }, true, true, true, false }, DOCTOR_NOTE,
			"not seen" },
		{ { .has_ipv6 = true, .has_queue = true, .has_landlock = true, .is_nftables = true }, DOCTOR_OK,
			"all modules" },
		{ { .has_ipv6 = true, .has_landlock = true, .is_nftables = true }, DOCTOR_FAIL,
			"lacks nfnetlink_queue" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			doctor_judge_kernel(&rows[i].k, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

static void judges_room(void **state)
{
	static const struct {
		unsigned long count, max;
		enum doctor_result result;
	} rows[] = { { 0, 0, DOCTOR_OK }, { 90, 100, DOCTOR_OK }, { 91, 100, DOCTOR_FAIL },
		{ 235929, 262144, DOCTOR_OK }, { 235930, 262144, DOCTOR_FAIL }, { 1, 1, DOCTOR_FAIL },
		{ ULONG_MAX, ULONG_MAX, DOCTOR_FAIL }, { 0, ULONG_MAX, DOCTOR_OK } };
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			doctor_judge_conntrack(rows[i].count, rows[i].max, &f);
			doctor_expect(i, &f, rows[i].result, "connections");
		}
	doctor_judge_recent(999, &f);
	doctor_expect(0, &f, DOCTOR_NOTE, "999 probers");
	doctor_judge_recent(1000, &f);
	doctor_expect(1, &f, DOCTOR_OK, "1000 probers");
}

static const struct config *parsed(const char *text)
{
	static struct config c;
	char why[CONFIG_WHY_SIZE];

	if (config_parse("test", text, strlen(text), &c, why, sizeof(why)))
		fail_msg("%s", why);
	return &c;
}

static void judges_second_address(void **state)
{
	static const struct {
		const char *config;
		struct doctor_families has;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ "inflection 192.0.2.1\ninflection 2001:db8::1\n", { true, true }, DOCTOR_OK, "every client goes on" },
		{ "inflection 192.0.2.1\n", { true, false }, DOCTOR_OK, "every client" },
		{ "inflection 192.0.2.1\n", { true, true }, DOCTOR_NOTE, "none for IPv6: mtr, scamper" },
		{ "", { true, true }, DOCTOR_NOTE, "none for IPv4 and IPv6: mtr" },
		{ "inflection target\n", { true, false }, DOCTOR_NOTE,
			"none for IPv4: mtr, scamper, nmap, trippy, traceflow" },
		{ "inflection silent\n", { false, true }, DOCTOR_NOTE, "every client sees an asterisk" },
		{ "answer-from6 self\n", { true, true }, DOCTOR_NOTE,
			"with answer-from self many stop at the first router" },
		{ "answer-from4 self\ninflection 192.0.2.1\n", { true, true }, DOCTOR_NOTE, "hping3 stays there" },
	};
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			doctor_judge_second_address(parsed(rows[i].config), &rows[i].has, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
}

#define ROUTES_HEAD "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define ROUTE(name, flags) name "\t00000000\t010200C0\t" flags "\t0\t0\t0\t00000000\t0\t0\t0\n"

static void judges_rp_filter(void **state)
{
	static const char routes[] = ROUTES_HEAD ROUTE("eth0", "0003") ROUTE("eth0", "0001") ROUTE("eth1", "0001")
		ROUTE("eth0", "0007") ROUTE("eth2", "0002") ROUTE("ppp0", "0003");
	struct doctor_uplink uplinks[DOCTOR_UPLINKS];
	char many[70 * 80] = ROUTES_HEAD;
	struct doctor_finding f;

	(void)state;
	assert_int_equal(doctor_uplinks(routes, uplinks), 2);
	assert_string_equal(uplinks[0].name, "eth0");
	assert_string_equal(uplinks[1].name, "ppp0");
	doctor_judge_rp_filter(uplinks, 2, &f);
	doctor_expect(0, &f, DOCTOR_OK, "not strict on 2 uplinks");
	uplinks[1].rp_filter = 2;
	doctor_judge_rp_filter(uplinks, 2, &f);
	doctor_expect(1, &f, DOCTOR_OK, "not strict");
	uplinks[1].rp_filter = 1;
	doctor_judge_rp_filter(uplinks, 2, &f);
	doctor_expect(2, &f, DOCTOR_NOTE, "strict on ppp0, with 2 uplinks");
	uplinks[0].rp_filter = 1;
	doctor_judge_rp_filter(uplinks, 2, &f);
	doctor_expect(3, &f, DOCTOR_NOTE, "strict on eth0, ppp0");
	doctor_judge_rp_filter(uplinks, 1, &f);
	doctor_expect(4, &f, DOCTOR_OK, "one uplink");
	doctor_judge_rp_filter(uplinks, doctor_uplinks("", uplinks), &f);
	doctor_expect(5, &f, DOCTOR_OK, "no gateway");
	for (int i = 0; i < DOCTOR_UPLINKS + 4; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "eth%d\t0\t0\t0003\n", i);
	assert_int_equal(doctor_uplinks(many, uplinks), DOCTOR_UPLINKS);
}

static void judges_verdict(void **state)
{
	enum { DAY = 86400 };
	static const struct {
		const char *config;
		struct config_verdict v;
		long long age_s;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ "", { true, true, ANSWER_FROM_ROUTER, ANSWER_FROM_ROUTER }, 0, DOCTOR_OK, "agrees" },
		{ "", { false, false, 0, 0 }, 0, DOCTOR_NOTE, "no verdict for IPv4" },
		{ "", { true, false, ANSWER_FROM_ROUTER, 0 }, 0, DOCTOR_NOTE, "no verdict for IPv6" },
		{ "answer-from self\n", { false, false, 0, 0 }, 0, DOCTOR_OK, "answer-from is self" },
		{ "", { true, true, ANSWER_FROM_SELF, ANSWER_FROM_ROUTER }, 0, DOCTOR_FAIL,
			"answer-from is router for IPv4, and packets with a foreign source do not arrive" },
		{ "", { false, true, 0, ANSWER_FROM_SELF }, 0, DOCTOR_FAIL, "'answer-from6 self'" },
		{ "answer-from self\n", { true, true, ANSWER_FROM_ROUTER, ANSWER_FROM_SELF }, 0, DOCTOR_NOTE,
			"answer-from is self for IPv4" },
		{ "answer-from auto\n", { true, true, ANSWER_FROM_SELF, ANSWER_FROM_SELF }, 0, DOCTOR_OK, "agrees" },
		{ "", { true, true, 0, 0 }, 90LL * DAY, DOCTOR_OK, "agrees" },
		{ "", { true, true, 0, 0 }, 90LL * DAY + 1, DOCTOR_NOTE, "the verdict is 90 days old" },
		{ "", { true, true, ANSWER_FROM_SELF, 0 }, 100LL * DAY, DOCTOR_FAIL, "IPv4" },
		/* a clock that was wrong */
		{ "", { true, true, 0, 0 }, -100LL * DAY, DOCTOR_OK, "agrees" },
	};
	static const struct doctor_families both = { true, true }, only4 = { true, false };
	struct doctor_finding f;

	(void)state;
	for
		EACH(rows)
		{
			struct config c = *parsed(rows[i].config);

			/* as config_verdict_choose() does for auto */
			if (c.answer_from_chosen4 != CHOSEN_BY_FILE) {
				c.answer_from4 = rows[i].v.answer_from4;
				c.answer_from6 = rows[i].v.answer_from6;
			}
			doctor_judge_verdict(&c, &rows[i].v, rows[i].age_s, &both, &f);
			doctor_expect(i, &f, rows[i].result, rows[i].words);
		}
	doctor_judge_verdict(parsed(""), &rows[2].v, 0, &only4, &f);
	doctor_expect(100, &f, DOCTOR_OK, "agrees");
}

static void finds_arguments(void **state)
{
	static const char words[] = "uturn-web\0-f\0/a\0-d\0-f";

	(void)state;
	assert_string_equal(doctor_argument(words, sizeof(words) - 1, "-f"), "/a");
	assert_string_equal(doctor_argument(words, sizeof(words) - 1, "-d"), "-f");
	assert_null(doctor_argument(words, sizeof("uturn-web"), "-f"));
	assert_null(doctor_argument("", 0, "-f"));
	assert_null(doctor_argument("a\0-x", 4, "-x"));
}

/* A file that others write does not command the terminal. */
static void prints(void **state)
{
	char text[512] = "";
	struct doctor_finding f;
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	doctor_fail(&f, "failed: %s", "\x1b]0;x\x07 \xc3\xa4");
	doctor_remedy(&f, "%s", "a\nb");
	doctor_print(out, "renewal", &f);
	doctor_ok(&f, "%s", "x");
	doctor_print(out, "y", &f);
	doctor_unseen(&f, "z", EACCES);
	doctor_print(out, "y", &f);
	fclose(out);
	assert_string_equal(text,
		"FAIL  renewal: failed: ?]0;x? \xc3\xa4 (a?b)\nok    y: x\n"
		"note  y: not seen: z: Permission denied (run uturnctl doctor as root)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_versions),
		cmocka_unit_test(judges_account),
		cmocka_unit_test(judges_kernel),
		cmocka_unit_test(judges_room),
		cmocka_unit_test(judges_second_address),
		cmocka_unit_test(judges_rp_filter),
		cmocka_unit_test(judges_verdict),
		cmocka_unit_test(finds_arguments),
		cmocka_unit_test(prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
