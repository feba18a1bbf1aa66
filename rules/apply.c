/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "capacity.h"
#include "nft_table.h"
#include "print.h"
#include "sets.h"
#include "translated.h"

/* The change of one family, and what is needed to undo it. */
struct family_job {
	int family;
	struct backend backend;
	struct ruleset before, want;
	bool is_changed;
};

static int report(int family, const char *why)
{
	fprintf(stderr, "uturn-rules: IPv%d: %s\n", family, why);
	return -1;
}

/* The transaction from live to want as text, the caller's to free. */
static char *change_text(const struct ruleset *live, const struct ruleset *want)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	ruleset_change(live, want, out);
	fclose(out);
	return text;
}

/*
 * A table that apply created is removed with the rules, unless others use it.
 * A legacy table stays, empty: the kernel cannot remove one.
 */
static void drop_table(const struct backend *b, const struct table *live, const char *name)
{
	int err;

	if (b->kind != BACKEND_NFT || !live->is_ours || live->foreign)
		return;
	err = nft_table_remove(b->family, name);
	if (err && err != -EBUSY)
		fprintf(stderr, "uturn-rules: IPv%d: cannot remove the empty %s table: %s\n", b->family, name,
			strerror(-err));
}

/* From what is loaded now to want; *changer (or NULL) as backend_restore() has it. */
static int go_to(const struct backend *b, const struct ruleset *want, pid_t *changer, char *why)
{
	struct ruleset live;
	char *text = NULL;
	int err = backend_read(b, &live, why);

	if (!err && (ruleset_count(want) > 0 || !ruleset_is_empty(&live))) {
		text = change_text(&live, want);
		err = text ? backend_restore(b, text, changer, why) : -1;
		if (!text)
			snprintf(why, BACKEND_WHY_SIZE, "out of memory");
		for (int i = 0; i < RULESET_TABLES && !err; i++)
			if (want->table[i].count == 0)
				drop_table(b, &live.table[i], ruleset_tables[i]);
	}
	free(text);
	ruleset_done(&live);
	return err;
}

/* Otherwise the same packets would be queued twice, and `remove` would see only one of the two. */
static int check_other_backend(const struct family_job *j, char *why)
{
	const char *other = backend_elsewhere(&j->backend);

	if (!other)
		return 0;
	snprintf(why, BACKEND_WHY_SIZE, "the rules are already in the %s backend (uturn-rules remove --backend %s)",
		other, other);
	return -1;
}

static int job_open(struct family_job *j, const struct cli *c, char *why)
{
	char *text;
	int err;

	if (backend_open(&j->backend, j->family, c->backend, why) || backend_read(&j->backend, &j->before, why) ||
		check_other_backend(j, why))
		return -1;
	text = print_plan(&c->plan, j->family);
	err = text ? ruleset_read(&j->want, text) : -ENOMEM;
	free(text);
	if (err)
		snprintf(why, BACKEND_WHY_SIZE, "%s", strerror(-err));
	return err;
}

static int job_do(struct family_job *j, const struct cli *c, char *why)
{
	if (sets_make(&c->plan, j->family, why, BACKEND_WHY_SIZE))
		return -1;
	/* Rules that are correct are not touched, and keep their counters. */
	if (ruleset_equal(&j->before, &j->want)) {
		printf("IPv%d: already in place (%s)\n", j->family, j->backend.tool);
		return 0;
	}
	j->is_changed = true; /* the first of the tables may be, whatever becomes of the next */
	if (go_to(&j->backend, &j->want, NULL, why))
		return -1;
	printf("IPv%d: in place, TTL 1..%u into queue %u", j->family, c->plan.hops, c->plan.queue_first);
	if (c->plan.queue_last != c->plan.queue_first)
		printf("..%u", c->plan.queue_last);
	printf(" (%s)\n", j->backend.tool);
	return 0;
}

/* Destroys the sets that no rule uses any more. */
static int sweep(const struct plan *p, int family)
{
	char why[BACKEND_WHY_SIZE];

	return sets_sweep(p, family, why, sizeof(why)) ? report(family, why) : 0;
}

static bool uses_sets(const struct ruleset *r)
{
	const struct table *mangle = &r->table[RULESET_MANGLE];

	for (size_t i = 0; i < mangle->count; i++)
		if (strstr(mangle->line[i], " uturn-hop"))
			return true;
	return false;
}

/* A transaction that fails changes nothing; this asks whether one before it did. */
static bool is_as_before(const struct family_job *j)
{
	struct ruleset live;
	char why[BACKEND_WHY_SIZE];
	bool same = backend_read(&j->backend, &live, why) == 0 && ruleset_equal(&live, &j->before);

	for (int i = 0; i < RULESET_TABLES && same; i++)
		same = live.table[i].is_ours == j->before.table[i].is_ours;
	ruleset_done(&live);
	return same;
}

static void job_undo(struct family_job *j)
{
	char why[BACKEND_WHY_SIZE];

	if (j->is_changed && !is_as_before(j)) {
		if (go_to(&j->backend, &j->before, NULL, why))
			report(j->family, why);
		else
			printf("IPv%d: restored\n", j->family);
	}
	if (uses_sets(&j->want) && !uses_sets(&j->before))
		sweep(NULL, j->family);
}

static void job_done(struct family_job *j)
{
	ruleset_done(&j->before);
	ruleset_done(&j->want);
}

sigset_t apply_hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return set;
}

int apply_run(const struct cli *c)
{
	struct family_job jobs[2] = { { .family = 4 }, { .family = 6 } };
	char why[BACKEND_WHY_SIZE];
	int err = 0, i;

	apply_hold_signals();
	for (i = 0; i < 2 && !err; i++)
		if (cli_wants(c, jobs[i].family) && job_open(&jobs[i], c, why))
			err = report(jobs[i].family, why);
	for (i = 0; i < 2 && !err; i++)
		if (cli_wants(c, jobs[i].family) && job_do(&jobs[i], c, why))
			err = report(jobs[i].family, why);
	if (err)
		for (i = 0; i < 2; i++)
			job_undo(&jobs[i]);
	else
		for (i = 0; i < 2 && !err; i++)
			if (cli_wants(c, jobs[i].family))
				err = sweep(&c->plan, jobs[i].family);
	if (!err && (jobs[0].is_changed || jobs[1].is_changed))
		capacity_tell(&c->plan);
	for (i = 0; i < 2; i++) {
		if (!err && cli_wants(c, jobs[i].family) && c->plan.nat)
			translated_tell(&jobs[i].backend);
		job_done(&jobs[i]);
	}
	return err ? 1 : 0;
}

int apply_again(const struct backend *b, const struct plan *plan, const struct ruleset *want, pid_t *changer, char *why)
{
	*changer = 0;
	if (sets_make(plan, b->family, why, BACKEND_WHY_SIZE))
		return -1;
	return go_to(b, want, changer, why);
}

static int remove_family(const struct cli *c, int family)
{
	static const struct ruleset nothing;
	struct backend b;
	struct ruleset live;
	char why[BACKEND_WHY_SIZE];
	int err;

	if (backend_open(&b, family, c->backend, why))
		return report(family, why);
	err = backend_read(&b, &live, why);
	if (!err && ruleset_is_empty(&live))
		backend_tell_absent(&b, "nothing to remove", "");
	else if (!err && !(err = go_to(&b, &nothing, NULL, why)))
		printf("IPv%d: removed (%s)\n", family, b.tool);
	ruleset_done(&live);
	return err ? report(family, why) : sweep(NULL, family);
}

int remove_run(const struct cli *c)
{
	int code = 0;

	apply_hold_signals();
	for (int family = 4; family <= 6; family += 2)
		if (cli_wants(c, family) && remove_family(c, family))
			code = 1;
	return code;
}
