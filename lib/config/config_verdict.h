/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict of `uturnctl spoof-check --save`, for `answer-from auto`: a line
 * a family, `answer-from4 router|self` and `answer-from6 router|self`, with
 * comments as in uturnd.conf(5).
 */
#ifndef UTURN_CONFIG_CONFIG_VERDICT_H
#define UTURN_CONFIG_CONFIG_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config_types.h"

struct config_verdict {
	bool is_known4, is_known6;
	enum answer_from answer_from4, answer_from6; /* where known */
};

enum { CONFIG_VERDICT_WORDS_SIZE = 160 };

extern const char config_verdict_path[], config_verdict_folder[];

/* Returns 0, or -1 with why as "FILE:LINE: words, remedy". Of a file that does not exist no verdict is known. */
int config_verdict_load(const char *path, struct config_verdict *v, char *why, size_t why_size);

/* Decides where the configuration says `auto`; -1 with why, *c unchanged, where the file is broken. */
int config_verdict_choose(const char *path, struct config *c, char *why, size_t why_size);
/* Words for the log: "answer-from auto: IPv4 self, IPv6 router (...)"; "" where the configuration says no `auto`. */
const char *config_verdict_words(const struct config *c, char words[CONFIG_VERDICT_WORDS_SIZE]);

#endif
