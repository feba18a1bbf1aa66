/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reload.h"

#include <string.h>

#include "common/log.h"
#include "daemon/notify.h"
#include "tls.h"

/* What was opened with more privileges than we have now can't change: said, and left as it was. */
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
}

struct parts {
	SSL_CTX *tls;
	struct databases *databases;
	struct names *names;
};

static int open_new(struct server *s, const struct web_config *c, struct parts *p, char *why, size_t why_size)
{
	if (*c->certificate && !(p->tls = tls_context(c->certificate, c->key, why, why_size)))
		return -1;
	for (unsigned i = 0; i < s->listener_count; i++) {
		if (!s->listeners[i].is_tls || p->tls)
			continue;
		strcpy(why, "listen: tls needs a pair, and the new configuration has none");
		return -1;
	}
	return databases_open(&p->databases, c, why, why_size);
}

void server_reload(struct server *s)
{
	struct web_config c;
	struct parts p = { NULL, NULL, NULL };
	char why[WEB_WHY_SIZE];

	notify_reloading();
	if (web_config_load(s->path, &c, why, sizeof(why)) != 0 || open_new(s, &c, &p, why, sizeof(why)) != 0) {
		log_error("%s: everything stays as it was", why);
		SSL_CTX_free(p.tls);
	} else {
		keep_fixed(&s->config, &c);
		SSL_CTX_free(s->tls); /* connections that use it keep it */
		databases_close(s->databases);
		s->tls = p.tls;
		s->databases = p.databases;
		s->config = c;
		s->quota.allowance = c.allowance;
		settings_page_set(&s->page, &c);
		names_configure(s->names, &c);
		log_info("configuration reloaded");
	}
	notify_ready();
}
