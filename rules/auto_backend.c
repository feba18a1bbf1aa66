/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "auto_backend.h"

#include <stdbool.h>

#include "cli.h"
#include "nft_backend.h"
#include "nft_change.h"
#include "nftables.h"

static bool has_iptables(const struct cli *c)
{
	char ignored[BACKEND_WHY_SIZE];
	struct backend b;

	for (int family = 4; family <= 6; family += 2)
		if (cli_wants(c, family) && backend_open(&b, family, BACKEND_AUTO, ignored) == 0)
			return true;
	return false;
}

static bool takes_plan(const struct cli *c)
{
	const struct nft_plan n = nft_backend_plan(&c->plan, cli_wants(c, 4), cli_wants(c, 6));
	char ignored[BACKEND_WHY_SIZE];

	return !nft_backend_has_iptables(ignored) && nft_change_try(&n, ignored) == 0;
}

void auto_backend_choose(struct cli *c)
{
	const bool applies = c->operation == APPLY || c->operation == KEEP;
	char ignored[BACKEND_WHY_SIZE];

	if (c->backend != BACKEND_AUTO || c->operation == PRINT || nft_backend_accepts(c, ignored, sizeof(ignored)))
		return;
	/* --deny-set names an ipset unless --backend nftables was given */
	if (nftables_exists(ignored) > 0 || (!has_iptables(c) && !*c->plan.deny[0].name && (!applies || takes_plan(c))))
		c->backend = BACKEND_NFTABLES;
}
