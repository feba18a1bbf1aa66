/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a new trace says about its series is kept as well. */
#ifndef UTURN_HISTORY_STORE_CHANGES_H
#define UTURN_HISTORY_STORE_CHANGES_H

#include "kept_bytes.h"
#include "store_state.h"

/* 0 or a negative errno of the database. */
int64_t store_judge(struct store *s, struct store_written *w, const struct kept *k, const struct kept_path *path,
	int64_t at_ms);

#endif
