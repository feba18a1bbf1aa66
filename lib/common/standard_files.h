/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A caller may start us with standard input, output or error closed; the next
 * socket or pipe would take their place, and what is printed would go into it.
 */
#ifndef UTURN_COMMON_STANDARD_FILES_H
#define UTURN_COMMON_STANDARD_FILES_H

void standard_files_open(void); /* first of all in main() */

#endif
