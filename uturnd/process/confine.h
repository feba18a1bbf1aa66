/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a process of uturnd drops its privileges and sandboxes itself.
 * Both return 0, or a negative errno with words in why.
 */
#ifndef UTURN_PROCESS_CONFINE_H
#define UTURN_PROCESS_CONFINE_H

#include <stddef.h>

struct config;

/* Call it first: from now on signals may be sent to processes of uturnd alone. */
int confine_signals(char *why, size_t why_size);

/*
 * Call it when everything is open. Becomes the user of the configuration, keeping
 * CAP_NET_ADMIN and CAP_NET_RAW. path: of the configuration; NULL in the process
 * of a worker, which needs no file and is killed when its parent ends.
 */
int confine(const struct config *config, const char *path, char *why, size_t why_size);

#endif
