/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings_page.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(json_t *o, const char *name, const char *text)
{
	if (*text)
		json_object_set_new(o, name, json_string(text));
}

/* web_keywords.c lets nothing into an origin that would need quoting in a policy */
void settings_page_set(struct settings_page *p, const struct web_config *c)
{
	json_t *o = json_pack("{si}", "max_ttl", (int)c->max_ttl);
	size_t len;

	snprintf(p->policy, sizeof(p->policy),
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'%s%s%s%s; "
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		*c->page4 ? " " : "", c->page4, *c->page6 ? " " : "", c->page6);
	add(o, "page4", c->page4);
	add(o, "page6", c->page6);
	add(o, "title", c->title);
	add(o, "operator", c->operator_name);
	add(o, "contact", c->contact);
	add(o, "notice", c->notice);
	add(o, "logo", *c->logo ? "/logo" : "");
	len = json_dumpb(o, p->json, sizeof(p->json) - 2, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(o);
	if (!len || len > sizeof(p->json) - 2)
		len = (size_t)snprintf(p->json, sizeof(p->json), "{}"); /* no memory: the page goes without */
	strcpy(p->json + len, "\n");
}
