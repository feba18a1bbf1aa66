/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of routers, by c-ares, beside everything else: a name that is in
 * the cache is there at once, any other is told to all traces that wait for it
 * when it comes, or not at all. Cache and look-ups under way are bounded.
 */
#ifndef UTURN_WEB_NAMES_H
#define UTURN_WEB_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "packet/addr.h"

struct server;
struct web_config;
struct names;

int names_open(struct names **made, struct server *s, char *why, size_t why_size);
void names_close(struct names *n);
/* After a reload: other name servers, or none. */
void names_configure(struct names *n, const struct web_config *c);

enum names_state { NAMES_NONE, NAMES_KNOWN, NAMES_PENDING };

/* *name is lent until the next call; "" where it is known that there is none. */
enum names_state names_find(struct names *n, const struct addr *a, const char **name);

/* Is this what a host can be called: letters, digits, -, _ and dots, at most 253? Strangers write these. */
bool names_is_hostname(const char *name);

#endif
