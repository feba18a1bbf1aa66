/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How times, prefixes and series are written, as text and as JSON. */
#ifndef UTURN_HISTORY_HISTORY_PRINT_H
#define UTURN_HISTORY_HISTORY_PRINT_H

#include <jansson.h>
#include <stdint.h>

#include "store_read.h"

enum { PRINT_TIME_SIZE = 24, PRINT_PREFIX_SIZE = 52 };

const char *print_time(int64_t ms, char text[PRINT_TIME_SIZE]); /* local, to the second */
const char *print_prefix(const struct prefix *p, char text[PRINT_PREFIX_SIZE]);
/* "192.0.2.0/24  AS64500 EXAMPLE  from 198.51.100.1 at HOST, udp by uturn: 7300 traces, the last ..." */
void print_series(struct store *store, const struct store_series *s);
json_t *print_series_json(struct store *store, const struct store_series *s);
/* One line of JSON; the reference is taken. */
void print_object(json_t *o);

/* Hops of a path: each with its routers and their round-trip times. */
void print_hops(struct store *store, const struct kept *k);

#endif
