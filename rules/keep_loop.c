/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_loop.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apply.h"
#include "cli_parse.h"
#include "common/clock.h"
#include "common/log.h"
#include "daemon/notify.h"
#include "deny_sets.h"

static const uint64_t second_ns = 1000000000;

static uint64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static void write_state(struct keep *k)
{
	const struct keep_family *f = &k->family[0];
	struct keep_state both[2] = { k->state[0], k->state[k->is_table ? 0 : 1] };
	int err;

	if (k->is_table) {
		both[0].is_kept = f->has4;
		both[1].is_kept = f->has6;
	}
	err = keep_state_write(KEEP_STATE_FOLDER, both);
	if (err)
		log_limited(&k->unwritten, LOG_LEVEL_WARNING, KEEP_STATE_FOLDER "/state.json: %s", strerror(-err));
	k->state[0].is_unwritten = k->state[1].is_unwritten = false;
}

/* The families keep what is applied. An error here is one of memory. */
static bool want(struct keep *k)
{
	char why[BACKEND_WHY_SIZE];

	for (int i = 0; i < 2; i++) {
		if (!k->state[i].is_kept || keep_family_want(&k->family[i], &k->cli.plan, why) == 0)
			continue;
		log_error("%s: %s", k->family[i].name, why);
		return false;
	}
	return true;
}

static bool is_kept_already(const struct keep *k, const struct plan *plan)
{
	for (int i = 0; i < 2; i++)
		if (k->state[i].is_kept && !keep_family_wants(&k->family[i], plan))
			return false;
	return true;
}

/*
 * The command line again, and the configuration that it names. uturnd takes
 * another queue or mark when it is started, not at a reload; so do the rules.
 */
static bool read_again(const struct keep *k, bool is_started, struct cli *fresh)
{
	char why[1024];

	if (cli_parse(fresh, k->argc, k->argv, why, sizeof(why)) != CLI_RUN) {
		log_error("%s: the rules stay as they were", why);
		return false;
	}
	fresh->only4 = k->cli.only4;
	fresh->only6 = k->cli.only6;
	fresh->backend = k->cli.backend;
	if (!is_started) {
		fresh->plan.queue_first = k->cli.plan.queue_first;
		fresh->plan.queue_last = k->cli.plan.queue_last;
		fresh->plan.mark = k->cli.plan.mark;
	}
	return deny_sets_find(fresh) == 0;
}

/* What was read is what the kernel has done until now; own: the program that we have just run. */
static void read_events(struct keep *k, pid_t own)
{
	struct keep_changes changes = { 0 };

	keep_events_read(&k->events, own, &changes);
	for (int i = 0; i < 2; i++) {
		if (k->is_table ? changes.is_table_changed : changes.is_changed[i])
			keep_pace_changed(&k->family[i].pace, now_ns());
		if (changes.is_lost)
			keep_pace_compare(&k->family[i].pace, now_ns());
	}
}

static bool change(struct keep *k, const struct plan *plan)
{
	char why[BACKEND_WHY_SIZE];

	for (int i = 0; i < 2; i++) {
		pid_t changer;
		int err;

		if (!k->state[i].is_kept)
			continue;
		err = keep_family_change(&k->family[i], plan, &changer, why);
		read_events(k, changer);
		if (!err)
			continue;
		log_error("%s: %s: the rules stay as they were", k->family[i].name, why);
		return false;
	}
	return true;
}

/* One family that fails takes the other one back: what was kept before is compared, and applied again. */
static void reload(struct keep *k, bool is_started)
{
	struct cli fresh;

	if (!read_again(k, is_started, &fresh))
		return;
	memcpy(k->cli.control, fresh.control, sizeof(k->cli.control)); /* for the next connection */
	if (is_kept_already(k, &fresh.plan))
		return;
	if (change(k, &fresh.plan))
		k->cli = fresh;
	else
		want(k);
}

/* Returns false at the end. */
static bool signalled(struct keep *k)
{
	struct signalfd_siginfo signal;

	if (read(k->signals, &signal, sizeof(signal)) != (ssize_t)sizeof(signal))
		return true;
	if (signal.ssi_signo != SIGHUP)
		return false;
	notify_reloading();
	reload(k, k->follow.fd < 0);
	want(k); /* compared at once, as the operator expects */
	notify_ready();
	return true;
}

static void compare_due(struct keep *k)
{
	for (int i = 0; i < 2; i++) {
		struct keep_family *f = &k->family[i];
		pid_t changer;

		if (!k->state[i].is_kept || keep_pace_due(&f->pace) > now_ns())
			continue;
		notify_alive(); /* iptables may wait for its lock */
		changer = keep_family_compare(f, &k->cli.plan, &k->state[i]);
		if (changer)
			read_events(k, changer);
	}
	if (k->state[0].is_unwritten || k->state[1].is_unwritten)
		write_state(k);
}

/* Once a second at most, whatever uturnd says. */
static void follow_due(struct keep *k)
{
	bool is_new;

	if (k->follow.fd < 0 && *k->cli.control && now_ns() >= k->connect_ns) {
		k->connect_ns = now_ns() + second_ns;
		if (keep_follow_connect(&k->follow, k->cli.control, &is_new)) {
			k->has_reloaded = true;
			k->is_other |= is_new;
		}
	}
	if (!k->has_reloaded || now_ns() < k->follow_ns)
		return;
	k->follow_ns = now_ns() + second_ns;
	reload(k, k->is_other);
	k->has_reloaded = k->is_other = false;
}

/* Until something is due, in ms for poll(), rounded up. */
static int wait_ms(const struct keep *k)
{
	uint64_t now = now_ns(), due = now + 60 * second_ns, watchdog_ns = notify_interval_ns();

	for (int i = 0; i < 2; i++)
		if (k->state[i].is_kept && keep_pace_due(&k->family[i].pace) < due)
			due = keep_pace_due(&k->family[i].pace);
	if (k->follow.fd < 0 && *k->cli.control && k->connect_ns < due)
		due = k->connect_ns;
	if (k->has_reloaded && k->follow_ns < due)
		due = k->follow_ns;
	if (watchdog_ns && now + watchdog_ns < due)
		due = now + watchdog_ns;
	return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

/* Returns false at the end. */
static bool turn(struct keep *k)
{
	struct pollfd set[] = {
		{ .fd = k->signals, .events = POLLIN },
		{ .fd = keep_events_fd(&k->events), .events = POLLIN },
		{ .fd = k->follow.fd, .events = POLLIN },
	};

	if (poll(set, sizeof(set) / sizeof(set[0]), wait_ms(k)) < 0)
		return true; /* EINTR */
	notify_alive();
	if (set[0].revents && !signalled(k))
		return false;
	if (set[1].revents)
		read_events(k, 0);
	if (set[2].revents && keep_follow_read(&k->follow))
		k->has_reloaded = true;
	follow_due(k);
	compare_due(k);
	return true;
}

void keep_loop_run(struct keep *k)
{
	if (!want(k))
		return;
	write_state(k);
	log_info("ready: the rules are kept");
	notify_ready();
	while (turn(k))
		;
}
