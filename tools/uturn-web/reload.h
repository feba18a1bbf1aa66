/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGHUP: the configuration again, certificates and databases with it. */
#ifndef UTURN_WEB_RELOAD_H
#define UTURN_WEB_RELOAD_H

#include "server.h"

/* All of it, or nothing: whatever is wrong leaves everything as it was. */
void server_reload(struct server *s);

#endif
