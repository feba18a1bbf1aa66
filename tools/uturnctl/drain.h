/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl drain`: the time that is asked for, and how what is left of it is written. */
#ifndef UTURNCTL_DRAIN_H
#define UTURNCTL_DRAIN_H

#include <jansson.h>
#include <stdbool.h>

enum { DRAIN_LEFT_SIZE = 96 };

/* "90s", "10m", "2h" or "off", which is 0; false where it is anything else, or longer than a day. */
bool drain_time(const char *text, unsigned *seconds);

/* "draining, 9 minutes 58 seconds left"; false where no "draining_s" is in the answer. */
bool drain_words(const json_t *answer, char words[DRAIN_LEFT_SIZE]);

#endif
