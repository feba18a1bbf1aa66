/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process beside uturn-web that opens listeners when the configuration is
 * read again: it keeps CAP_NET_BIND_SERVICE, if it was there at the start, so
 * that the process that reads what visitors send needs none, nor bind(2).
 *
 * It opens what the configuration file names or has named, reading the file
 * itself, and nothing else, whoever asks; it sees no byte of a visitor's. It
 * ends with the one that has started it.
 */
#ifndef UTURN_WEB_LISTEN_OPENER_H
#define UTURN_WEB_LISTEN_OPENER_H

#include <stdbool.h>

struct listen_inherited;
struct web_config;
struct web_listen;

struct listen_opener {
	int fd; /* -1: none */
};

/*
 * Call it as long as there is one thread and no socket that the other process
 * should not hold, but the inherited ones: where there are any, the service
 * manager opens the listeners, and no capability is kept. path: of the
 * configuration file, which outlives it.
 * Returns 0 or a negative errno; what is wrong later is told by listen_opener_ask().
 */
int listen_opener_start(struct listen_opener *o, const struct web_config *config, const char *path,
	const struct listen_inherited *inherited);
/* A descriptor that listens, or a negative errno; -EPIPE: the process has ended. */
int listen_opener_ask(struct listen_opener *o, const struct web_listen *l, bool is_only6);
/* The configuration is in force: what the file before it named is forgotten. */
void listen_opener_settle(const struct listen_opener *o);
void listen_opener_end(struct listen_opener *o);

#endif
