/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture of `logo` of uturn-web.conf(5), read at the start and at each reload. */
#ifndef UTURN_WEB_LOGO_H
#define UTURN_WEB_LOGO_H

#include <stddef.h>

enum { LOGO_MOST = 64 * 1024 };

struct logo {
	const char *type; /* its media type; NULL: there is none */
	size_t len;
	char bytes[LOGO_MOST];
};

/*
 * What may be in it, a page never runs: it is sent with a policy that forbids
 * scripts. Path "": none. 0, or a negative errno with words in why, then *l is
 * as it was.
 */
int logo_read(struct logo *l, const char *path, char *why, size_t why_size);

#endif
