/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answers of uturnd as text on standard output. Fields that are missing or of another type are tolerated. */
#ifndef UTURNCTL_PRINT_H
#define UTURNCTL_PRINT_H

#include <jansson.h>
#include <stdbool.h>

void print_status(const json_t *status);
void print_counters(const json_t *counters, bool is_all); /* all: also those that are 0 */
void print_event(const json_t *event); /* one line of watch */

#endif
