/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capability that raw packets need (capabilities(7)): used to open them, and then dropped for good. */
#ifndef UTURN_TRACE_PRIVILEGE_H
#define UTURN_TRACE_PRIVILEGE_H

#include <stdbool.h>

bool privilege_is_there(void); /* CAP_NET_RAW */
/* Every capability, whatever user this is; false where one is left. */
bool privilege_drop(void);

#endif
