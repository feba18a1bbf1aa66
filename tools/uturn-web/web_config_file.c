/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "web_config_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web_keywords.h"

const char web_config_path[] = "/etc/uturn/uturn-web.conf";

static struct keyword_table table_of(void)
{
	struct keyword_table table = { .manual = "uturn-web.conf(5)" };

	table.rows = web_keywords(&table.count);
	return table;
}

static void set_defaults(struct web_config *c)
{
	struct keyword_table table = table_of();
	unsigned seen[WEB_SLOT_COUNT] = { 0 };

	memset(c, 0, sizeof(*c));
	keywords_default(&table, c, seen);
	/* a list to which the file adds starts empty; check_whole() adds its default */
	c->listener_count = 0;
	c->metrics_reader_count = 0;
}

/* Of the lists to which a file adds. There is room: WEB_METRICS_LISTENERS are fewer than WEB_LISTENERS. */
static void add_defaults(struct reading *r)
{
	static const struct prefix loopback4 = { { 4, { 127 } }, 8 }, loopback6 = { { 6, { [15] = 1 } }, 128 };
	struct web_config *c = r->config;
	bool has_pages = false;

	for (unsigned i = 0; i < c->listener_count; i++)
		has_pages |= !c->listeners[i].is_metrics;
	if (!has_pages)
		c->listeners[c->listener_count++] = (struct web_listen){ .addr = { .family = 6 }, .port = 80 };
	if (r->seen[WEB_SLOT_METRICS] || r->seen[WEB_SLOT_METRICS_OFF])
		return;
	c->metrics_readers[c->metrics_reader_count++] = loopback4;
	c->metrics_readers[c->metrics_reader_count++] = loopback6;
}

/* What depends on more than one line. */
static bool check_whole(struct reading *r)
{
	struct web_config *c = r->config;
	bool has_pair = *c->certificate && *c->key;

	add_defaults(r);
	if (!has_pair && (*c->certificate || *c->key)) {
		r->line = r->seen[*c->key ? WEB_SLOT_KEY : WEB_SLOT_CERTIFICATE];
		return reading_refuse(r, "%s: a pair is needed, add '%s FILE'", *c->key ? "key" : "certificate",
			*c->key ? "certificate" : "key");
	}
	for (unsigned i = 0; i < c->listener_count; i++)
		if (c->listeners[i].is_tls && !has_pair)
			return reading_refuse(r, "listen: tls needs a pair, add 'certificate FILE' and 'key FILE'");
	return true;
}

int web_config_parse(const char *name, const char *text, size_t len, struct web_config *c, char *why, size_t why_size)
{
	struct keyword_table table = table_of();
	unsigned seen[WEB_SLOT_COUNT] = { 0 };
	struct web_config *read = malloc(sizeof(*read));
	struct reading r = { &table, name, 0, read, seen, why, why_size };
	bool is_right;

	if (!read) {
		snprintf(why, why_size, "%s: out of memory", name);
		return -1;
	}
	set_defaults(read);
	is_right = keywords_read(&r, text, len) && check_whole(&r);
	read->lines.certificate = seen[WEB_SLOT_CERTIFICATE];
	read->lines.key = seen[WEB_SLOT_KEY];
	read->lines.logo = seen[WEB_SLOT_LOGO];
	read->lines.user = seen[WEB_SLOT_USER];
	read->lines.acme_webroot = seen[WEB_SLOT_ACME_WEBROOT];
	if (is_right)
		*c = *read;
	free(read);
	return is_right ? 0 : -1;
}

int web_config_load(const char *path, struct web_config *c, char *why, size_t why_size)
{
	const char *name = path ? path : web_config_path;
	size_t len;
	char *text = keywords_file(name, !path, &len, why, why_size);
	int result;

	if (!text)
		return -1;
	result = web_config_parse(name, text, len, c, why, why_size);
	free(text);
	return result;
}
