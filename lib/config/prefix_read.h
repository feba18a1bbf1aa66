/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A prefix of a file, with words for what is wrong about it. */
#ifndef UTURN_CONFIG_PREFIX_READ_H
#define UTURN_CONFIG_PREFIX_READ_H

#include <stdbool.h>

#include "common/keywords.h"
#include "packet/addr.h"

/* Cuts the length off the word. Returns false after reading_refuse(); name: of the keyword. */
bool prefix_read(struct reading *r, const char *name, char *word, struct prefix *prefix);

#endif
