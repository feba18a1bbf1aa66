/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces as JSON: one of uturnd (uturn-control(7)), and one as uturn-history
 * exports it (uturn-history(8)).
 */
#ifndef UTURN_HISTORY_KEPT_JSON_H
#define UTURN_HISTORY_KEPT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "kept.h"

enum { KEPT_JSON_VERSION = 1 };

/*
 * All of a trace of uturnd with its hops; false with words. host: who has seen it, unless the
 * object says so. *k is as kept_init() left it, and is to be given to
 * kept_done() whatever the result.
 */
bool kept_read_uturnd(struct kept *k, const json_t *trace, const char *host, bool is_full, char *why, size_t why_size);

/* A line of export; an address that is not a prefix's is cut to it, unless is_full. */
bool kept_read_exported(struct kept *k, const json_t *trace, bool is_full, char *why, size_t why_size);
bool kept_is_exported(const json_t *trace);
/* A new reference; NULL: no memory. */
json_t *kept_json(const struct kept *k);

#endif
