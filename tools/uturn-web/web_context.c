/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "web_context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/log.h"
#include "tls.h"
#include "web_config_file.h"

static struct names_resolvers resolvers_of(const struct web_config *config)
{
	return (struct names_resolvers){ config->resolve, config->resolvers, config->resolver_count };
}

static int open_databases(const struct web_config *config, struct databases **made, char *why, size_t why_size)
{
	const char *paths[WEB_DATABASES];

	for (unsigned i = 0; i < config->database_count; i++)
		paths[i] = config->databases[i];
	return databases_open(made, paths, config->database_count, why, why_size);
}

static int open_tls(const struct web_config *config, SSL_CTX **made, char *why, size_t why_size)
{
	if (*config->certificate) {
		*made = tls_context(config->certificate, config->key, why, why_size);
		if (!*made)
			return -EINVAL;
	}
	return 0;
}

enum { BODIES = 64 * 1024 * 1024 }; /* bytes of all responses that wait for their visitors */

int web_context_open(struct web_context *c, const struct web_config *config, names_told *told, char *why,
	size_t why_size)
{
	struct names_resolvers resolvers = resolvers_of(config);
	int err;

	tls_init();
	c->config = *config;
	c->pool.most = BODIES;
	c->quota.allowance = config->allowance;
	if (getrandom(c->quota.key, sizeof(c->quota.key), 0) != sizeof(c->quota.key))
		abort(); /* never for 16 bytes (getrandom(2)) */
	settings_page_set(&c->page, config);
	err = open_tls(config, &c->tls, why, why_size);
	if (!err)
		err = logo_read(&c->logo, config->logo, why, why_size);
	if (!err)
		err = open_databases(config, &c->databases, why, why_size);
	if (!err)
		err = names_open(&c->names, c->ev, &resolvers, told, c, why, why_size);
	return err;
}

void web_context_close(struct web_context *c)
{
	daemon_figures_close(&c->figures);
	names_close(c->names);
	databases_close(c->databases);
	SSL_CTX_free(c->tls);
}

/* What was opened with privileges that have been dropped, or before the sandbox, cannot change: say so, and keep it. */
static void keep_fixed(const struct web_config *was, struct web_config *now)
{
	size_t listeners = sizeof(was->listeners);

	if (was->listener_count != now->listener_count || memcmp(was->listeners, now->listeners, listeners) != 0)
		log_warning("listen: stays as it was until uturn-web is restarted");
	if (strcmp(was->user, now->user) != 0)
		log_warning("user: stays as it was until uturn-web is restarted");
	memcpy(now->listeners, was->listeners, listeners);
	now->listener_count = was->listener_count;
	memcpy(now->user, was->user, sizeof(now->user));
	if (strcmp(was->acme_webroot, now->acme_webroot) != 0)
		log_warning("acme-webroot: stays as it was until uturn-web is restarted");
	memcpy(now->acme_webroot, was->acme_webroot, sizeof(now->acme_webroot));
}

struct opened {
	SSL_CTX *tls;
	struct databases *databases;
};

static int open_again(const struct web_config *config, bool needs_tls, struct opened *o, char *why, size_t why_size)
{
	int err = open_tls(config, &o->tls, why, why_size);

	if (err)
		return err;
	if (needs_tls && !o->tls) {
		snprintf(why, why_size, "listen: tls needs 'certificate FILE' and 'key FILE', which are missing now");
		return -EINVAL;
	}
	return open_databases(config, &o->databases, why, why_size);
}

/* In the sandbox EACCES has one more reason. */
static const char in_sandbox[] = " (a file in a directory that was not named at the start needs a restart)";

void web_context_reload(struct web_context *c, const char *path, bool needs_tls)
{
	struct web_config config;
	struct names_resolvers resolvers;
	struct opened o = { NULL, NULL };
	char why[WEB_WHY_SIZE];

	if (web_config_load(path, &config, why, sizeof(why)) != 0 ||
		open_again(&config, needs_tls, &o, why, sizeof(why)) != 0 ||
		logo_read(&c->logo, config.logo, why, sizeof(why)) != 0) {
		log_error("%s%s: everything stays as it was", why, strstr(why, strerror(EACCES)) ? in_sandbox : "");
		SSL_CTX_free(o.tls);
		databases_close(o.databases);
		return;
	}
	keep_fixed(&c->config, &config);
	SSL_CTX_free(c->tls); /* connections that use it keep it */
	databases_close(c->databases);
	c->tls = o.tls;
	c->databases = o.databases;
	c->config = config;
	c->quota.allowance = config.allowance;
	settings_page_set(&c->page, &config);
	resolvers = resolvers_of(&c->config);
	names_configure(c->names, &resolvers);
	log_info("configuration reloaded");
}
