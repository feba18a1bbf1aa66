/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The named counters of the table inet uturn, and its queue, as JSON of libnftables. */
#ifndef UTURN_RULES_NFT_STATUS_H
#define UTURN_RULES_NFT_STATUS_H

#include "counters.h"

/* Reads the counters of a family (4 or 6); all 0 if the table does not exist. Returns 0, or -1 with why (BACKEND_WHY_SIZE). */
int nft_status_read(int family, struct counters *c, char *why);

/* The same from the text of `nft -j list counters` and of the chain that queues. Returns 0 or -EINVAL. */
int nft_status_parse(int family, const char *counters, const char *chain, struct counters *c);

#endif
