/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "common/clock.h"
#include "nft_backend.h"
#include "nft_change.h"
#include "nftables.h"
#include "print.h"
#include "sets.h"

/* Without events, and after an error. */
static const uint64_t look_again_ns = 10 * UINT64_C(1000000000), try_again_ns = 5 * UINT64_C(1000000000);

static uint64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int keep_family_open(struct keep_family *f, int family, enum backend_kind kind, char *why)
{
	*f = (struct keep_family){ .name = family == 6 ? "IPv6" : "IPv4", .family = family };
	return backend_open(&f->backend, family, kind, why);
}

void keep_family_open_table(struct keep_family *f, bool has4, bool has6)
{
	*f = (struct keep_family){ .name = "nftables", .has4 = has4, .has6 = has6 };
	f->backend.kind = BACKEND_NFTABLES;
}

void keep_family_done(struct keep_family *f)
{
	ruleset_done(&f->want);
	keep_snapshot_done(&f->good);
}

static struct nft_plan table_of(const struct keep_family *f, const struct plan *plan)
{
	return nft_backend_plan(plan, f->has4, f->has6);
}

static int read_plan(const struct keep_family *f, const struct plan *plan, struct ruleset *want, char *why)
{
	const struct nft_plan n = table_of(f, plan);
	char *text;
	int err;

	if (!f->family)
		return nft_change_want(&n, want, why);
	text = print_plan(plan, f->family);
	err = text ? ruleset_read(want, text) : -ENOMEM;
	free(text);
	if (err)
		snprintf(why, BACKEND_WHY_SIZE, "%s", strerror(-err));
	return err ? -1 : 0;
}

static int read_live(const struct keep_family *f, struct ruleset *live, char *why)
{
	return f->family ? backend_read(&f->backend, live, why) : nftables_read(live, &f->want, why);
}

/* *changer stays 0 with nftables: events of its own are read like others, and what is found is as planned. */
static int again(const struct keep_family *f, const struct plan *plan, const struct ruleset *want, pid_t *changer,
	char *why)
{
	const struct nft_plan n = table_of(f, plan);

	*changer = 0;
	return f->family ? apply_again(&f->backend, plan, want, changer, why) : nft_change_replace(&n, why);
}

int keep_family_want(struct keep_family *f, const struct plan *plan, char *why)
{
	struct ruleset want = { 0 };

	if (read_plan(f, plan, &want, why))
		return -1;
	ruleset_done(&f->want);
	f->want = want;
	keep_snapshot_done(&f->good);
	keep_pace_compare(&f->pace, now_ns());
	return 0;
}

int keep_family_change(struct keep_family *f, const struct plan *plan, pid_t *changer, char *why)
{
	struct ruleset want = { 0 };
	int err;

	*changer = 0;
	err = read_plan(f, plan, &want, why) || again(f, plan, &want, changer, why);
	ruleset_done(&want);
	if (err || keep_family_want(f, plan, why))
		return -1;
	/* an error here is one of what is left over, and the next change tries again */
	if (f->family)
		sets_sweep(plan, f->family, why, BACKEND_WHY_SIZE);
	log_info("%s: in place, TTL 1..%u into queue %u", f->name, plan->hops, plan->queue_first);
	return 0;
}

bool keep_family_wants(const struct keep_family *f, const struct plan *plan)
{
	char why[BACKEND_WHY_SIZE];
	struct ruleset want = { 0 };
	bool is_same;

	if (read_plan(f, plan, &want, why))
		return false;
	is_same = ruleset_equal(&f->want, &want);
	ruleset_done(&want);
	return is_same;
}

static void failed(struct keep_family *f, struct keep_state *state, const char *what, const char *why)
{
	log_limited(&f->failing, LOG_LEVEL_ERROR, "%s: the rules cannot be %s: %s", f->name, what, why);
	keep_state_set(state, KEEP_FAILED, why, time(NULL));
	keep_pace_compare(&f->pace, now_ns() + try_again_ns);
}

static void present(struct keep_family *f, struct keep_state *state)
{
	keep_state_set(state, KEEP_PRESENT, NULL, time(NULL));
	if (f->backend.kind == BACKEND_LEGACY)
		keep_pace_compare(&f->pace, now_ns() + look_again_ns);
}

/* Ten repairs in ten minutes are a contest that nobody wins. */
static void tell_contest(struct keep_family *f)
{
	bool is_contested = keep_pace_is_contested(&f->pace, now_ns());

	if (is_contested && !f->is_contested)
		log_error("another program keeps taking our rules away (%s): applied again once a minute "
			  "(see Rules that stay in uturn-firewall(7))",
			f->name);
	f->is_contested = is_contested;
}

static pid_t repair(struct keep_family *f, const struct plan *plan, const struct ruleset *live,
	struct keep_state *state)
{
	char why[BACKEND_WHY_SIZE];
	pid_t changer = 0;

	if (state->condition != KEEP_FAILED)
		keep_state_set(state, KEEP_MISSING, NULL, time(NULL));
	if (keep_pace_repair_from(&f->pace, now_ns()) > now_ns()) {
		keep_pace_compare(&f->pace, keep_pace_repair_from(&f->pace, now_ns()));
		return 0;
	}
	keep_pace_repaired(&f->pace, now_ns());
	if (again(f, plan, &f->want, &changer, why)) {
		failed(f, state, "applied again", why);
		return changer;
	}
	log_warning("%s: rules were %s, applied again", f->name, ruleset_count(live) == 0 ? "gone" : "not as planned");
	state->repaired++;
	state->is_unwritten = true;
	tell_contest(f);
	present(f, state);
	return changer;
}

/* By text, as `check` does. */
static pid_t compare_text(struct keep_family *f, const struct plan *plan, struct keep_state *state)
{
	char why[BACKEND_WHY_SIZE];
	struct ruleset live;
	pid_t changer = 0;

	if (read_live(f, &live, why))
		failed(f, state, "read", why);
	else if (ruleset_equal(&f->want, &live))
		present(f, state);
	else
		changer = repair(f, plan, &live, state);
	ruleset_done(&live);
	return changer;
}

pid_t keep_family_compare(struct keep_family *f, const struct plan *plan, struct keep_state *state)
{
	struct keep_snapshot now = { NULL, 0 };
	char why[BACKEND_WHY_SIZE];
	pid_t changer = 0;

	keep_pace_compared(&f->pace);
	if (f->backend.kind == BACKEND_LEGACY && keep_snapshot_take(&f->backend, &now, why))
		keep_snapshot_done(&now); /* the text will tell */
	if (keep_snapshot_equal(&now, &f->good)) {
		present(f, state);
	} else {
		changer = compare_text(f, plan, state);
		keep_snapshot_done(&f->good);
		/* a repair that came after it is not in it */
		if (state->condition == KEEP_PRESENT && !changer) {
			f->good = now;
			now = (struct keep_snapshot){ NULL, 0 };
		}
	}
	keep_snapshot_done(&now);
	return changer;
}
