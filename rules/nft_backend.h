/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of uturn-rules with --backend nftables, on both families at once: they are one
 * table, replaced in one transaction. Each returns the exit status, after an error message where
 * it is not 0.
 */
#ifndef UTURN_RULES_NFT_BACKEND_H
#define UTURN_RULES_NFT_BACKEND_H

#include "cli.h"
#include "nft_plan.h"

int nft_backend_run(const struct cli *c);

/* Is the table there, so that rules of iptables would queue the same packets again? Says so, with the remedy. */
bool nft_backend_is_in_use(void);

/* Options that have no meaning with nftables: 0, or -1 and an error message. */
int nft_backend_accepts(const struct cli *c, char *why, size_t size);

/* The plan of these families; it points to p. */
struct nft_plan nft_backend_plan(const struct plan *p, bool has4, bool has6);

int nft_backend_apply(const struct cli *c);
int nft_backend_remove(const struct cli *c);

/* Are our rules in iptables, in either of its backends? Says where in why (BACKEND_WHY_SIZE), with the remedy. */
bool nft_backend_has_iptables(char *why);

#endif
