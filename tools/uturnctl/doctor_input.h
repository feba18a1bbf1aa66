/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would the INPUT chain of the filter table let a new TCP connection from
 * somewhere else to a port of this host in? Read from what iptables-save prints.
 * Of rules that depend on more than that (a source, an interface, a rate) it is
 * not known whether they match. Pure.
 */
#ifndef UTURNCTL_DOCTOR_INPUT_H
#define UTURNCTL_DOCTOR_INPUT_H

#include <stdbool.h>
#include <stdint.h>

enum doctor_input {
	DOCTOR_INPUT_OPEN, /* unless a rule that need not match drops it, such as one that bans a source */
	DOCTOR_INPUT_SOME, /* for some sources or interfaces alone */
	DOCTOR_INPUT_CLOSED,
};

/* tables: of one family. */
enum doctor_input doctor_input_judge(const char *tables, uint16_t port);

/*
 * A chain of nftables' own in the text of `nft list chains` that sees arriving packets, and is not one of iptables-nft:
 * "inet firewalld filter_INPUT" in name. False: there is none.
 */
enum { DOCTOR_CHAIN_SIZE = 128 };
bool doctor_input_has_nft(const char *chains, char name[DOCTOR_CHAIN_SIZE]);

#endif
