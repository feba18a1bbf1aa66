/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "web_sandbox.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "daemon/confinement.h"
#include "daemon/landlock.h"
#include "route.h"
#include "web_config.h"

enum { DNS_PORT = 53 };

/* What c-ares reads: of name servers, of hosts; and random numbers for the ids of its queries. */
static const char resolv_conf[] = "/etc/resolv.conf", hosts[] = "/etc/hosts", urandom[] = "/dev/urandom";
/* Of uturn-rules keep, for /metrics. It replaces its file, hence the folder. */
static const char kept_rules[] = "/run/uturn-rules";

/* An ACME client may make the folder later: until then the nearest one above it counts, but not the root of all files. */
static int permit_webroot(int ruleset, const char *path)
{
	char folder[WEB_PATH_SIZE + 32];
	int err;

	snprintf(folder, sizeof(folder), "%s%s", path, acme_prefix);
	err = landlock_permit_reading(ruleset, folder); /* may be a link that leads elsewhere */
	if (err)
		return err;
	snprintf(folder, sizeof(folder), "%s", path);
	if (strcmp(path, WEB_STATE) == 0 && access(folder, F_OK) != 0)
		return 0; /* the default, which whoever uses it makes before the start */
	while (access(folder, F_OK) != 0) {
		char *slash = strrchr(folder, '/');

		if (!slash || slash == folder) {
			log_warning("acme-webroot %s: does not exist, restart uturn-web when it does", path);
			return 0;
		}
		*slash = '\0';
	}
	if (strcmp(folder, path) != 0)
		log_info("acme-webroot %s: does not exist yet, the sandbox leaves all of %s readable for it", path,
			folder);
	return landlock_permit_reading(ruleset, folder);
}

/* A certificate for which a listener waits may come in a folder that is not there yet. */
static int permit_coming(int ruleset, const char *path)
{
	char folder[WEB_PATH_SIZE];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	while (access(folder, F_OK) != 0 && (slash = strrchr(folder, '/')) != NULL && slash != folder)
		*slash = '\0';
	return strcmp(folder, path) == 0 ? 0 : landlock_permit_reading(ruleset, folder);
}

static int permit_all(int ruleset, const struct web_config *c, const char *path)
{
	const char *const read_again[] = { path, c->certificate, c->key, c->logo, resolv_conf, hosts };
	int err = landlock_scope_signals();

	for (size_t i = 0; !err && i < sizeof(read_again) / sizeof(read_again[0]); i++)
		if (*read_again[i])
			err = landlock_permit_reload(ruleset, read_again[i]);
	for (unsigned i = 0; !err && i < c->database_count; i++)
		err = landlock_permit_reload(ruleset, c->databases[i]);
	if (!err && *c->acme_webroot)
		err = permit_webroot(ruleset, c->acme_webroot);
	if (!err)
		err = landlock_permit_reading(ruleset, WEB_STATE); /* where uturn-cert(8) puts certificates */
	if (!err)
		err = permit_coming(ruleset, c->certificate);
	if (!err)
		err = permit_coming(ruleset, c->key);
	if (!err)
		err = landlock_permit_reading(ruleset, kept_rules);
	if (!err)
		err = landlock_permit_reading(ruleset, urandom);
	return err ? err : landlock_permit_connecting(ruleset, DNS_PORT);
}

int web_sandbox_enter(const struct web_config *config, const char *path, char *why, size_t why_size)
{
	int ruleset = landlock_open();
	int permitted = ruleset < 0 ? 0 : permit_all(ruleset, config, path);

	return confinement_enter(ruleset, permitted, web_sandbox_calls, why, why_size);
}
