/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program while it runs: its event loop, its signals, and everything that
 * is open. One thread.
 */
#ifndef UTURN_WEB_SERVER_H
#define UTURN_WEB_SERVER_H

#include <stddef.h>

struct listen_inherited;
struct listen_opener;
struct server;
struct web_config;

/*
 * 0, or a negative errno with words. Opens everything that can fail, and drops
 * no privilege: from now on listeners are opened by the opener, which stays the
 * caller's and outlives the server. path: where the configuration came from, as web_config_load()
 * has it; it outlives the server.
 */
int server_open(struct server **made, const struct web_config *config, const char *path,
	const struct listen_inherited *inherited, struct listen_opener *opener, char *why, size_t why_size);
void server_run(struct server *s);
void server_close(struct server *s);

#endif
