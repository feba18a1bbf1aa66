/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the running program share: the configuration, what has
 * been opened from it, limits and counts. The server owns it; one thread.
 */
#ifndef UTURN_WEB_WEB_CONTEXT_H
#define UTURN_WEB_WEB_CONTEXT_H

#include <openssl/ssl.h>

#include "buffer.h"
#include "daemon_figures.h"
#include "enrich/mmdb.h"
#include "enrich/names.h"
#include "health.h"
#include "logo.h"
#include "metrics.h"
#include "quota.h"
#include "settings_page.h"
#include "web_config.h"

struct ev_loop;
struct visit_trace;

struct web_context {
	struct ev_loop *ev; /* the server's */
	struct web_config config;
	unsigned tls_port; /* of the listener with TLS; 0: none is open */
	SSL_CTX *tls; /* NULL: no listener has it, or there is no certificate yet */
	struct databases *databases;
	struct names *names;
	struct settings_page page;
	struct logo logo;
	struct quota quota;
	struct buffer_pool pool; /* of all bodies that wait */
	struct metrics metrics;
	struct health health;
	struct daemon_figures figures; /* of uturnd, for those who ask right now */
	struct visit_trace *traces; /* all that run, see visit_trace.h */
	unsigned traces_asked; /* of them: with a connection to uturnd */
};

/*
 * Opens what the configuration names; c is zeroed but for ev. The callback of
 * names is called with c. 0, or a negative errno with words; web_context_close()
 * is right in either case.
 */
int web_context_open(struct web_context *c, const struct web_config *config, names_told *told, char *why,
	size_t why_size);
void web_context_close(struct web_context *c);
/* A configuration that has been read again, and what it names; all of it is open. */
struct web_next;

/*
 * Reads the configuration, certificates and databases again; path as
 * web_config_load() has it. NULL with words where anything of it is wrong.
 */
struct web_next *web_next_open(const struct web_context *c, const char *path, char *why, size_t why_size);
const struct web_config *web_next_config(const struct web_next *n);
bool web_next_has_pair(const struct web_next *n);
/* It is in force, and freed. */
void web_next_take(struct web_next *n, struct web_context *c);
void web_next_close(struct web_next *n);

#endif
