/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "nft_nat.h"
#include "translated.h"

static void warn(int family, const char *kind, const char *table)
{
	fprintf(stderr,
		"uturn-rules: IPv%d: %s %s translates destinations beside the rules of uturn-rules: "
		"exclude the ports behind it (see Translated ports in uturn-firewall(7))\n",
		family, kind, table);
}

static void tell_nftables(const struct backend *b)
{
	struct nft_nat found;

	if (nft_nat_find(b->family, b->kind == BACKEND_NFT, &found))
		return; /* no nf_tables here, or not for us */
	for (size_t i = 0; i < found.count; i++) {
		char name[NFT_NAT_NAME_SIZE + 8];

		if (!found.table[i].translates)
			continue;
		snprintf(name, sizeof(name), "%s %s",
			found.table[i].family == NFPROTO_INET           ? "inet"
				: found.table[i].family == NFPROTO_IPV6 ? "ip6"
									: "ip",
			found.table[i].name);
		warn(b->family, "nftables table", name);
	}
}

/* The legacy tables, where ours are those of nft. */
static void tell_legacy(const struct backend *b)
{
	static const char *const targets[] = { " -j DNAT ", " -j REDIRECT ", " -j NETMAP " };
	struct backend legacy;
	char why[BACKEND_WHY_SIZE];
	char *text = NULL;
	bool found = false;

	if (b->kind == BACKEND_LEGACY || backend_open(&legacy, b->family, BACKEND_LEGACY, why))
		return;
	text = backend_save(&legacy, false, why);
	for (size_t i = 0; text && i < sizeof(targets) / sizeof(targets[0]); i++)
		found |= strstr(text, targets[i]) != NULL;
	if (found)
		warn(b->family, legacy.tool, "-t nat");
	free(text);
}

void translated_tell(const struct backend *b)
{
	tell_nftables(b);
	tell_legacy(b);
}
