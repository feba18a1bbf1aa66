/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When --backend auto is nftables: where the table inet uturn is loaded already, so that no second kind of rules
 * comes beside it, and where no iptables is installed. Elsewhere it is the iptables of this host, whatever the
 * kernel could do, so that an upgrade changes nothing.
 */
#ifndef UTURN_RULES_AUTO_BACKEND_H
#define UTURN_RULES_AUTO_BACKEND_H

struct cli;

/* Sets c->backend to BACKEND_NFTABLES, or leaves it. The kernel is asked whether it would load the plan. */
void auto_backend_choose(struct cli *c);

#endif
