/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `print` says for people: each comment in front of its lines, and the commands in an order that can be run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/plan.h"
#include "rules/print.h"

static char *printed(const struct plan *p, int family, bool shell)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(print_rules(p, family, shell, out), 0);
	fclose(out);
	return text;
}

static void explains_the_lines_that_follow(void **state)
{
	static const struct {
		bool shell;
		const char *text;
	} rows[] = {
		{ false,
			"such as a forged SYN.\n-A UTURN-tcp -p tcp -m cgroup --cgroup 0 -j RETURN\n"
			"-A UTURN-tcp -p tcp -m cgroup ! --cgroup 0 -j RETURN\n"
			"-A UTURN-tcp -p tcp -m multiport --ports 179,639,646,711 -j RETURN\n" },
		{ false, "to the chain of the hop.\n-A UTURN-ttl001 -m hashlimit --hashlimit-above 200/sec " },
		{ true, " ACK -g UTURN-seen\n# Some TTLs: a limit per source " },
		{ false, "prober has asked.\n-A PREROUTING -m ttl --ttl-lt 33 -j UTURN\n" },
	};
	struct plan p;

	(void)state;
	plan_default(&p);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = printed(&p, 4, rows[i].shell);

		if (!strstr(text, rows[i].text))
			fail_msg("lacks: %s", rows[i].text);
		free(text);
	}
}

/* Nothing may be queued before what is sent is not tracked, and what comes not translated. */
static void jumps_to_a_table_when_those_before_are_in_use(void **state)
{
	static const char *const order[] = {
		"iptables -w -t raw -A UTURN-notrack ",
		"iptables -w -t raw -I OUTPUT 1 -m mark --mark 0x54 -j UTURN-notrack\n",
		"iptables -w -t nat -A UTURN-udp ",
		"# Requests are not translated either.\niptables -w -t nat -I PREROUTING 1 -p icmp ",
		"iptables -w -t nat -I PREROUTING 1 -m ttl --ttl-lt 33 -j UTURN\n",
		"iptables -w -t mangle -A UTURN-udp ",
		"iptables -w -t mangle -I INPUT 1 -p icmp ",
		"iptables -w -t mangle -I INPUT 1 -m ttl --ttl-lt 33 -j UTURN\n",
	};
	struct plan p;
	char *text;
	const char *at;

	(void)state;
	plan_default(&p);
	p.request = true;
	text = printed(&p, 4, true);
	at = text;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const char *next = strstr(at, order[i]);

		if (next)
			at = next;
		else
			fail_msg("not there, or not in this order: %s", order[i]);
	}
	assert_null(strstr(at, "\niptables")); /* the jumps of mangle are last */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explains_the_lines_that_follow),
		cmocka_unit_test(jumps_to_a_table_when_those_before_are_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
