/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords of uturn-web.conf(5), and which of them may stand once. */
#ifndef UTURN_WEB_WEB_KEYWORDS_H
#define UTURN_WEB_WEB_KEYWORDS_H

#include <stddef.h>

#include "common/keywords.h"

enum web_slot {
	WEB_SLOT_NONE,
	WEB_SLOT_CERTIFICATE,
	WEB_SLOT_KEY,
	WEB_SLOT_ACME_WEBROOT,
	WEB_SLOT_CONTROL,
	WEB_SLOT_REDIRECT,
	WEB_SLOT_RESOLVE,
	WEB_SLOT_HOP_OFFSET,
	WEB_SLOT_MAX_TTL,
	WEB_SLOT_ATTEMPTS,
	WEB_SLOT_PAGE4,
	WEB_SLOT_PAGE6,
	WEB_SLOT_USER,
	WEB_SLOT_TITLE,
	WEB_SLOT_OPERATOR,
	WEB_SLOT_CONTACT,
	WEB_SLOT_NOTICE,
	WEB_SLOT_LOGO,
	WEB_SLOT_METRICS,
	WEB_SLOT_METRICS_OFF,
	WEB_SLOT_LIMIT, /* and one for each of its words */
	WEB_SLOT_LIMIT_LAST = WEB_SLOT_LIMIT + 3,
	WEB_SLOT_COUNT
};

/* Their rows, which fill a struct web_config. */
const struct keyword *web_keywords(size_t *count);

#endif
