/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "capacity.h"
#include "check.h"
#include "print.h"
#include "translated.h"
#include "ttl_rules.h"

/* No rules at all are one difference, not two hundred. */
static size_t report(const struct backend *b, const struct ruleset *want, const struct ruleset *live)
{
	size_t found;

	if (ruleset_count(live) == 0) {
		backend_tell_absent(b, "not loaded", "; use uturn-rules apply");
		return 1;
	}
	if (ruleset_equal(want, live)) {
		printf("IPv%d: as planned (%s)\n", b->family, b->tool);
		return 0;
	}
	printf("IPv%d: not as planned (%s):\n", b->family, b->tool);
	found = ruleset_diff(want, live, stdout);
	printf("IPv%d: %zu line%s differ%s\n", b->family, found, found == 1 ? "" : "s", found == 1 ? "s" : "");
	return found;
}

static int check_family(const struct cli *c, int family)
{
	struct ruleset want = { 0 }, live = { 0 };
	char why[BACKEND_WHY_SIZE] = "out of memory";
	char *text = print_plan(&c->plan, family);
	struct backend b;
	size_t found = 1;

	if (!text || ruleset_read(&want, text) || backend_open(&b, family, c->backend, why) ||
		backend_read(&b, &live, why)) {
		fprintf(stderr, "uturn-rules: IPv%d: %s\n", family, why);
	} else {
		found = report(&b, &want, &live);
		ttl_rules_tell(&b, c->plan.mark);
		if (c->plan.nat && ruleset_count(&live) > 0)
			translated_tell(&b);
	}
	free(text);
	ruleset_done(&want);
	ruleset_done(&live);
	return found ? 1 : 0;
}

int check_run(const struct cli *c)
{
	int code = 0;

	for (int family = 4; family <= 6; family += 2)
		if (cli_wants(c, family) && check_family(c, family))
			code = 1;
	ttl_rules_tell_nft(c);
	capacity_tell(&c->plan);
	return code;
}
