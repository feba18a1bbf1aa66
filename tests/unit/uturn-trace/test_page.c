/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of a trace: nothing that a stranger chose becomes markup or script, and its policy allows what is in it. */
#include "tests/packets.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-trace/markup.h"
#include "tools/uturn-trace/page.h"
#include "tools/uturn-trace/print.h"

static void text(void **state)
{
	static const struct {
		const char *name, *text, *wanted;
	} rows[] = {
		{ "nothing special", "ae-1.example.net", "ae-1.example.net" },
		{ "tags", "<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;" },
		{ "the end of an attribute", "\" onload=\"x' y='", "&quot; onload=&quot;x&#39; y=&#39;" },
		{ "control characters", "a\001b\033[31m\177", "a?b?[31m?" },
		{ "UTF-8", "\303\244 \342\206\222 \360\237\214\215", "\303\244 \342\206\222 \360\237\214\215" },
		{ "not the shortest form", "\300\274 \340\200\274", "?? ???" },
		{ "cut short", "\303", "?" },
		{ "a surrogate, above U+10FFFF, U+FFFF", "\355\240\200 \364\220\200\200 \357\277\277", "??? ???? ???" },
		{ "a C1 control character", "\302\233", "??" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char got[128] = "";
		FILE *out = fmemopen(got, sizeof(got), "w");

		assert_non_null(out);
		markup_put(out, rows[i].text);
		fclose(out);
		if (strcmp(got, rows[i].wanted) != 0)
			fail_msg("%s: %s", rows[i].name, got);
	}
}

static void json(void **state)
{
	static const char given[] = "[\"</script><!--<script>&\",\"\342\200\250\342\200\251\342\200\252\"]";
	static const char wanted[] = "[\"\\u003c/script\\u003e\\u003c!--\\u003cscript\\u003e\\u0026\","
				     "\"\\u2028\\u2029\342\200\252\"]";
	char got[256] = "";
	FILE *out = fmemopen(got, sizeof(got), "w");

	(void)state;
	assert_non_null(out);
	markup_put_json(out, given, strlen(given));
	fclose(out);
	assert_string_equal(got, wanted);
}

static unsigned count(const char *in, const char *words)
{
	unsigned found = 0;

	for (; (in = strstr(in, words)); in += strlen(words))
		found++;
	return found;
}

/* All places that take words from elsewhere, filled with what would break out of each. */
static void make_hostile(struct trace_record *r)
{
	static const char hostile[] = "</script><!--\"'><img src=x onerror=alert(1)></title></style>";
	struct record_router *router;

	trace_record_init(r);
	r->target = addr_of("203.0.113.80");
	r->source = addr_of("10.1.1.10");
	strcpy(r->protocol, "udp");
	snprintf(r->target_name, sizeof(r->target_name), "%s", hostile);
	snprintf(r->started, sizeof(r->started), "%s", "<i>&\"'</script>");
	snprintf(r->cut_off, sizeof(r->cut_off), "%s", "</script><script>x</script>");
	for (unsigned i = 0; i < 12; i++) { /* above eight they are drawn in another way */
		router = record_add_router(r);
		snprintf(router->id, sizeof(router->id), "t%ua", i);
		router->hops = i < 11 ? 1 : 2;
		router->addr = addr_of("10.1.1.1");
		router->addr.bytes[3] = (uint8_t)i;
		snprintf(router->name, sizeof(router->name), "%s", hostile);
		record_mark(router, "%s", "</script><img src=x>\"'");
	}
}

static void hostile(void **state)
{
	struct trace_record r;
	struct diff_changes changes = { .count = 0 };

	(void)state;
	make_hostile(&r);
	for (unsigned i = 0; i < 3; i++) {
		char *got = NULL;
		size_t size;
		FILE *out = open_memstream(&got, &size);

		assert_non_null(out);
		assert_true(i == 0 ? print_html(out, NULL, &r, NULL, NULL)
				: i == 1
				? print_html(out, &r, &r, &changes, "there  </pre></script><img src=x>\nback  <!--\n")
				: print_svg(out, NULL, &r, NULL));
		fclose(out);
		assert_int_equal(count(got, "<img"), 0);
		assert_int_equal(count(got, "<!--"), 0);
		assert_int_equal(count(got, "onerror=alert(1)>"), 0);
		assert_int_equal(count(got, "</script"), i == 0 ? 2 : i == 1 ? 3 : 0);
		assert_int_equal(count(got, "<script"), i == 0 ? 2 : i == 1 ? 3 : 0);
		free(got);
	}
	trace_record_done(&r);
}

/* A policy that allows something else than what is in the page is a page without style or script. */
static void policy(void **state)
{
	const struct {
		const char *file, *text, *hash;
	} rows[] = {
		{ "page.css", trace_page_css, page_css_hash },
		{ "page.js", trace_page_js, page_js_hash },
		{ "graph.css", trace_graph_css, graph_css_hash },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char digest[SHA256_DIGEST_LENGTH];
		char wanted[64] = "sha256-";

		SHA256((const unsigned char *)rows[i].text, strlen(rows[i].text), digest);
		EVP_EncodeBlock((unsigned char *)wanted + strlen(wanted), digest, sizeof(digest));
		if (strcmp(rows[i].hash, wanted) != 0)
			fail_msg("%s has changed: its hash in tools/uturn-trace/page.c has to be %s", rows[i].file,
				wanted);
		assert_null(strstr(rows[i].text, "</style"));
		assert_null(strstr(rows[i].text, "</script"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(json),
		cmocka_unit_test(hostile),
		cmocka_unit_test(policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
