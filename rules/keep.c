/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apply.h"
#include "common/log.h"
#include "daemon/notify.h"
#include "keep_loop.h"
#include "nft_backend.h"

static bool open_signals(struct keep *k)
{
	const sigset_t set = apply_hold_signals();

	k->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (k->signals < 0)
		log_error("signals: %s", strerror(errno));
	return k->signals >= 0;
}

static void open_table(struct keep *k)
{
	keep_family_open_table(&k->family[0], cli_wants(&k->cli, 4), cli_wants(&k->cli, 6));
	k->state[0] = (struct keep_state){
		.is_kept = true,
		.backend = backend_name(BACKEND_NFTABLES),
		.since = time(NULL),
	};
}

static bool open_families(struct keep *k)
{
	char why[BACKEND_WHY_SIZE];

	if (k->is_table) {
		open_table(k);
		return true;
	}
	for (int i = 0; i < 2; i++) {
		int family = i ? 6 : 4;

		if (!cli_wants(&k->cli, family))
			continue;
		if (keep_family_open(&k->family[i], family, k->cli.backend, why)) {
			log_error("IPv%d: %s", family, why);
			return false;
		}
		k->state[i] = (struct keep_state){
			.is_kept = true,
			.backend = backend_name(k->family[i].backend.kind),
			.since = time(NULL),
		};
	}
	return true;
}

/* Events first: nothing may change between the rules and them. */
static bool open_events(struct keep *k)
{
	bool has_nft = k->is_table;
	int err;

	for (int i = 0; i < 2; i++)
		has_nft |= k->state[i].is_kept && k->family[i].backend.kind == BACKEND_NFT;
	err = has_nft ? keep_events_open(&k->events) : 0;
	if (err)
		log_error("events of nf_tables: %s%s", strerror(-err), backend_remedy(strerror(-err)));
	return !err;
}

static bool open_lock(struct keep *k)
{
	k->lock = keep_state_lock(KEEP_STATE_FOLDER);
	if (k->lock == -EWOULDBLOCK)
		log_error(KEEP_STATE_FOLDER "/lock: another uturn-rules keep is running");
	else if (k->lock < 0)
		log_error(KEEP_STATE_FOLDER "/lock: %s", strerror(-k->lock));
	return k->lock >= 0;
}

static void keep_done(struct keep *k)
{
	keep_follow_close(&k->follow);
	keep_events_close(&k->events);
	for (int i = 0; i < 2; i++)
		keep_family_done(&k->family[i]);
	if (k->signals >= 0)
		close(k->signals);
	if (k->lock >= 0)
		close(k->lock);
}

int keep_run(const struct cli *c, int argc, char **argv)
{
	static struct keep k;
	int status = EXIT_FAILURE;

	k = (struct keep){ .cli = *c, .argc = argc, .argv = argv, .signals = -1, .lock = -1 };
	k.is_table = c->backend == BACKEND_NFTABLES;
	keep_follow_init(&k.follow);
	setvbuf(stdout, NULL, _IOLBF, 0); /* what is printed is for a log now */
	log_open("uturn-rules", LOG_LEVEL_INFO);
	notify_open();
	if (open_signals(&k) && open_lock(&k) && open_families(&k) && open_events(&k) &&
		(k.is_table ? nft_backend_apply(c) : apply_run(c)) == 0) {
		keep_loop_run(&k);
		notify_stopping();
		status = k.is_table ? nft_backend_remove(&k.cli) : remove_run(&k.cli);
		keep_state_remove(KEEP_STATE_FOLDER);
	}
	keep_done(&k);
	return status;
}
