/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "config_verdict.h"
#include "log.h"
#include "loop.h"
#include "notify.h"
#include "options.h"
#include "privileges.h"
#include "sandbox.h"
#include "scheduling.h"
#include "standard_files.h"
#include "version.h"

static const struct program program = {
	"uturnd",
	"Turns traceroute probes around, so that probers see the way back as well.",
	config_path,
	"uturnd(8), uturnd.conf(5)",
};

/* -n: the configuration alone, with nothing opened. */
static int check(const char *path)
{
	struct config config;
	char why[CONFIG_WHY_SIZE];

	if (config_load(path, &config, why, sizeof(why)) == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "%s\n", why);
	return EXIT_FAILURE;
}

/* What is right, and yet not what its operator will like. */
static void advise(const struct config *c)
{
	char chosen[CONFIG_VERDICT_WORDS_SIZE];

	if (*config_verdict_words(c, chosen))
		log_info("%s", chosen);
	if ((c->answer_from4 == ANSWER_FROM_SELF && !c->inflection4.family) ||
		(c->answer_from6 == ANSWER_FROM_SELF && !c->inflection6.family))
		log_warning("answer-from self without an address of its own: many clients stop at the first router "
			    "(give a second one with 'inflection ADDR')");
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED
#endif
#endif

/* A sanitizer's own system calls are not those of the table: such a build does without. */
static int cage(const struct config *config, const char *path, char *why, size_t why_size)
{
#ifdef IS_SANITIZED
	(void)config, (void)path, (void)why, (void)why_size;
	log_warning("built with a sanitizer: no sandbox");
	return 0;
#else
	return sandbox_enter(path ? path : config_path, config->control, why, why_size);
#endif
}

/* Everything that can fail does so here, before `ready`, and leaves nothing behind. */
static int start(struct loop **loop, const struct config *config, const char *path)
{
	char why[CONFIG_WHY_SIZE];

	if (privileges_check(why, sizeof(why)) || loop_open(loop, config, path, why, sizeof(why))) {
		log_error("%s", why);
		return EXIT_FAILURE;
	}
	if (privileges_drop(config->user, PRIVILEGES_PACKETS, why, sizeof(why)) == 0 &&
		cage(config, path, why, sizeof(why)) == 0)
		return EXIT_SUCCESS;
	log_error("%s", why);
	loop_close(*loop);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct options options;
	struct config config;
	struct loop *loop;
	char why[CONFIG_WHY_SIZE];
	int status;

	standard_files_open();
	if (!options_parse(argc, argv, &program, &options, &status))
		return status;
	log_open("uturnd", options.is_debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (options.is_check)
		return check(options.path);
	if (config_load(options.path, &config, why, sizeof(why))) {
		log_error("%s", why);
		return EXIT_USAGE;
	}
	advise(&config);
	signal(SIGPIPE, SIG_IGN);
	notify_open();
	if (scheduling_shorten())
		log_debug("the kernel grants no shorter time slice");
	status = start(&loop, &config, options.path);
	if (status)
		return status;
	log_info("version " UTURN_VERSION " ready");
	notify_ready();
	loop_run(loop);
	notify_stopping();
	log_info("stopped");
	loop_close(loop);
	return EXIT_SUCCESS;
}
