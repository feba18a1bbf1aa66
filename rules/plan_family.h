/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words in which the rules of IPv4 and of IPv6 differ. Constants, valid for ever. */
#ifndef UTURN_RULES_PLAN_FAMILY_H
#define UTURN_RULES_PLAN_FAMILY_H

struct family {
	int number; /* 4 or 6 */
	const char *ttl; /* match and the start of its options */
	const char *echo_request; /* code 0: ping */
	const char *request; /* code 1: the reverse-traceroute protocol */
	const char *link_local; /* never routed: RFC 3927 2.7, RFC 4291 2.5.6 */
	const char *no_source; /* --src-type of sources that are refused */
	/*
	 * The mask of a recent list, and the suffix of its name. xt_recent finds
	 * lists by name alone, in both families, and a list keeps the mask it
	 * was created with: with a shared name IPv6 would be remembered by
	 * address, not by /64.
	 */
	const char *mask, *list_suffix;
	const char *set_options; /* ipset */
	const char *limit_name, *limit_mask, *network_mask;
};

/* family: 4 or 6. */
const struct family *plan_family(int family);

#endif
