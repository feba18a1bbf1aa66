/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capability that raw packets need (capabilities(7)), in the order of use:
 * kept aside until sockets are opened, and then dropped for good. Root is left
 * before anything is parsed that came from the network.
 */
#ifndef UTURN_TRACE_PRIVILEGE_H
#define UTURN_TRACE_PRIVILEGE_H

#include <stdbool.h>

/* First of all: a set-user-ID program becomes who started it, and no capability but root's is in effect. */
bool privilege_begin(void);
/* Root becomes the user of sudo(8), or nobody; CAP_NET_RAW alone is left, and not in effect. */
bool privilege_lower(void);
bool privilege_is_there(void); /* CAP_NET_RAW, in effect or aside */
bool privilege_raise(void); /* puts it into effect */
/* Every capability, and root; false where one is left. */
bool privilege_drop(void);

#endif
