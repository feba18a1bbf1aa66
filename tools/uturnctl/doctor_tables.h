/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The iptables rules of this host, of both backends and families, as the tools
 * that save them print them, and what uturn-rules has in nftables. No table is made by looking.
 */
#ifndef UTURNCTL_DOCTOR_TABLES_H
#define UTURNCTL_DOCTOR_TABLES_H

enum doctor_backend { DOCTOR_NFT, DOCTOR_LEGACY, DOCTOR_BACKENDS };

struct doctor_tables {
	char *text[DOCTOR_BACKENDS][2]; /* of IPv4 and IPv6; NULL: none, or not readable */
	int error; /* of errno, why some could not be read; 0: all were */
	const char *failed; /* what could not be read */
	char *nftables; /* what `uturn-rules status --backend nftables` prints, NULL where it has no rules there */
};

extern const char *const doctor_backends[DOCTOR_BACKENDS]; /* iptables-nft, iptables-legacy */

void doctor_tables_read(struct doctor_tables *t);
void doctor_tables_free(struct doctor_tables *t);

#endif
