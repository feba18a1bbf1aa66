/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store_changes.h"

int64_t store_judge(struct store *s, struct store_written *w, const struct kept *k, const struct kept_path *path,
	int64_t at_ms)
{
	(void)s;
	(void)w;
	(void)k;
	(void)path;
	(void)at_ms;
	return 0;
}
