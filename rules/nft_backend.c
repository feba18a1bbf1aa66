/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "config/config.h"
#include "nft_plan.h"
#include "nftables.h"
#include "status.h"
#include "translated.h"
#include "ttl_rules.h"

static int report(const char *why)
{
	fprintf(stderr, "uturn-rules: %s\n", why);
	return EXIT_FAILURE;
}

int nft_backend_accepts(const struct cli *c, char *why, size_t size)
{
	const char *wrong = NULL;

	if (c->operation == KEEP)
		wrong = "keep: repairs rules of iptables only (use apply)";
	else if (c->operation == REMOVE && c->only4 != c->only6)
		wrong = "remove: both families are one table (leave out -4 and -6, or apply the other one)";
	else if (c->plan.state == PLAN_IPSET)
		wrong = "--state ipset: the table has sets of its own (leave it out)";
	else if (*c->plan.deny[0].name)
		wrong = "--deny-set: names an ipset (fill the sets ipv4_denied and ipv6_denied of the table inet uturn)";
	else if (c->shell)
		wrong = "--shell: there is one command, uturn-rules print --backend nftables | nft -f - (leave it out)";
	if (!wrong)
		return 0;
	snprintf(why, size, "--backend nftables: %s", wrong);
	return -1;
}

/* The text of the plan, the caller's to free; is_fresh: with empty sets of denied sources. */
static char *plan_text(const struct cli *c, const char *before, bool is_fresh)
{
	char *denied4 = is_fresh ? NULL : nftables_set("ipv4_denied"), *text = NULL;
	char *denied6 = is_fresh ? NULL : nftables_set("ipv6_denied");
	const struct nft_plan plan = {
		.plan = &c->plan,
		.has4 = cli_wants(c, 4),
		.has6 = cli_wants(c, 6),
		.denied4 = denied4,
		.denied6 = denied6,
		.drops = getenv("UTURN_RULES_DROP") != NULL,
	};
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		fputs(before, out);
		nft_plan_write(&plan, out);
		fclose(out);
	}
	free(denied4);
	free(denied6);
	return text;
}

static int print(const struct cli *c)
{
	char words[CONFIG_TTL_WORDS_SIZE], *text = plan_text(c, "", true);

	if (!text)
		return report("out of memory");
	fputs("# For nft -f, once; `uturn-rules apply` also replaces what is loaded, and keeps the denied sources.\n",
		stdout);
	printf("# Probes for this host that arrive with a TTL of 1..%u go to queue %u", c->plan.hops,
		c->plan.queue_first);
	if (c->plan.queue_first != c->plan.queue_last)
		printf("..%u", c->plan.queue_last);
	printf(": up to %u always,\n# above if their source was seen about %u hop%s before in the last %u s.\n",
		c->plan.arm, c->plan.gap, c->plan.gap == 1 ? "" : "s", c->plan.window_s);
	fputs("# nft has the names of unreachables for the codes of ICMP: net-unreachable and no-route are 0.\n",
		stdout);
	if (*config_ttl_words(c->plan.hops, words))
		printf("# %s.\n", words);
	fputs(text, stdout);
	free(text);
	return EXIT_SUCCESS;
}

/* In either backend of iptables, of either family. */
static bool has_iptables_rules(char *why)
{
	char ignored[BACKEND_WHY_SIZE];

	for (int i = 0; i < 4; i++) {
		enum backend_kind kind = i % 2 ? BACKEND_LEGACY : BACKEND_NFT;
		struct backend b;
		struct ruleset live;
		bool found;

		if (backend_open(&b, i < 2 ? 4 : 6, kind, ignored))
			continue;
		found = backend_read(&b, &live, ignored) == 0 && ruleset_count(&live) > 0;
		ruleset_done(&live);
		if (!found)
			continue;
		snprintf(why, BACKEND_WHY_SIZE,
			"the rules are already in the %s backend (uturn-rules remove --backend %s)", backend_name(kind),
			backend_name(kind));
		return true;
	}
	return false;
}

bool nft_backend_is_in_use(void)
{
	char why[BACKEND_WHY_SIZE];

	if (nftables_exists(why) <= 0)
		return false;
	report("the rules are already in the nftables backend (uturn-rules remove --backend nftables)");
	return true;
}

/* The plan and what is loaded, as lines; ruleset_done() both. */
static int read_both(const struct cli *c, struct ruleset *want, struct ruleset *live, char *why)
{
	char *text = plan_text(c, "", true);
	int err = text ? nftables_lines(want, text) : -ENOMEM;

	free(text);
	if (!err)
		return nftables_read(live, why);
	snprintf(why, BACKEND_WHY_SIZE, "%s", strerror(-err));
	return -1;
}

/* What others do to destinations and TTLs, as far as iptables can be asked. */
static void tell_others(const struct cli *c, bool with_nat)
{
	for (int family = 4; family <= 6; family += 2) {
		char ignored[BACKEND_WHY_SIZE];
		struct backend b;

		if (!cli_wants(c, family))
			continue;
		if (with_nat)
			translated_tell_all(family);
		if (c->operation != APPLY &&
			(backend_open(&b, family, BACKEND_NFT, ignored) == 0 ||
				backend_open(&b, family, BACKEND_LEGACY, ignored) == 0))
			ttl_rules_tell(&b, c->plan.mark);
	}
	if (c->operation != APPLY)
		ttl_rules_tell_nft(c);
}

static int replace(const struct cli *c, char *why)
{
	/* a table that is not there cannot be deleted, and one that is there is left as it was */
	char *text = plan_text(c, "table inet uturn\ndelete table inet uturn\n", false);
	int err;

	if (!text) {
		snprintf(why, BACKEND_WHY_SIZE, "out of memory");
		return -1;
	}
	err = nftables_run(text, NFTABLES_TEXT, NULL, why);
	free(text);
	return err;
}

static int apply(const struct cli *c)
{
	struct ruleset want = { 0 }, live = { 0 };
	char why[BACKEND_WHY_SIZE];
	int err;

	apply_hold_signals();
	err = has_iptables_rules(why) ? -1 : read_both(c, &want, &live, why);
	if (err) {
		report(why);
	} else if (ruleset_equal(&want, &live)) {
		puts("already in place (nftables)");
	} else if ((err = replace(c, why))) {
		report(why);
	} else {
		printf("in place, TTL 1..%u into queue %u", c->plan.hops, c->plan.queue_first);
		if (c->plan.queue_last != c->plan.queue_first)
			printf("..%u", c->plan.queue_last);
		puts(" (nftables)");
	}
	if (!err)
		tell_others(c, true);
	ruleset_done(&want);
	ruleset_done(&live);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int remove_table(void)
{
	char why[BACKEND_WHY_SIZE];
	int found;

	apply_hold_signals();
	found = nftables_exists(why);
	if (found < 0 || (found && nftables_run("delete table inet uturn", NFTABLES_TEXT, NULL, why)))
		return report(why);
	puts(found ? "removed (nftables)" : "nothing to remove (nftables)");
	return EXIT_SUCCESS;
}

static int check(const struct cli *c)
{
	struct ruleset want = { 0 }, live = { 0 };
	char why[BACKEND_WHY_SIZE];
	int code = EXIT_FAILURE;

	if (read_both(c, &want, &live, why)) {
		report(why);
	} else if (ruleset_count(&live) == 0) {
		printf("not loaded (nftables)%s\n",
			has_iptables_rules(why) ? "; they are in iptables" : "; use uturn-rules apply");
	} else if (ruleset_equal(&want, &live)) {
		puts("as planned (nftables)");
		code = EXIT_SUCCESS;
	} else {
		size_t found;

		puts("not as planned (nftables):");
		found = ruleset_diff(&want, &live, stdout);
		printf("%zu line%s differ%s\n", found, found == 1 ? "" : "s", found == 1 ? "s" : "");
	}
	tell_others(c, ruleset_count(&live) > 0);
	ruleset_done(&want);
	ruleset_done(&live);
	return code;
}

int nft_backend_run(const struct cli *c)
{
	switch (c->operation) {
	case PRINT:
		return print(c);
	case APPLY:
		return apply(c);
	case REMOVE:
		return remove_table();
	case CHECK:
		return check(c);
	case STATUS:
		tell_others(c, false);
		return status_run(c);
	case KEEP:
	case OPERATION_NONE:
		break;
	}
	return EXIT_FAILURE;
}
