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

/* Prints a warning on standard error for each rule of the family that is found, of iptables and of nftables. */
void ttl_rules_tell(const struct backend *b, uint32_t mark);

/*
 * The same for texts, written to out: the mangle table of iptables-save(8), and the output of
 * `nft list ruleset`. A rule that leaves out packets with the mark is none. Both return how many were found.
 */
unsigned ttl_rules_of_iptables(const char *text, int family, uint32_t mark, FILE *out);
unsigned ttl_rules_of_nft(const char *text, int family, uint32_t mark, FILE *out);

#endif
