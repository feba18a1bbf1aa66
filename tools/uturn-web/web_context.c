/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "web_context.h"

#include <errno.h>
#include <stdio.h>
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

static bool has_tls_listener(const struct web_config *config)
{
	for (unsigned i = 0; i < config->listener_count; i++)
		if (config->listeners[i].is_tls)
			return true;
	return false;
}

/* In the sandbox EACCES has one more reason. */
static const char in_sandbox[] = " (a file in a directory that was not named at the start needs a restart)";

static const char *hint_of(const char *why)
{
	return strstr(why, strerror(EACCES)) ? in_sandbox : "";
}

/* may_wait: a pair that cannot be read yet is not an error if a listener can wait for it. */
static int open_tls(const struct web_config *config, bool may_wait, bool is_start, SSL_CTX **made, char *why,
	size_t why_size)
{
	*made = NULL;
	if (!*config->certificate)
		return 0;
	if (may_wait && has_tls_listener(config) &&
		!tls_pair_is_readable(config->certificate, config->key, why, why_size)) {
		log_warning("%s%s", why, is_start ? "" : hint_of(why));
		return 0;
	}
	*made = tls_context(config->certificate, config->key, why, why_size);
	return *made ? 0 : -EINVAL;
}

enum { BODIES = 64 * 1024 * 1024 }; /* bytes of all responses that wait for their visitors */

int web_context_open(struct web_context *c, const struct web_config *config, names_told *told, char *why,
	size_t why_size)
{
	struct names_resolvers resolvers = resolvers_of(config);
	int err;

	health_init(&c->health, c->ev, c->config.control);
	tls_init();
	c->config = *config;
	c->pool.most = BODIES;
	c->quota.allowance = config->allowance;
	if (getrandom(c->quota.key, sizeof(c->quota.key), 0) != sizeof(c->quota.key))
		abort(); /* never for 16 bytes (getrandom(2)) */
	settings_page_set(&c->page, config);
	err = open_tls(config, true, true, &c->tls, why, why_size);
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
	health_close(&c->health);
	daemon_figures_close(&c->figures);
	names_close(c->names);
	databases_close(c->databases);
	SSL_CTX_free(c->tls);
}

/* What privileges that have been dropped, or the sandbox, decide for good: say so. */
static void keep_fixed(const struct web_config *was, struct web_config *now)
{
	if (strcmp(was->user, now->user) != 0)
		log_warning("user: stays as it was until uturn-web is restarted");
	memcpy(now->user, was->user, sizeof(now->user));
	if (strcmp(was->acme_webroot, now->acme_webroot) != 0 && strcmp(now->acme_webroot, WEB_STATE) != 0)
		log_warning("acme-webroot: in a directory that was not named at the start it needs a restart");
}

struct web_next {
	struct web_config config;
	SSL_CTX *tls;
	struct databases *databases;
	struct logo logo;
};

static int open_next(struct web_next *n, const struct web_context *c, const char *path, char *why, size_t why_size)
{
	int err = web_config_load(path, &n->config, why, why_size);

	if (!err)
		err = open_tls(&n->config, !c->tls, false, &n->tls, why, why_size);
	if (!err)
		err = open_databases(&n->config, &n->databases, why, why_size);
	if (!err)
		err = logo_read(&n->logo, n->config.logo, why, why_size);
	return err;
}

struct web_next *web_next_open(const struct web_context *c, const char *path, char *why, size_t why_size)
{
	struct web_next *n = calloc(1, sizeof(*n));
	size_t len;

	if (!n) {
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		return NULL;
	}
	if (open_next(n, c, path, why, why_size) == 0)
		return n;
	len = strlen(why);
	snprintf(why + len, why_size - len, "%s", hint_of(why));
	web_next_close(n);
	return NULL;
}

const struct web_config *web_next_config(const struct web_next *n)
{
	return &n->config;
}

bool web_next_has_pair(const struct web_next *n)
{
	return n->tls;
}

void web_next_take(struct web_next *n, struct web_context *c)
{
	struct names_resolvers resolvers;

	keep_fixed(&c->config, &n->config);
	SSL_CTX_free(c->tls); /* connections that use it keep it */
	databases_close(c->databases);
	c->tls = n->tls;
	c->databases = n->databases;
	c->config = n->config;
	c->logo = n->logo;
	c->quota.allowance = n->config.allowance;
	settings_page_set(&c->page, &c->config);
	resolvers = resolvers_of(&c->config);
	names_configure(c->names, &resolvers);
	free(n);
}

void web_next_close(struct web_next *n)
{
	if (!n)
		return;
	SSL_CTX_free(n->tls);
	databases_close(n->databases);
	free(n);
}
