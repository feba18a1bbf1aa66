/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char history_config_path[] = "/etc/uturn/uturn-history.conf";

static struct keyword_table table_of(void)
{
	struct keyword_table table = { .manual = "uturn-history.conf(5)" };

	table.rows = history_keywords(&table.count);
	return table;
}

static void set_defaults(struct history_config *c)
{
	struct keyword_table table = table_of();
	unsigned seen[HISTORY_SLOTS] = { 0 };
	char name[KEPT_HOST_SIZE] = "";

	memset(c, 0, sizeof(*c));
	keywords_default(&table, c, seen);
	if (gethostname(name, sizeof(name) - 1) == 0 && *name)
		memcpy(c->host, name, sizeof(name));
	else
		strcpy(c->host, "localhost");
}

static void finish(struct history_config *c)
{
	if (!c->source_count)
		strcpy(c->sources[c->source_count++].path, "/run/uturn/control");
	for (unsigned i = 0; i < c->source_count; i++)
		if (!*c->sources[i].host)
			memcpy(c->sources[i].host, c->host, sizeof(c->host));
}

int history_config_parse(const char *name, const char *text, size_t len, struct history_config *c, char *why,
	size_t why_size)
{
	struct keyword_table table = table_of();
	unsigned seen[HISTORY_SLOTS] = { 0 };
	struct reading r = { &table, name, 0, c, seen, why, why_size };

	set_defaults(c);
	if (!keywords_read(&r, text, len))
		return -1;
	finish(c);
	return 0;
}

/* The default file may be missing: then all values are the defaults. */
int history_config_load(const char *path, struct history_config *c, char *why, size_t why_size)
{
	const char *name = path ? path : history_config_path;
	size_t len;
	char *text;
	int result;

	if (!path && access(name, F_OK) != 0)
		return history_config_parse(name, "", 0, c, why, why_size);
	text = keywords_file(name, !path, &len, why, why_size);
	if (!text)
		return -1;
	result = history_config_parse(name, text, len, c, why, why_size);
	free(text);
	return result;
}
