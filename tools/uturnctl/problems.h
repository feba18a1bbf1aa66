/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a status an operator should do something about, each in one line with its remedy. Pure. */
#ifndef UTURNCTL_PROBLEMS_H
#define UTURNCTL_PROBLEMS_H

#include <jansson.h>

/*
 * status: uturnd's answer, with `rules` and `queues` as status_add() adds them.
 * Fields that are missing or of another type are no problem. Returns a new
 * reference to an array of strings, empty where all is well.
 */
json_t *problems_find(const json_t *status);

#endif
