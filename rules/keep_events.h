/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of the tables of iptables-nft and of the table inet uturn, whoever makes them, as the kernel
 * tells them (NETLINK_NETFILTER, NFNLGRP_NFTABLES).
 *
 * Only what can touch our rules counts: tables, chains and rules of raw, nat
 * and mangle of ip and ip6, and of inet uturn. The programs that we run make such changes, too; they
 * are known by the number that the kernel gives the socket of a process that has only one
 * such socket: that of the process.
 */
#ifndef UTURN_RULES_KEEP_EVENTS_H
#define UTURN_RULES_KEEP_EVENTS_H

#include <stdbool.h>
#include <sys/types.h>

struct keep_events {
	struct mnl_socket *socket;
};

/* What keep_events_read() has found; all at once where events were lost. */
struct keep_changes {
	bool is_changed[2]; /* IPv4, IPv6: tables of iptables */
	bool is_table_changed; /* inet uturn */
	bool is_lost; /* events: anything may have changed */
};

/* Returns 0 or a negative errno. */
int keep_events_open(struct keep_events *e);
void keep_events_close(struct keep_events *e); /* one that was not opened is all zeroes */
int keep_events_fd(const struct keep_events *e);

/* Adds all events that wait to *found, but for those of the process own (0: none). Does not block. */
void keep_events_read(struct keep_events *e, pid_t own, struct keep_changes *found);

#endif
