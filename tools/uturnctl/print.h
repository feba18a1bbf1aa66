/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturnd's answers for people. None of it trusts the answer to hold what it should. */
#ifndef UTURNCTL_PRINT_H
#define UTURNCTL_PRINT_H

#include <jansson.h>
#include <stdbool.h>

void print_status(const json_t *status);
void print_counters(const json_t *counters, bool is_all); /* all: those at 0, too */
void print_event(const json_t *event); /* a line of watch */

#endif
