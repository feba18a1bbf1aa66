/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uturnd.conf(5): `keyword value` lines, one table of keywords.
 *
 * config_load() and config_parse() start from the defaults, and change *c only
 * where the whole file is right; the first wrong line is named in `why` as
 * "FILE:LINE: words, remedy".
 */
#ifndef UTURN_CONFIG_CONFIG_H
#define UTURN_CONFIG_CONFIG_H

#include <stddef.h>

#include "config/config_types.h"

extern const char config_path[]; /* the default file, uturnd.conf(5) */

void config_default(struct config *c);

/*
 * Both return 0, or -1 with why filled in; path NULL is the default file, which has to exist. `answer-from auto` is
 * `router` to config_parse(), and what config_verdict.h knows to config_load().
 */
int config_load(const char *path, struct config *c, char *why, size_t why_size);
int config_parse(const char *name, const char *text, size_t len, struct config *c, char *why, size_t why_size);

/*
 * What the operator should know about a highest TTL above CONFIG_SYN_TTL_MAX: from how many hops away ordinary
 * packets arrive with such a TTL; "" for a lower one. Returns words.
 */
enum { CONFIG_TTL_WORDS_SIZE = 224 };
const char *config_ttl_words(unsigned max_ttl, char words[CONFIG_TTL_WORDS_SIZE]);

/* The number of workers: one for each queue. */
unsigned config_workers(const struct config *c);
/*
 * The configuration of one worker: its part of the limits that are for all
 * together. The kernel distributes the probers of a network over the workers,
 * but all packets of one prober go to the same.
 */
void config_share(const struct config *whole, struct config *share);

#endif
