/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "web_check.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/privileges.h"
#include "enrich/mmdb.h"
#include "logo.h"
#include "tls.h"
#include "web_config_file.h"

struct check {
	const char *file;
	const struct web_config *config;
	bool is_wrong;
	char why[WEB_WHY_SIZE];
};

static void tell(struct check *c, unsigned line, const char *words, const char *remedy)
{
	c->is_wrong = true;
	fprintf(stderr, "%s:%u: %s%s\n", c->file, line, words, remedy);
}

/* The service runs as this user; one that is missing, and was not named, may come with the package. */
static bool become(struct check *c)
{
	if (geteuid() != 0)
		return true;
	if (c->config->lines.user == 0 && !getpwnam(c->config->user)) {
		fprintf(stderr, "warning: user %s: does not exist yet, files are read as root\n", c->config->user);
		return true;
	}
	if (privileges_drop(c->config->user, PRIVILEGES_NONE, c->why, sizeof(c->why)) == 0)
		return true;
	tell(c, c->config->lines.user, c->why, "");
	return false;
}

static void check_file(struct check *c, unsigned line, const char *what, const char *path, const char *remedy)
{
	const char *readable = " (let the group of 'user' read it)";

	if (access(path, R_OK) == 0)
		return;
	snprintf(c->why, sizeof(c->why), "%s %s: %s", what, path, strerror(errno));
	tell(c, line, c->why, errno == EACCES ? readable : remedy);
}

static void check_pair(struct check *c)
{
	static const char get[] = " (uturn-cert NAME gets one)";
	const struct web_config *config = c->config;
	bool was_wrong = c->is_wrong;
	SSL_CTX *context;

	if (!*config->certificate)
		return;
	c->is_wrong = false;
	check_file(c, config->lines.certificate, "certificate", config->certificate, get);
	check_file(c, config->lines.key, "key", config->key, get);
	if (!c->is_wrong) {
		tls_init();
		context = tls_context(config->certificate, config->key, c->why, sizeof(c->why));
		if (!context)
			tell(c, strncmp(c->why, "key", 3) == 0 ? config->lines.key : config->lines.certificate, c->why,
				" (name the key that was made for this certificate, both in PEM)");
		else if (!tls_is_valid_now(context, config->certificate, c->why, sizeof(c->why)))
			tell(c, config->lines.certificate, c->why, " (uturn-cert NAME gets a new one)");
		SSL_CTX_free(context);
	}
	c->is_wrong |= was_wrong;
}

static void check_databases(struct check *c)
{
	for (unsigned i = 0; i < c->config->database_count; i++) {
		const char *path = c->config->databases[i];
		struct databases *made = NULL;

		if (databases_open(&made, &path, 1, c->why, sizeof(c->why)) != 0)
			tell(c, c->config->lines.databases[i], c->why,
				" (put a database in MaxMind's format there, readable to 'user', or remove the line)");
		databases_close(made);
	}
}

static void check_webroot(struct check *c)
{
	char path[WEB_PATH_SIZE + 64];
	struct stat st;

	if (c->config->lines.acme_webroot == 0)
		return;
	if (stat(c->config->acme_webroot, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return;
		errno = ENOTDIR;
	}
	snprintf(c->why, sizeof(c->why), "acme-webroot %s: %s", c->config->acme_webroot, strerror(errno));
	snprintf(path, sizeof(path), " (mkdir -p %s/.well-known/acme-challenge)", c->config->acme_webroot);
	tell(c, c->config->lines.acme_webroot, c->why, path);
}

int web_check(const char *path)
{
	static struct web_config config;
	static struct logo logo;
	struct check c = { .file = path ? path : web_config_path, .config = &config };

	if (web_config_load(path, &config, c.why, sizeof(c.why)) != 0) {
		fprintf(stderr, "%s\n", c.why);
		return -1;
	}
	if (!become(&c))
		return -1;
	check_pair(&c);
	if (logo_read(&logo, config.logo, c.why, sizeof(c.why)) != 0)
		tell(&c, config.lines.logo, c.why, " (put a picture there that 'user' can read, or remove the line)");
	check_databases(&c);
	check_webroot(&c);
	return c.is_wrong ? -1 : 0;
}
