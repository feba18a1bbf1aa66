/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The iptables of one family on this host: which tools, what is loaded, how to change it.
 *
 * A backend is plain memory. Whatever fails returns -1 with an error message,
 * remedy included, in why (BACKEND_WHY_SIZE bytes).
 */
#ifndef UTURN_RULES_BACKEND_H
#define UTURN_RULES_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ruleset.h"

enum backend_kind { BACKEND_AUTO, BACKEND_LEGACY, BACKEND_NFT, BACKEND_NFTABLES };

enum { BACKEND_WHY_SIZE = 1024 };

struct backend {
	int family; /* 4 or 6 */
	enum backend_kind kind; /* never BACKEND_AUTO once open */
	char tool[24]; /* "ip6tables-nft"; -save and -restore are its neighbours */
};

/* "legacy", "nft" or "nftables". */
const char *backend_name(enum backend_kind kind);

/* False where the kernel runs without IPv6 (ipv6.disable=1). */
bool backend_has_ipv6(void);

int backend_open(struct backend *b, int family, enum backend_kind wanted, char *why);

/* Reads the tables without creating any. ruleset_done() what it returns, also after -1. */
int backend_read(const struct backend *b, struct ruleset *live, char *why);

/* "legacy" or "nft" where our rules are in the other backend, or NULL; also where that is not installed. */
const char *backend_elsewhere(const struct backend *b);
/* Prints that the rules are absent, then the backend that has them, or else the remedy ("" for none). */
void backend_tell_absent(const struct backend *b, const char *what, const char *remedy);

/* The text of iptables-save for the tables that exist, or NULL; the caller frees it. Never creates one. */
char *backend_save(const struct backend *b, bool counters, char *why);

/*
 * Runs one transaction a table: all of its text or nothing, and then none of
 * those that follow. *changer (or NULL): the process that did it.
 */
int backend_restore(const struct backend *b, const char *text, pid_t *changer, char *why);

/* What can be done about an error of the tools or of the kernel, with a blank in front, or "". */
const char *backend_remedy(const char *error);

/* Is there this table? Never creates one. Returns 1, 0 or -1. */
int backend_has_table(const struct backend *b, enum ruleset_table table, char *why);

#endif
