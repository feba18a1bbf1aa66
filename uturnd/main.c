/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/standard_files.h"
#include "common/version.h"
#include "config/config.h"
#include "config/config_verdict.h"
#include "config/deny_list.h"
#include "config/peer_key.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/privileges.h"
#include "loop.h"
#include "process/confine.h"
#include "process/peers.h"
#include "process/scheduling.h"
#include "process/workers.h"

static const struct program program = {
	"uturnd",
	"Answers traceroute probes so that the prober sees the return path as well.",
	config_path,
	"uturnd(8), uturnd.conf(5)",
	false,
};

/* -n: checks the configuration and the files that it names, and opens nothing else. */
static int check(const char *path)
{
	struct config config;
	struct deny_list denied;
	uint8_t key[PEER_KEY_SIZE];
	char why[CONFIG_WHY_SIZE], words[CONFIG_TTL_WORDS_SIZE];

	if (config_load(path, &config, why, sizeof(why)) == 0 && peer_key_read(&config, key, why, sizeof(why)) == 0 &&
		deny_list_read(&config, &denied, why, sizeof(why)) == 0) {
		deny_list_free(&denied);
		if (*config_ttl_words(config.max_ttl, words))
			fprintf(stderr, "%s\n", words);
		return EXIT_SUCCESS;
	}
	fprintf(stderr, "%s\n", why);
	return EXIT_FAILURE;
}

/* Warns about a valid configuration of a family that is probably not what the operator wants. */
static void advise_of(int family, enum answer_from answers, const struct addr *inflection)
{
	if (answers == ANSWER_FROM_SELF && !inflection->family)
		log_warning("answer-from self, IPv%d: without a second address for the inflection point many clients "
			    "stop at the first router (set one with 'inflection ADDR')",
			family);
}

static void advise(const struct config *c)
{
	char chosen[CONFIG_VERDICT_WORDS_SIZE], words[CONFIG_TTL_WORDS_SIZE];

	if (*config_ttl_words(c->max_ttl, words))
		log_warning("%s", words);
	if (*config_verdict_words(c, chosen))
		log_info("%s", chosen);
	advise_of(4, c->answer_from4, &c->inflection4);
	advise_of(6, c->answer_from6, &c->inflection6);
}

/* What is opened at the start, in this order. */
struct opened {
	struct peers *peers;
	struct workers *workers;
	struct loop *loop;
};

/* Everything that can fail at startup, in the order that privileges ask for. */
static int open_all(struct opened *o, const struct config *config, const struct deny_list *denied, const uint8_t *key,
	const char *path, char *why, size_t why_size)
{
	int err = privileges_check(why, why_size);

	if (!err)
		err = confine_signals(why, why_size);
	if (!err)
		err = peers_open(&o->peers, config, key, why, why_size);
	if (!err)
		err = workers_open(&o->workers, config, denied, o->peers, why, why_size);
	if (!err)
		err = loop_open(&o->loop, o->workers, o->peers, config, path, why, why_size);
	if (!err)
		err = confine(config, path ? path : config_path, why, why_size);
	if (!err)
		err = workers_await(o->workers, why, why_size);
	return err;
}

static int serve(const struct config *config, struct deny_list *denied, uint8_t key[PEER_KEY_SIZE], const char *path)
{
	struct opened o = { 0 };
	char why[CONFIG_WHY_SIZE];
	int status;

	status = open_all(&o, config, denied, key, path, why, sizeof(why));
	explicit_bzero(key, PEER_KEY_SIZE);
	deny_list_free(denied);
	if (status) {
		status = EXIT_FAILURE;
		log_error("%s", why);
	} else {
		log_info("version " UTURN_VERSION " ready");
		notify_ready();
		status = loop_run(o.loop) ? EXIT_SUCCESS : EXIT_FAILURE;
		notify_stopping();
		if (status == EXIT_SUCCESS)
			log_info("stopped");
	}
	loop_close(o.loop);
	workers_close(o.workers);
	peers_close(o.peers);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct config config;
	struct deny_list denied;
	uint8_t key[PEER_KEY_SIZE];
	char why[CONFIG_WHY_SIZE];
	int status;

	standard_files_open();
	if (!options_parse(argc, argv, &program, &options, &status))
		return status;
	log_open("uturnd", options.is_debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (options.is_check)
		return check(options.path);
	if (config_load(options.path, &config, why, sizeof(why)) || peer_key_read(&config, key, why, sizeof(why)) ||
		deny_list_read(&config, &denied, why, sizeof(why))) {
		log_error("%s", why);
		return EXIT_USAGE;
	}
	advise(&config);
	signal(SIGPIPE, SIG_IGN);
	notify_open();
	if (scheduling_shorten())
		log_debug("scheduling: the kernel grants no shorter time slice");
	return serve(&config, &denied, key, options.path);
}
