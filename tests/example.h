/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The example file that a program ships ends with its table of keywords. */
#ifndef TESTS_EXAMPLE_H
#define TESTS_EXAMPLE_H

#include <stddef.h>

#include "common/keywords.h"

enum { EXAMPLE_SIZE = 16384 };

/*
 * Reads the example at path (from the top of the tree) into text; fails the
 * test where its end is not what the table says. Returns its length.
 */
size_t example_check(const char *path, const struct keyword *table, size_t count, char text[EXAMPLE_SIZE]);

#endif
