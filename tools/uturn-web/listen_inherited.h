/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listeners that a service manager has opened, as of uturn-web.socket (sd_listen_fds(3)). */
#ifndef UTURN_WEB_LISTEN_INHERITED_H
#define UTURN_WEB_LISTEN_INHERITED_H

#include "web_config.h"

struct listen_inherited {
	struct {
		int fd;
		struct web_listen at;
	} each[WEB_LISTENERS];
	unsigned count;
};

/* Takes over those of LISTEN_FDS: 0, also if there are none, or a negative errno with words. */
int listen_inherited_take(struct listen_inherited *l, char *why, size_t why_size);

#endif
