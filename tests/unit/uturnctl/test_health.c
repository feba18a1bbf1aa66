/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `uturnctl health` makes of what it finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tools/uturnctl/health.h"

#define STATUS(queue) "{\"version\":\"1\",\"ready\":true,\"queue\":\"" queue "\"}"
#define FAMILY(name, state, error) "\"" name "\":{\"state\":\"" state "\",\"error\":\"" error "\"}"
#define BOTH "{\"pid\":1," FAMILY("ipv4", "present", "") "," FAMILY("ipv6", "present", "") "}"
#define LINE(queue) queue "   1234     0 2 65531     0     0        0  1\n"

static const struct {
	const char *status, *rules, *queues;
	bool is_healthy;
	const char *words;
} rows[] = {
	{ STATUS("5"), BOTH, LINE("    5"), true, "uturnd 1 answers, rules present, queue has its listener" },
	{ STATUS("5"), NULL, LINE("    5"), true, "uturnd 1 answers, rules not kept, queue has its listener" },
	{ STATUS("5"), BOTH, NULL, true, "uturnd 1 answers, rules present, queue not checked (needs root)" },
	/* a family that is not kept is not in use */
	{ STATUS("5"), "{\"pid\":1," FAMILY("ipv4", "present", "") "}", NULL, true, "uturnd 1 answers, rules present" },
	{ STATUS("5"), "{\"pid\":1," FAMILY("ipv4", "present", "") "," FAMILY("ipv6", "missing", "") "}", NULL, false,
		"rules of IPv6 missing (uturn-rules check says more)" },
	{ STATUS("5"), "{\"pid\":1," FAMILY("ipv4", "failed", "no ipset") "," FAMILY("ipv6", "present", "") "}", NULL,
		false, "rules of IPv4 failed: no ipset (uturn-rules check says more)" },
	{ STATUS("5"), "{\"pid\":1,\"ipv4\":{}}", NULL, false, "rules of IPv4 unknown" },
	{ STATUS("5"), "{\"pid\":1,\"ipv4\":7}", NULL, false, "rules of IPv4 unknown" },
	{ STATUS("5"), BOTH, "", false, "queue 5 has no listener" },
	{ STATUS("5"), BOTH, LINE("   15") LINE("   50"), false, "queue 5 has no listener" },
	{ STATUS("5"), BOTH, LINE("   15") LINE("    5"), true, "queue has its listener" },
	{ STATUS("5:7"), BOTH, LINE("    5") LINE("    6"), false, "queue 7 has no listener" },
	{ STATUS("5:7"), BOTH, LINE("    5") LINE("    6") LINE("    7"), true, "queue has its listener" },
	{ STATUS("65535"), BOTH, LINE("65535"), true, "queue has its listener" },
	{ STATUS("5:4294967295"), BOTH, LINE("    5"), false, "queue 6 has no listener" },
	{ "{}", BOTH, "", true, "uturnd ? answers" },
};

static void judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *status = json_loads(rows[i].status, 0, NULL);
		json_t *rules = rows[i].rules ? json_loads(rows[i].rules, 0, NULL) : NULL;
		const struct health_found found = { rules, rows[i].queues };
		char words[HEALTH_WORDS_SIZE];

		assert_non_null(status);
		assert_true(rules || !rows[i].rules);
		if (health_judge(status, &found, words) != rows[i].is_healthy || !strstr(words, rows[i].words))
			fail_msg("row %zu: %s", i, words);
		json_decref(status);
		json_decref(rules);
	}
}

/* uturnd and the file are trusted for no length. */
static void cuts_what_is_long(void **state)
{
	char error[2000], words[HEALTH_WORDS_SIZE];
	json_t *rules, *status = json_loads(STATUS("5"), 0, NULL);

	(void)state;
	memset(error, 'x', sizeof(error) - 1);
	error[sizeof(error) - 1] = '\0';
	rules = json_pack("{s{ssss}}", "ipv4", "state", "failed", "error", error);
	assert_false(health_judge(status, &(struct health_found){ rules, NULL }, words));
	assert_int_equal(strlen(words), HEALTH_WORDS_SIZE - 1);
	json_decref(rules);
	json_decref(status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges),
		cmocka_unit_test(cuts_what_is_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
