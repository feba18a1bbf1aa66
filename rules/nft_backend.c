/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "config/config.h"
#include "nft_change.h"
#include "nft_plan_family.h"
#include "nftables.h"
#include "status.h"
#include "translated.h"
#include "ttl_rules.h"

static int report(const char *why)
{
	fprintf(stderr, "uturn-rules: %s\n", why);
	return EXIT_FAILURE;
}

/* A set whose name nft would not parse, or that the plan has already; NULL where all can be. */
static const char *wrong_set(const struct plan *p)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";

	for (unsigned i = 0; i < PLAN_DENY_SETS && *p->deny[i].name; i++) {
		const char *name = p->deny[i].name;

		if (name[strspn(name, characters)])
			return "--deny-set: a name has letters, digits, _ and . only";
		if (nft_family_has_name(name))
			return "--deny-set: the table has a set by this name already (choose another name)";
	}
	return NULL;
}

int nft_backend_accepts(const struct cli *c, char *why, size_t size)
{
	const char *wrong = wrong_set(&c->plan);

	if (c->plan.state == PLAN_IPSET)
		wrong = "--state ipset: the table has sets of its own (leave it out)";
	else if (c->shell)
		wrong = "--shell: there is one command, uturn-rules print --backend nftables | nft -f - (leave it out)";
	if (!wrong)
		return 0;
	snprintf(why, size, "--backend nftables: %s", wrong);
	return -1;
}

struct nft_plan nft_backend_plan(const struct plan *p, bool has4, bool has6)
{
	return (struct nft_plan){
		.plan = p,
		.has4 = has4,
		.has6 = has6,
		.drops = getenv("UTURN_RULES_DROP") != NULL,
	};
}

static struct nft_plan plan_of(const struct cli *c)
{
	return nft_backend_plan(&c->plan, cli_wants(c, 4), cli_wants(c, 6));
}

static int print(const struct cli *c)
{
	const struct nft_plan n = plan_of(c);
	char words[CONFIG_TTL_WORDS_SIZE], *text = nft_change_text(&n);

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

bool nft_backend_has_iptables(char *why)
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
	const struct nft_plan n = plan_of(c);

	return nft_change_want(&n, want, why) || nftables_read(live, want, why) ? -1 : 0;
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
		if (c->operation != APPLY && c->operation != KEEP &&
			(backend_open(&b, family, BACKEND_NFT, ignored) == 0 ||
				backend_open(&b, family, BACKEND_LEGACY, ignored) == 0))
			ttl_rules_tell(&b, c->plan.mark);
	}
	if (c->operation != APPLY && c->operation != KEEP)
		ttl_rules_tell_nft(c);
}

int nft_backend_apply(const struct cli *c)
{
	const struct nft_plan n = plan_of(c);
	struct ruleset want = { 0 }, live = { 0 };
	char why[BACKEND_WHY_SIZE];
	bool is_same;
	int err;

	apply_hold_signals();
	err = nft_backend_has_iptables(why) ? -1 : read_both(c, &want, &live, why);
	is_same = !err && ruleset_equal(&want, &live);
	if (!err && !is_same)
		err = nft_change_replace(&n, why);
	if (err) {
		report(why);
	} else if (is_same) {
		puts("already in place (nftables)");
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

int nft_backend_remove(const struct cli *c)
{
	const struct nft_plan n = plan_of(c);
	const char *which = c->only4 ? "IPv4: " : c->only6 ? "IPv6: " : "";
	char why[BACKEND_WHY_SIZE];
	int found;

	apply_hold_signals();
	found = nft_change_remove(&n, why);
	if (found < 0)
		return report(why);
	printf("%s%s (nftables)\n", which, found ? "removed" : "nothing to remove");
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
			nft_backend_has_iptables(why) ? "; they are in iptables" : "; use uturn-rules apply");
	} else if (ruleset_equal(&want, &live)) {
		puts("as planned (nftables)");
		code = EXIT_SUCCESS;
	} else {
		size_t found;

		puts("not as planned (nftables):");
		found = ruleset_diff(&want, &live, stdout);
		printf("%zu line%s differ%s (nftables)\n", found, found == 1 ? "" : "s", found == 1 ? "s" : "");
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
		return nft_backend_apply(c);
	case REMOVE:
		return nft_backend_remove(c);
	case CHECK:
		return check(c);
	case STATUS:
		tell_others(c, false);
		return status_run(c);
	case KEEP: /* see keep.h */
	case OPERATION_NONE:
		break;
	}
	return EXIT_FAILURE;
}
