/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of addresses: who answers at the inflection point and for routers, and what the host lets in. */
#ifndef UTURNCTL_DOCTOR_ADDRESS_H
#define UTURNCTL_DOCTOR_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "config/config_types.h"
#include "config/config_verdict.h"
#include "doctor_finding.h"
#include "doctor_host.h"

void doctor_check_inflection(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_second_address(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_rp_filter(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_verdict(const struct doctor_host *h, struct doctor_finding *f);

/* ---- pure ---- */

/* Families in which this host has an address that others can reach. */
struct doctor_families {
	bool has4, has6;
};

void doctor_judge_second_address(const struct config *c, const struct doctor_families *has, struct doctor_finding *f);

enum { DOCTOR_UPLINKS = 64, DOCTOR_INTERFACE_SIZE = 16 };

/* An interface, and the rp_filter in force on it: the larger of its own and that of all. */
struct doctor_uplink {
	char name[DOCTOR_INTERFACE_SIZE];
	unsigned long rp_filter;
};

/* The interfaces with a route by way of a gateway, of the text of /proc/net/route. Returns how many. */
size_t doctor_uplinks(const char *routes, struct doctor_uplink uplinks[DOCTOR_UPLINKS]);
void doctor_judge_rp_filter(const struct doctor_uplink *uplinks, size_t count, struct doctor_finding *f);

/* age_s: of the file. */
void doctor_judge_verdict(const struct config *c, const struct config_verdict *v, long long age_s,
	const struct doctor_families *has, struct doctor_finding *f);

#endif
