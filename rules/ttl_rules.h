/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of the host's that change the TTL of what uturnd sends or of what it should see: a return
 * probe whose TTL is set on the way out expires nowhere.
 */
#ifndef UTURN_RULES_TTL_RULES_H
#define UTURN_RULES_TTL_RULES_H

#include <stdint.h>
#include <stdio.h>

struct backend;
struct cli;

/* Print a warning on standard error for each rule that is found, of iptables in both backends, and of nftables. */
void ttl_rules_tell(const struct backend *b, uint32_t mark);
void ttl_rules_tell_nft(const struct cli *c);

/* What is looked for, and where it is told. */
struct ttl_search {
	int family;
	uint32_t mark; /* of what uturnd sends; 0: none */
	const char *tool; /* "iptables-legacy", where it has to be named, or NULL */
	FILE *out;
};

/*
 * The same for texts: the mangle table of iptables-save(8), and the output of `nft list ruleset`. A rule that
 * leaves out packets with the mark is none. Both return how many were found.
 */
unsigned ttl_rules_of_iptables(const struct ttl_search *s, const char *text);
unsigned ttl_rules_of_nft(const struct ttl_search *s, const char *text);

#endif
