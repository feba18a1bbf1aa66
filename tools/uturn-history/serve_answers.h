/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the page asks a store, as JSON. Each answer is bounded: a page of rows,
 * so many traces of a picture.
 *
 * A new reference, which has "error" where the question is wrong; NULL: the
 * store has failed, see store_why(). Arguments are the text of a stranger, NULL where they are missing.
 */
#ifndef UTURN_HISTORY_SERVE_ANSWERS_H
#define UTURN_HISTORY_SERVE_ANSWERS_H

#include <jansson.h>
#include <stdint.h>

#include "store_read.h"

enum {
	ANSWER_SERIES = 50, /* a page */
	ANSWER_CHANGES = 20,
	ANSWER_TRACES = 50, /* a page */
	ANSWER_PICTURE = 20000, /* traces of a picture, the last ones */
};

/* q: a prefix, an address, an AS or "": all; page: "0" and on. Series, and the last changes. */
json_t *answer_search(struct store *s, const char *q, const char *page);
/* The ways of a series over some days, "1" to "3660", by day of UTC, to now. */
json_t *answer_ways(struct store *s, const char *series, const char *days, int64_t now_ms);
/* Traces of a series before a time in ms since 1970, the newest first. */
json_t *answer_traces(struct store *s, const char *series, const char *before);
json_t *answer_trace(struct store *s, const char *id);

/* What the answers share. */
json_t *answer_error(const char *words);
/* The name of an AS goes to the object `names`, once, where it is known. */
void answer_name(struct store *s, json_t *names, uint32_t asn);
/* {"router", "as", "special": {"name", "rfc"}} */
json_t *answer_router(struct store *s, json_t *names, const struct kept_router *r);
json_t *answer_change(struct store *s, json_t *names, const struct store_change *c);
json_t *answer_series(struct store *s, json_t *names, const struct store_series *series);
/* A number from 0 to most; -1: something else. */
int64_t answer_number(const char *text, int64_t most);

#endif
