/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of addresses, by reverse DNS (c-ares) on the caller's event loop. A
 * name in the cache is found at once; any other is looked up, and the callback
 * is called when the look-up ends. Cache and look-ups under way are bounded.
 *
 * The loop and the callback's owner outlive it.
 */
#ifndef UTURN_ENRICH_NAMES_H
#define UTURN_ENRICH_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

struct ev_loop;
struct names;

enum { NAMES_RESOLVERS = 4 };

struct names_resolvers {
	bool is_on; /* false: names_find() never looks anything up */
	const struct addr *servers; /* count 0: those of resolv.conf(5); copied */
	unsigned count; /* NAMES_RESOLVERS at most */
};

/* A look-up has ended; name "": there is none, or no server answered. Also called from within names_find(), where the hosts file has the address. */
typedef void names_told(void *owner, const struct addr *a, const char *name);

struct names_counts {
	uint64_t asked, cached, refused; /* refused: too many were under way */
};

int names_open(struct names **made, struct ev_loop *ev, const struct names_resolvers *r, names_told *told, void *owner,
	char *why, size_t why_size);
void names_close(struct names *n);
/* Other name servers, or none; what was under way is dropped, and the cache is kept. */
void names_configure(struct names *n, const struct names_resolvers *r);
struct names_counts names_counts(const struct names *n);

enum names_state { NAMES_NONE, NAMES_KNOWN, NAMES_PENDING };

/* *name is lent until the next call; "" where it is known that there is none. */
enum names_state names_find(struct names *n, const struct addr *a, const char **name);

/* Is this a host name: letters, digits, -, _ and dots, at most 253? A reverse zone may say anything. */
bool names_is_hostname(const char *name);

#endif
