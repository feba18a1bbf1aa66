/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that others read while they are written: whole, or as they were. */
#ifndef UTURNCTL_FILE_REPLACE_H
#define UTURNCTL_FILE_REPLACE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * By a new file in the same folder, mode 0644, that takes the name of the old
 * one. is_durable: synced to the disk before. 0, or a negative errno with
 * nothing changed and nothing left behind.
 */
int file_replace(const char *path, const char *text, size_t len, bool is_durable);

#endif
