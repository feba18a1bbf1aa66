/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/tcp_ends.h"
#include "common/text.h"
#include "tests/example.h"
#include "tools/uturn-web/metrics_access.h"
#include "tools/uturn-web/settings_page.h"
#include "tools/uturn-web/web_config_file.h"
#include "tools/uturn-web/web_keywords.h"

/* Cut to its exact length, so that a byte too far is caught. */
static int parse(const char *text, struct web_config *c, char why[WEB_WHY_SIZE])
{
	size_t len = strlen(text);
	char *copy = malloc(len + 1);
	int result;

	for (size_t i = 0; i < len; i++)
		copy[i + 1] = text[i];
	result = web_config_parse("f", copy + 1, len, c, why, WEB_WHY_SIZE);
	free(copy);
	return result;
}

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "lisen [::]:80", "f:1: unknown keyword 'lisen', did you mean 'listen'?" },
	{ "frobnicate", "f:1: unknown keyword 'frobnicate', uturn-web.conf(5) lists them" },
	{ "listen", "f:1: listen: missing value, write 'listen ADDR:PORT [tls]'" },
	{ "listen 80", "f:1: listen: '80' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443" },
	{ "listen ::1:80", "f:1: listen: '::1:80' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443" },
	{ "listen [127.0.0.1]:80", "f:1: listen: '[127.0.0.1]:80' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443" },
	{ "listen 127.0.0.1:0", "f:1: listen: '127.0.0.1:0' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443" },
	{ "listen []:80", "f:1: listen: '[]:80' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443" },
	{ "listen :80", "f:1: listen: ':80' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443" },
	{ "listen [::]:443 ssl", "f:1: listen: 'ssl' is not tls, write 'listen ADDR:PORT [tls]'" },
	{ "listen [::]:443 tls now", "f:1: listen: unexpected 'now', write 'listen ADDR:PORT [tls]'" },
	{ "listen [::]:443 tls", "f:1: listen: tls needs a pair, add 'certificate FILE' and 'key FILE'" },
	{ "listen [::]:80\nlisten [::]:80", "f:2: listen: [::]:80 is listed twice, keep one of them" },
	{ "metrics localhost",
		"f:1: metrics: 'localhost' is neither ADDR:PORT, such as 127.0.0.1:9100, nor an address or prefix, "
		"such as 192.0.2.0/24, nor off" },
	{ "metrics 127.0.0.1:0",
		"f:1: metrics: '127.0.0.1:0' is neither ADDR:PORT, such as 127.0.0.1:9100, nor an address or prefix, "
		"such as 192.0.2.0/24, nor off" },
	{ "metrics", "f:1: metrics: missing value, write 'metrics ADDR:PORT|PREFIX|off'" },
	{ "metrics ::1\nmetrics off", "f:2: metrics: off and others exclude each other, see line 1" },
	{ "\nmetrics off\nmetrics 127.0.0.1:81", "f:3: metrics: off and others exclude each other, see line 2" },
	{ "listen 127.0.0.1:81\nmetrics 127.0.0.1:81",
		"f:2: metrics: 127.0.0.1:81 is listed already, choose another port" },
	{ "metrics 127.0.0.1:81\nlisten 127.0.0.1:81", "f:2: listen: 127.0.0.1:81 is listed twice, keep one of them" },
	{ "metrics 127.0.0.1:81\nmetrics 127.0.0.1:82\nmetrics 127.0.0.1:83\nmetrics 127.0.0.1:84\n"
	  "metrics 127.0.0.1:85",
		"f:5: metrics: more than 4 lines with a port, or 16 listeners in all" },
	{ "certificate /c", "f:1: certificate: a pair is needed, add 'key FILE'" },
	{ "\nkey /k", "f:2: key: a pair is needed, add 'certificate FILE'" },
	{ "certificate c", "f:1: certificate: 'c' is not an absolute path of at most 255 bytes" },
	{ "mmdb x.mmdb", "f:1: mmdb: 'x.mmdb' is not an absolute path of at most 255 bytes" },
	{ "mmdb /1\nmmdb /2\nmmdb /3\nmmdb /4\nmmdb /5\nmmdb /6\nmmdb /7\nmmdb /8\nmmdb /9",
		"f:9: mmdb: more than 8 lines" },
	{ "redirect-to-https 443", "f:1: redirect-to-https: '443' is not one of yes|no" },
	{ "resolve on", "f:1: resolve: 'on' is not one of yes|no" },
	{ "resolver ns.example.net", "f:1: resolver: 'ns.example.net' is not an address" },
	{ "proxy 192.0.2.0/33", "f:1: proxy: '192.0.2.0/33' is not an address or prefix, such as 192.0.2.0/24" },
	{ "hop-offset 32", "f:1: hop-offset: '32' is not a number between 0 and 31" },
	{ "max-ttl 33", "f:1: max-ttl: '33' is not a number between 1 and 32" },
	{ "attempts 0", "f:1: attempts: '0' is not a number between 1 and 3" },
	{ "cors example.net", "f:1: cors: 'example.net' is neither * nor an origin such as https://www.example.net" },
	{ "cors https://a/b", "f:1: cors: 'https://a/b' is neither * nor an origin such as https://www.example.net" },
	{ "page4 https://v4;x", "f:1: page4: 'https://v4;x' is not an origin such as https://v4.example.net" },
	{ "page6 https://[2001:db8::1]",
		"f:1: page6: a content security policy has no form for an IPv6 address, give it a name" },
	{ "page4 https://", "f:1: page4: 'https://' is not an origin such as https://v4.example.net" },
	{ "limit 5 conections",
		"f:1: limit: 'conections' is not one of N connections-per-prefix|connections|traces-per-prefix|traces, "
		"did you mean 'connections'?" },
	{ "title", "f:1: title: missing value, write 'title TEXT'" },
	{ "title # none", "f:1: title: missing value, write 'title TEXT'" },
	{ "notice \xff\xfe", "f:1: notice: not UTF-8, or longer than 499 bytes" },
	{ "operator a\033[2Jb", "f:1: operator: byte 0x1b is a control character" },
	{ "contact a\ncontact b", "f:2: contact: line 1 has set it already, keep one of them" },
	{ "logo logo.png", "f:1: logo: 'logo.png' is not an absolute path of at most 255 bytes" },
	{ "limit 5 traces", "f:1: limit: '5' is not a number between 1 and 1000000 a minute, such as 30/m" },
	{ "limit 5/m connections", "f:1: limit: '5/m' is not a number between 1 and 1000000" },
	{ "limit 5 connections\nlimit 6/m traces\nlimit 7 connections",
		"f:3: limit: line 1 has set it already, keep one of them" },
};

static void says_what_is_wrong_and_where(void **state)
{
	struct web_config c, untouched;
	char why[WEB_WHY_SIZE];

	(void)state;
	memset(&untouched, 0x55, sizeof(untouched));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(&c, 0x55, sizeof(c));
		why[0] = '\0';
		if (parse(wrong[i].text, &c, why) != -1 || strcmp(why, wrong[i].why) != 0)
			fail_msg("%s\n\tsays %s", wrong[i].text, why);
		assert_memory_equal(&c, &untouched, sizeof(c));
	}
}

static void has_the_documented_defaults(void **state)
{
	struct web_config c;
	char why[WEB_WHY_SIZE];

	(void)state;
	assert_int_equal(parse("", &c, why), 0);
	assert_int_equal(c.listener_count, 1);
	assert_int_equal(c.listeners[0].addr.family, 6);
	assert_int_equal(c.listeners[0].port, 80);
	assert_false(c.listeners[0].is_tls);
	assert_false(c.listeners[0].is_metrics);
	assert_int_equal(c.metrics_reader_count, 2);
	assert_string_equal(c.certificate, "");
	assert_string_equal(c.acme_webroot, "/var/lib/uturn-web");
	assert_false(c.redirect_to_https);
	assert_int_equal(c.lines.acme_webroot | c.lines.certificate | c.lines.key | c.lines.user, 0);
	assert_string_equal(c.control, "/run/uturn/control");
	assert_string_equal(c.user, "uturn-web");
	assert_true(c.resolve);
	assert_int_equal(c.database_count + c.origin_count + c.resolver_count + c.proxy_count, 0);
	assert_int_equal(c.hop_offset, 0);
	assert_int_equal(c.max_ttl, 32);
	assert_int_equal(c.attempts, 3);
	assert_int_equal(c.allowance.connections_per_prefix, 64);
	assert_int_equal(c.allowance.connections, 4096);
	assert_int_equal(c.allowance.traces_per_prefix, 60);
	assert_int_equal(c.allowance.traces, 6000);
}

static void sets_every_field(void **state)
{
	static const char text[] =
		"listen 0.0.0.0:80\nlisten [2001:db8::1]:443 tls\ncertificate /c\nkey /k\n"
		"acme-webroot /w\ncontrol /tmp/c\nmmdb /a\nmmdb /b\nresolve no\nresolver ::1\n"
		"resolver 127.0.0.53\nhop-offset 2\nmax-ttl 16\nattempts 1\ncors *\n"
		"proxy 192.0.2.0/24\nproxy ::1\ncors https://www.example.net:8443\npage4 https://v4.example.net\n"
		"page6 http://v6.example.net:8080\nlimit 1 connections-per-prefix\n"
		"limit 2 connections\nlimit 3/m traces-per-prefix\nlimit 4/m traces\nuser nobody\n"
		"title  The way of \"packets\" \t # a comment\noperator K\xc3\xb6ln IX #1 of all#\ncontact noc@example.net\n"
		"notice Down on Sunday.\nlogo /l.svg\nredirect-to-https yes";
	struct web_config c;
	struct settings_page page;
	char why[WEB_WHY_SIZE], addr[ADDR_TEXT_SIZE];

	(void)state;
	if (parse(text, &c, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(c.listener_count, 2);
	assert_string_equal(addr_text(&c.listeners[1].addr, addr), "2001:db8::1");
	assert_int_equal(c.listeners[1].port, 443);
	assert_true(c.listeners[1].is_tls && !c.listeners[0].is_tls);
	assert_true(c.redirect_to_https);
	assert_int_equal(c.lines.certificate, 3);
	assert_int_equal(c.lines.key, 4);
	assert_int_equal(c.lines.acme_webroot, 5);
	assert_int_equal(c.lines.databases[1], 8);
	assert_int_equal(c.lines.user, 25);
	assert_int_equal(c.lines.logo, 30);
	assert_string_equal(c.databases[1], "/b");
	assert_false(c.resolve);
	assert_string_equal(addr_text(&c.resolvers[1], addr), "127.0.0.53");
	assert_int_equal(c.proxy_count, 2);
	assert_int_equal(c.proxies[0].length, 24);
	assert_int_equal(c.hop_offset, 2);
	assert_int_equal(c.attempts, 1);
	assert_string_equal(c.origins[1], "https://www.example.net:8443");
	assert_int_equal(c.allowance.connections_per_prefix, 1);
	assert_int_equal(c.allowance.traces, 4);
	settings_page_set(&page, &c);
	assert_string_equal(page.json,
		"{\"max_ttl\":16,\"page4\":\"https://v4.example.net\",\"page6\":\"http://v6.example.net:8080\","
		"\"title\":\"The way of \\\"packets\\\"\",\"operator\":\"K\xc3\xb6ln IX\","
		"\"contact\":\"noc@example.net\",\"notice\":\"Down on Sunday.\",\"logo\":\"/logo\"}\n");
	assert_non_null(strstr(page.policy, "connect-src 'self' https://v4.example.net http://v6.example.net:8080; "));
}

/* Who reads /metrics: where it came to, from whom, by a proxy; with these lines. */
static const struct {
	const char *text, *local, *peer;
	bool is_proxied, is_alone, is_granted;
} readers[] = {
	{ "", "192.0.2.1:80", "127.0.0.1", false, false, true },
	{ "", "192.0.2.1:80", "127.9.9.9", false, false, true },
	{ "", "[2001:db8::1]:80", "::1", false, false, true },
	{ "", "192.0.2.1:80", "192.0.2.1", false, false, false },
	{ "", "[2001:db8::1]:80", "2001:db8::1", false, false, false },
	{ "", "[2001:db8::1]:80", "::2", false, false, false },
	/* a proxy on this host is asked by strangers */
	{ "", "127.0.0.1:80", "127.0.0.1", true, false, false },
	{ "metrics off", "127.0.0.1:80", "127.0.0.1", false, false, false },
	/* a line takes the place of the default */
	{ "metrics 192.0.2.0/24", "203.0.113.1:80", "127.0.0.1", false, false, false },
	{ "metrics 192.0.2.0/24", "203.0.113.1:80", "192.0.2.255", false, false, true },
	{ "metrics 192.0.2.0/24", "203.0.113.1:80", "192.0.3.0", false, false, false },
	{ "metrics 192.0.2.7\nmetrics 2001:db8::/32", "203.0.113.1:80", "192.0.2.7", false, false, true },
	{ "metrics 192.0.2.7\nmetrics 2001:db8::/32", "[2001:db8::1]:80", "2001:db8:ffff::", false, false, true },
	{ "metrics 127.0.0.1:9100", "127.0.0.1:9100", "127.0.0.1", false, true, true },
	{ "metrics 127.0.0.1:9100", "127.0.0.1:9100", "127.0.0.1", true, true, true },
	{ "metrics 127.0.0.1:9100", "127.0.0.1:80", "127.0.0.1", false, false, false },
	{ "metrics 0.0.0.0:9100", "192.0.2.1:9100", "198.51.100.1", false, true, true },
	{ "metrics [::]:9100", "192.0.2.1:9100", "198.51.100.1", false, true, true },
	{ "metrics [::]:9100\nlisten 0.0.0.0:9100", "192.0.2.1:9100", "127.0.0.1", false, false, false },
	{ "metrics [::]:9100\nlisten 192.0.2.1:9100", "192.0.2.1:9100", "127.0.0.1", false, false, false },
	{ "metrics 192.0.2.1:9100\nlisten [::]:9100", "192.0.2.1:9100", "198.51.100.1", false, true, true },
	{ "metrics 192.0.2.1:9100\nlisten [::]:9100", "192.0.2.2:9100", "198.51.100.1", false, false, false },
	{ "listen 0.0.0.0:9100\nmetrics [::]:9100", "[2001:db8::1]:9100", "2001:db8::2", false, true, true },
};

static void knows_who_reads_metrics(void **state)
{
	struct web_config c;
	struct tcp_ends ends = { .peer_port = 40000 };
	char why[WEB_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (parse(readers[i].text, &c, why) != 0)
			fail_msg("row %zu: %s", i, why);
		assert_true(addr_port_parse(readers[i].local, &ends.local, &ends.local_port));
		assert_true(addr_parse(readers[i].peer, &ends.peer));
		if (metrics_access_is_alone(&c, &ends) != readers[i].is_alone ||
			metrics_access_is_granted(&c, &ends, readers[i].is_proxied) != readers[i].is_granted)
			fail_msg("row %zu", i);
	}
}

/* A listener for metrics is not one for pages: these have their default beside it, and there is room for it. */
static void listens_for_pages_beside_metrics(void **state)
{
	static const char text[] =
		"metrics 127.0.0.1:81\nmetrics 127.0.0.1:82\nmetrics 127.0.0.1:83\nmetrics 127.0.0.1:84";
	struct web_config c;
	char why[WEB_WHY_SIZE];

	(void)state;
	assert_int_equal(parse(text, &c, why), 0);
	assert_int_equal(c.listener_count, 5);
	assert_int_equal(c.listeners[4].port, 80);
	assert_false(c.listeners[4].is_metrics);
	assert_true(c.listeners[3].is_metrics && !c.listeners[3].is_tls);
	assert_int_equal(c.metrics_reader_count, 0);
}

static void ships_an_example_that_is_the_table(void **state)
{
	char file[EXAMPLE_SIZE], why[WEB_WHY_SIZE];
	size_t count;
	const struct keyword *table = web_keywords(&count);
	struct web_config c;

	(void)state;
	example_check("tools/uturn-web/uturn-web.conf", table, count, file);
	if (parse(file, &c, why) != 0)
		fail_msg("%s", why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(has_the_documented_defaults),
		cmocka_unit_test(sets_every_field),
		cmocka_unit_test(knows_who_reads_metrics),
		cmocka_unit_test(listens_for_pages_beside_metrics),
		cmocka_unit_test(ships_an_example_that_is_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
