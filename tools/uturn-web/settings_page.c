/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings_page.h"

#include <stdio.h>
#include <string.h>

/* web_keywords.c lets nothing into an origin that would need quoting here */
void settings_page_set(struct settings_page *p, const struct web_config *c)
{
	int len = 0;

	snprintf(p->policy, sizeof(p->policy),
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'%s%s%s%s; "
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		*c->page4 ? " " : "", c->page4, *c->page6 ? " " : "", c->page6);
	len += snprintf(p->json, sizeof(p->json), "{\"max_ttl\":%u", c->max_ttl);
	if (*c->page4)
		len += snprintf(p->json + len, sizeof(p->json) - (size_t)len, ",\"page4\":\"%s\"", c->page4);
	if (*c->page6)
		len += snprintf(p->json + len, sizeof(p->json) - (size_t)len, ",\"page6\":\"%s\"", c->page6);
	snprintf(p->json + len, sizeof(p->json) - (size_t)len, "}\n");
}
