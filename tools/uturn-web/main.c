/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acme.h"
#include "common/log.h"
#include "common/standard_files.h"
#include "common/version.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/privileges.h"
#include "daemon/syscalls.h"
#include "listen_inherited.h"
#include "listen_opener.h"
#include "reload_client.h"
#include "server.h"
#include "web_check.h"
#include "web_config_file.h"
#include "web_sandbox.h"

static const struct program program = {
	"uturn-web",
	"Shows visitors the return path to them, traced along the TCP connection of their request.",
	web_config_path,
	"uturn-web(8), uturn-web.conf(5)",
	true,
};

/* -r: the running one does it, with its own rights. */
static int reload(void)
{
	char why[WEB_WHY_SIZE];

	if (reload_ask(why, sizeof(why)) == 0)
		return EXIT_SUCCESS;
	log_error("%s", why);
	return EXIT_FAILURE;
}

static int confine(const struct web_config *config, const char *path, char *why, size_t why_size)
{
	int err = privileges_drop(config->user, PRIVILEGES_NONE, why, why_size);

	if (!err && syscalls_are_sanitized())
		log_warning("built with a sanitizer: no sandbox");
	else if (!err)
		err = web_sandbox_enter(config, path, why, why_size);
	return err;
}

static int start_opener(struct listen_opener *o, const struct web_config *config, const char *path,
	const struct listen_inherited *inherited, char *why, size_t why_size)
{
	int err = listen_opener_start(o, config, path, inherited);

	if (err)
		snprintf(why, why_size, "the process that opens listeners: %s", strerror(-err));
	return err;
}

/* Opens sockets and keys with the privileges of the caller, then drops them all. */
static int start(struct server **server, const struct web_config *config, const char *path,
	struct listen_opener *opener)
{
	struct listen_inherited inherited;
	char why[WEB_WHY_SIZE];
	int err = listen_inherited_take(&inherited, why, sizeof(why));

	if (!err && *config->acme_webroot && config->lines.acme_webroot)
		acme_make(config->acme_webroot);
	if (!err)
		err = start_opener(opener, config, path, &inherited, why, sizeof(why));
	if (!err)
		err = server_open(server, config, path, &inherited, opener, why, sizeof(why));
	if (err) {
		log_error("%s", why);
		return EXIT_FAILURE;
	}
	if (confine(config, path ? path : web_config_path, why, sizeof(why)) == 0)
		return EXIT_SUCCESS;
	log_error("%s", why);
	server_close(*server);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct options options;
	struct web_config config;
	struct listen_opener opener = { -1 };
	struct server *server;
	char why[WEB_WHY_SIZE];
	int status;

	standard_files_open();
	if (!options_parse(argc, argv, &program, &options, &status))
		return status;
	log_open("uturn-web", options.is_debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (options.is_check)
		return web_check(options.path) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	if (options.is_reload)
		return reload();
	if (web_config_load(options.path, &config, why, sizeof(why))) {
		log_error("%s", why);
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	notify_open();
	status = start(&server, &config, options.path, &opener);
	if (status)
		return status;
	log_info("version " UTURN_VERSION " ready");
	notify_ready();
	server_run(server);
	notify_stopping();
	log_info("stopped");
	server_close(server);
	listen_opener_end(&opener);
	return EXIT_SUCCESS;
}
