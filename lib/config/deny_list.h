/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of `deny-file` (uturnd.conf(5)): a prefix a line, read into a set that can be searched. */
#ifndef UTURN_CONFIG_DENY_LIST_H
#define UTURN_CONFIG_DENY_LIST_H

#include <stddef.h>

#include "packet/prefix_set.h"

struct config;

enum {
	DENY_PREFIXES = 1 << 19, /* of all files together */
	DENY_SPANS = 2 * DENY_PREFIXES, /* of one family, at most */
};

struct deny_list {
	struct prefix_span4 *spans4;
	struct prefix_span6 *spans6;
	uint32_t count4, count6;
	uint32_t prefixes;
};

/*
 * Reads all files of the configuration. Returns 0, or -1 with words in why:
 * "FILE:LINE: words, remedy"; *list belongs to the caller until
 * deny_list_free(), and is empty after -1.
 */
int deny_list_read(const struct config *config, struct deny_list *list, char *why, size_t why_size);
void deny_list_free(struct deny_list *list);

struct prefix_set deny_list_set(const struct deny_list *list);

#endif
