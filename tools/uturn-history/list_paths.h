/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The paths of one series: routers with their shares and times, and the delay day by day. */
#ifndef UTURN_HISTORY_LIST_PATHS_H
#define UTURN_HISTORY_LIST_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "path_sums.h"
#include "store_read.h"

enum { LIST_DAYS = 30 }; /* without a time: of the days before the last trace */

/* Of traces from since_ms on, INT64_MIN: of the last LIST_DAYS. False: the database, or no memory, with words by store_why(). */
bool list_paths_print(struct store *store, const struct store_series *s, int64_t since_ms);
bool list_paths_json(struct store *store, const struct store_series *s, int64_t since_ms);
/* What both print, for path_sums_done(). */
bool list_paths_sum(struct store *store, const struct store_series *s, int64_t since_ms, struct path_sums *p);

/* One block character for each day from the first to the last, a space where there was no trace; size: DELAY_SIZE. */
enum { DELAY_DAYS = 400, DELAY_SIZE = DELAY_DAYS * 3 + 1 };
const char *list_delay_line(struct path_sums *p, char text[DELAY_SIZE], uint32_t *least_us, uint32_t *most_us);

#endif
