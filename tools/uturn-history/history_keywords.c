/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "db.h"
#include "history_config.h"
#include "serve_listen.h"

static bool is_host(const char *word)
{
	for (const char *c = word; *c; c++)
		if (*c <= 0x20 || *c > 0x7e)
			return false;
	return *word && strlen(word) < KEPT_HOST_SIZE;
}

static bool set_source(struct reading *r, const struct keyword *k, char **words)
{
	struct history_config *c = r->config;
	struct history_source *s = &c->sources[c->source_count];

	if (c->source_count == HISTORY_SOURCES)
		return reading_refuse(r, "%s: more than %d lines", k->name, HISTORY_SOURCES);
	if (strcmp(words[1], "-") != 0 && *words[1] != '/')
		return reading_refuse(r, "%s: '%s' is neither - nor a path that begins with /", k->name, words[1]);
	if (strlen(words[1]) >= sizeof(s->path))
		return reading_refuse(r, "%s: longer than %zu bytes", k->name, sizeof(s->path) - 1);
	if (words[2] && !is_host(words[2]))
		return reading_refuse(r, "%s: '%s' is not a name of at most %d printable characters", k->name, words[2],
			KEPT_HOST_SIZE - 1);
	memset(s, 0, sizeof(*s));
	memcpy(s->path, words[1], strlen(words[1]));
	if (words[2])
		memcpy(s->host, words[2], strlen(words[2]));
	c->source_count++;
	return true;
}

static bool set_database(struct reading *r, const struct keyword *k, char **words)
{
	const size_t len = strlen(words[1]);

	if (!db_is_postgres(words[1]) && *words[1] != '/')
		return reading_refuse(r, "%s: '%s' is neither postgresql://... nor a path that begins with /", k->name,
			words[1]);
	if (len >= k->size)
		return reading_refuse(r, "%s: longer than %zu bytes", k->name, k->size - 1);
	memset((char *)r->config + k->offset, 0, k->size);
	memcpy((char *)r->config + k->offset, words[1], len);
	return reading_once(r, k, k->slot);
}

static bool set_mmdb(struct reading *r, const struct keyword *k, char **words)
{
	struct history_config *c = r->config;

	if (c->database_count == HISTORY_DATABASES)
		return reading_refuse(r, "%s: more than %d lines", k->name, HISTORY_DATABASES);
	if (*words[1] != '/' || strlen(words[1]) >= HISTORY_PATH_SIZE)
		return reading_refuse(r, "%s: '%s' is not a path that begins with /, of less than %d bytes", k->name,
			words[1], HISTORY_PATH_SIZE);
	strcpy(c->databases[c->database_count++], words[1]);
	return true;
}

static bool set_host_name(struct reading *r, const struct keyword *k, char **words)
{
	struct history_config *c = r->config;

	if (!is_host(words[1]))
		return reading_refuse(r, "%s: '%s' is not a name of at most %d printable characters", k->name, words[1],
			KEPT_HOST_SIZE - 1);
	memset(c->host, 0, sizeof(c->host));
	memcpy(c->host, words[1], strlen(words[1]));
	return reading_once(r, k, k->slot);
}

bool history_span_parse(const char *text, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
	unsigned long n;
	const char *unit = number_parse(text, "smhd", &n);

	for (size_t i = 0; unit && i < sizeof(units) / sizeof(units[0]); i++) {
		if (*unit != units[i].unit || unit[1])
			continue;
		*ms = n <= 36525UL * 86400 ? (int64_t)n * units[i].ms : INT64_MAX;
		return *ms <= INT64_C(36525) * 86400000;
	}
	return false;
}

/* Less than a day would forget paths that are still in use. */
static bool set_keep(struct reading *r, const struct keyword *k, char **words)
{
	struct history_config *c = r->config;

	c->keep_ms = 0;
	if (strcmp(words[1], "all") != 0 && (!history_span_parse(words[1], &c->keep_ms) || c->keep_ms < 86400000))
		return reading_refuse(r, "%s: '%s' is neither a time of a day or more, such as 90d, nor all", k->name,
			words[1]);
	return reading_once(r, k, k->slot);
}

static bool set_size(struct reading *r, const struct keyword *k, char **words)
{
	struct history_config *c = r->config;
	unsigned long n;
	const char *unit = number_parse(words[1], "MGT", &n);
	const int shift = !unit || !*unit || unit[1] ? 0 : *unit == 'M' ? 20 : *unit == 'G' ? 30 : 40;

	c->max_bytes = 0;
	if (strcmp(words[1], "none") != 0 && (!shift || !n || n > 1UL << 20 || (shift == 20 && n < 16)))
		return reading_refuse(r, "%s: '%s' is neither a size of 16M or more, such as 1G, nor none", k->name,
			words[1]);
	if (shift)
		c->max_bytes = (int64_t)n << shift;
	return reading_once(r, k, k->slot);
}

static bool set_listen(struct reading *r, const struct keyword *k, char **words)
{
	struct history_config *c = r->config;
	struct serve_listen l;
	char why[256];

	if (!serve_listen_parse(words[1], &l, why, sizeof(why)))
		return reading_refuse(r, "%s: %s", k->name, why);
	snprintf(c->listen, sizeof(c->listen), "%s", words[1]);
	return reading_once(r, k, k->slot);
}

static const char *const confirmations[] = { "no", "yes", NULL };

#define FIELD(name) .offset = offsetof(struct history_config, name), .size = sizeof(((struct history_config *)0)->name)

/* clang-format off */
static const struct keyword keywords[] = {
	{ "source", "PATH|- [HOST]", "", "control socket of a uturnd, a file or pipe of traces, or standard input; HOST: whose traces",
	  set_source, 1, .slot = HISTORY_SLOT_NONE, .optional = 1 },
	{ "database", "FILE|URI", "/var/lib/uturn-history/history.db", "where traces are kept: an SQLite file, or postgresql://...",
	  set_database, 1, HISTORY_SLOT_DATABASE, FIELD(database) },
	{ "host", "NAME", "", "the name of this host, instead of its own",
	  set_host_name, 1, HISTORY_SLOT_HOST, FIELD(host) },
	{ "keep", "T|all", "90d", "how long traces are kept",
	  set_keep, 1, .slot = HISTORY_SLOT_KEEP },
	{ "max-size", "N|none", "1G", "bytes that are kept; beyond that the oldest go first",
	  set_size, 1, .slot = HISTORY_SLOT_MAX_SIZE },
	{ "full-address", "yes|no", "no", "keep addresses of probers, instead of the /24 or /48 that they are in",
	  set_choice, 1, HISTORY_SLOT_FULL, FIELD(is_full), .choices = confirmations },
	{ "mmdb", "FILE", "", "database of autonomous systems, such as GeoLite2 ASN or IPinfo Lite",
	  set_mmdb, 1, .slot = HISTORY_SLOT_NONE },
	{ "user", "NAME", "uturn-history", "user that record and serve become where they are started as root",
	  set_name, 1, HISTORY_SLOT_USER, FIELD(user) },
	{ "listen", "ADDR:PORT|PATH", "127.0.0.1:8470", "where uturn-history serve has its page: the loopback, or a Unix socket",
	  set_listen, 1, HISTORY_SLOT_LISTEN, FIELD(listen) },
};
/* clang-format on */

const struct keyword *history_keywords(size_t *count)
{
	*count = sizeof(keywords) / sizeof(keywords[0]);
	return keywords;
}
