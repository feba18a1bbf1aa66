/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "common/clock.h"
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
	*f = (struct keep_family){ .family = family };
	return backend_open(&f->backend, family, kind, why);
}

void keep_family_done(struct keep_family *f)
{
	ruleset_done(&f->want);
	keep_snapshot_done(&f->good);
}

static int read_plan(const struct plan *plan, int family, struct ruleset *want)
{
	char *text = print_plan(plan, family);
	int err = text ? ruleset_read(want, text) : -ENOMEM;

	free(text);
	return err;
}

int keep_family_want(struct keep_family *f, const struct plan *plan, char *why)
{
	struct ruleset want;
	int err = read_plan(plan, f->family, &want);

	if (err) {
		snprintf(why, BACKEND_WHY_SIZE, "%s", strerror(-err));
		return -1;
	}
	ruleset_done(&f->want);
	f->want = want;
	keep_snapshot_done(&f->good);
	keep_pace_compare(&f->pace, now_ns());
	return 0;
}

int keep_family_change(struct keep_family *f, const struct plan *plan, pid_t *changer, char *why)
{
	struct ruleset want;
	int err = read_plan(plan, f->family, &want);

	*changer = 0;
	if (err)
		snprintf(why, BACKEND_WHY_SIZE, "%s", strerror(-err));
	else
		err = apply_again(&f->backend, plan, &want, changer, why);
	ruleset_done(&want);
	if (err || keep_family_want(f, plan, why))
		return -1;
	/* an error here is one of what is left over, and the next change tries again */
	sets_sweep(plan, f->family, why, BACKEND_WHY_SIZE);
	log_info("IPv%d: in place, TTL 1..%u into queue %u", f->family, plan->hops, plan->queue_first);
	return 0;
}

bool keep_family_wants(const struct keep_family *f, const struct plan *plan)
{
	struct ruleset want;
	bool is_same;

	if (read_plan(plan, f->family, &want))
		return false;
	is_same = ruleset_equal(&f->want, &want);
	ruleset_done(&want);
	return is_same;
}

static void failed(struct keep_family *f, struct keep_state *state, const char *what, const char *why)
{
	log_limited(&f->failing, LOG_LEVEL_ERROR, "IPv%d: the rules cannot be %s: %s", f->family, what, why);
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
		log_error("another program keeps taking our rules away (IPv%d): applied again once a minute "
			  "(see Rules that stay in uturn-firewall(7))",
			f->family);
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
	if (apply_again(&f->backend, plan, &f->want, &changer, why)) {
		failed(f, state, "applied again", why);
		return changer;
	}
	log_warning("IPv%d: rules were %s, applied again", f->family,
		ruleset_count(live) == 0 ? "gone" : "not as planned");
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

	if (backend_read(&f->backend, &live, why))
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
