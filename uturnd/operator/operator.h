/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operator asks of a running daemon by signal or by the control socket: to reload its configuration. */
#ifndef UTURN_OPERATOR_OPERATOR_H
#define UTURN_OPERATOR_OPERATOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct deny_list;

/*
 * Reads the configuration again (path NULL: the default file). Returns false if
 * it is wrong, with words in why and in the log; *config is unchanged then.
 * Otherwise *answer is a new reference to the answer to "reload" (NULL without memory):
 * "until_restart", keywords that only a restart can change and that keep their values,
 * and "rules", those that have changed and that uturn-rules reads as well.
 * is_followed: the rules follow by themselves.
 * denied: the files of deny-file, read again; the caller's to free where true is returned.
 */
bool operator_reload(struct config *config, const char *path, bool is_followed, struct deny_list *denied,
	json_t **answer, char *why, size_t why_size);

#endif
