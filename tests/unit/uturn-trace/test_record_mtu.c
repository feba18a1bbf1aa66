/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MTU of a path as it is printed, saved, read again and compared. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/read_json.h"
#include "tools/uturn-trace/diff.h"
#include "tools/uturn-trace/print.h"
#include "tools/uturn-trace/record_mtu.h"

#define HEAD "{\"uturn-trace\":1,\"target\":\"203.0.113.80\",\"protocol\":\"udp\",\"source\":\"10.1.1.10\",\n"
#define END \
	"\"routers\":[{\"id\":\"t4a\",\"direction\":\"there\",\"hops\":[4],\"addresses\":[\"203.0.113.80\"],\"flows\":1}]}"

static bool read_text(struct trace_record *r, const char *text, char why[160])
{
	struct span exact = packet_cut(span_of((const uint8_t *)text, strlen(text)), strlen(text));

	trace_record_init(r);
	*why = '\0';
	return read_json(r, (const char *)exact.at, exact.len, why, 160);
}

static char *print(const struct trace_record *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print_json(out, r);
	fclose(out);
	return text;
}

/* clang-format off */
static const struct {
	const char *json, *there, *back;
} rows[] = {
	{ "{\"there\":{\"first\":1500,\"path\":1500,\"hops\":4,\"falls\":[]}}", "1500", "" },
	{ "{\"there\":{\"first\":1500,\"path\":1400,\"hops\":4,\"falls\":[{\"hop\":2,\"mtu\":1400,\"from\":\"10.1.2.1\"}]}}",
		"1500, 1400 behind hop 2", "" },
	{ "{\"there\":{\"first\":9000,\"path\":1300,\"hops\":3,\"falls\":[{\"hop\":0,\"mtu\":1400,\"black-hole\":true},"
		"{\"mtu\":1300,\"from\":\"10.9.9.9\"}],\"cut-off\":true}}",
		"9000, black hole above 1400 on the first link, 1300 as 10.9.9.9 says; not known behind hop 3", "" },
	{ "{\"there\":{\"first\":1500,\"path\":1500,\"hops\":4,\"falls\":[]},\"back\":{\"first\":1500,\"path\":1280,\"hops\":0,"
		"\"falls\":[{\"hop\":0,\"mtu\":1400,\"from\":\"203.0.113.80\"},{\"hop\":2,\"mtu\":1280,\"black-hole\":true}],\"cut-off\":true}}",
		"1500", "1500, 1400 behind hop 4, black hole above 1280 behind hop 6; not known behind that" },
};

static const struct {
	const char *text, *why;
} errors[] = {
	{ HEAD "\"mtu\":1400}", "line 2: not JSON: '{' expected" },
	{ HEAD "\"mtu\":{\"there\":{\"path\":1400}}}", "line 2: \"there\" without \"first\" or \"path\"" },
	{ HEAD "\"mtu\":{\"there\":{\"first\":65536}}}", "line 2: \"first\" is 65536, not 1..65535" },
	{ HEAD "\"mtu\":{\"back\":{\"hops\":64}}}", "line 2: \"hops\" is 64, not 0..63" },
	{ HEAD "\"mtu\":{\"back\":{\"falls\":[{\"hop\":1}]}}}", "line 2: \"falls\": one without an \"mtu\" or a \"hop\"" },
	{ HEAD "\"mtu\":{\"back\":{\"falls\":[{\"mtu\":1400}]}}}", "line 2: \"falls\": one without an \"mtu\" or a \"hop\"" },
	{ HEAD "\"mtu\":{\"back\":{\"falls\":[{\"hop\":1,\"mtu\":9,\"from\":\"here\"}]}}}", "line 2: \"from\" is 'here', not an address" },
	{ HEAD "\"options\":{\"Max\":\"1\"}}", "line 2: \"options\" has a key that is not the name of an option" },
	{ HEAD "\"options\":{\"max-ttl\":9}}", "line 2: \"max-ttl\" is neither true nor false" },
	{ HEAD "\"options\":{\"source\":\"\\u001b[2J\"}}", "line 2: \"source\" has characters that are not printable ASCII" },
};
/* clang-format on */

static void words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024], why[160], got[RECORD_MTU_WORDS], *again;
		struct trace_record r;

		snprintf(text, sizeof(text),
			HEAD "\"options\":{\"mtu\":true,\"tos\":\"8\",\"plain\":false},\"mtu\":%s," END, rows[i].json);
		if (!read_text(&r, text, why))
			fail_msg("%s", why);
		assert_string_equal(record_mtu_words(&r, RECORD_THERE, got), rows[i].there);
		assert_string_equal(record_mtu_words(&r, RECORD_BACK, got), rows[i].back);
		again = print(&r);
		snprintf(text, sizeof(text), "\n \"options\":{\"mtu\":true,\"tos\":\"8\"},\n \"mtu\":%s,\n",
			rows[i].json);
		if (!strstr(again, text))
			fail_msg("not '%s' in '%s'", text, again);
		free(again);
		trace_record_done(&r);
	}
}

static void wrong(void **state)
{
	char text[2048] = HEAD "\"mtu\":{\"there\":{\"falls\":[", why[160];
	struct trace_record r;

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (read_text(&r, errors[i].text, why) || strcmp(why, errors[i].why) != 0)
			fail_msg("%s: '%s'", errors[i].text, why);
		trace_record_done(&r);
	}
	for (unsigned i = 0; i <= RECORD_FALLS; i++)
		strcat(text, i ? ",{\"hop\":1,\"mtu\":9}" : "{\"hop\":1,\"mtu\":9}");
	assert_false(read_text(&r, text, why));
	assert_string_equal(why, "line 2: \"falls\": too many");
	trace_record_done(&r);
}

/* A change is told as it is; a trace that did not ask says nothing about it, nor do the marks. */
static void changes(void **state)
{
	static const char *const mtus[] = {
		NULL, "{\"there\":{\"first\":1500,\"path\":1500,\"hops\":4,\"falls\":[]}}",
		"{\"there\":{\"first\":1500,\"path\":1400,\"hops\":4,\"falls\":[{\"hop\":2,\"mtu\":1400,\"black-hole\":true}]}}"
	};

	(void)state;
	for (unsigned before = 0; before < 3; before++) {
		for (unsigned after = 0; after < 3; after++) {
			const bool is_change = before && after && before != after;
			struct trace_record records[2];
			char text[1024], why[160], *told = NULL;
			size_t size;
			FILE *out = open_memstream(&told, &size);

			for (unsigned i = 0; i < 2; i++) {
				const char *mtu = mtus[i ? after : before];

				snprintf(text, sizeof(text), HEAD "%s%s%s" END, mtu ? "\"mtu\":" : "", mtu ? mtu : "",
					mtu ? "," : "");
				assert_true(read_text(&records[i], text, why));
				if (mtu == mtus[2])
					record_mark(&records[i].routers[0], "black hole above 1400");
			}
			assert_int_equal(diff_print(out, &records[0], &records[1], NULL),
				is_change ? DIFF_CHANGED : DIFF_SAME);
			fclose(out);
			assert_string_equal(told,
				!is_change ? ""
					: before == 1
					? "mtu    there    1500 -> 1500, black hole above 1400 behind hop 2\n"
					: "mtu    there    1500, black hole above 1400 behind hop 2 -> 1500\n");
			free(told);
			trace_record_done(&records[0]);
			trace_record_done(&records[1]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(words, packets_free),
		cmocka_unit_test_teardown(wrong, packets_free),
		cmocka_unit_test_teardown(changes, packets_free),
	};

	return cmocka_run_group_tests_name("record mtu", tests, NULL, NULL);
}
