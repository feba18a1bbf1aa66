/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the kernel: what rules and uturnd need of it, and the room in its tables. */
#ifndef UTURNCTL_DOCTOR_KERNEL_H
#define UTURNCTL_DOCTOR_KERNEL_H

#include <stdbool.h>

#include "doctor_finding.h"
#include "doctor_host.h"

void doctor_check_kernel(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_recent(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_conntrack(const struct doctor_host *h, struct doctor_finding *f);

/* ---- pure ---- */

/* A text may be NULL: there is none, or it cannot be read. */
struct doctor_kernel {
	const char *matches[2], *targets[2]; /* those of x_tables that are there now, one a line, of IPv4 and IPv6 */
	const char *modules[2]; /* modules.builtin and modules.dep */
	bool has_ipv6;
	bool has_queue; /* nfnetlink_queue */
	bool has_landlock;
	bool is_nftables; /* the rules are of nftables, of which the kernel lists no parts */
};

void doctor_judge_kernel(const struct doctor_kernel *k, struct doctor_finding *f);
/* sources: that each list of xt_recent holds. */
void doctor_judge_recent(unsigned long sources, struct doctor_finding *f);
void doctor_judge_conntrack(unsigned long count, unsigned long max, struct doctor_finding *f);

#endif
