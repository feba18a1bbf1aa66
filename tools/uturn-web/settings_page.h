/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the configuration has to say to the page: its settings, and its content security policy. */
#ifndef UTURN_WEB_SETTINGS_PAGE_H
#define UTURN_WEB_SETTINGS_PAGE_H

#include "web_config.h"

struct settings_page {
	char policy[1024]; /* Content-Security-Policy */
	char json[4096]; /* {"page4":...,"title":...} */
};

void settings_page_set(struct settings_page *p, const struct web_config *c);

#endif
