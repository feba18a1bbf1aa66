/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UTURNCTL_STATUS_H
#define UTURNCTL_STATUS_H

#include <jansson.h>

/*
 * Adds to uturnd's answer what this host says: `rules` (state.json, NULL: "not
 * kept"), `queues` of the text of nfnetlink_queue (NULL, not readable: absent),
 * and `problems`. Pure.
 */
void status_add(json_t *status, json_t *rules, const char *queues);

#endif
