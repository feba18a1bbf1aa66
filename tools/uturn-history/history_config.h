/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uturn-history.conf(5) says, as plain memory without pointers. */
#ifndef UTURN_HISTORY_HISTORY_CONFIG_H
#define UTURN_HISTORY_HISTORY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/keywords.h"
#include "kept.h"

enum { HISTORY_SOURCES = 32, HISTORY_DATABASES = 8, HISTORY_PATH_SIZE = 256, HISTORY_URI_SIZE = 1024 };

struct history_source {
	char path[HISTORY_PATH_SIZE]; /* of a control socket, a file, or "-" */
	char host[KEPT_HOST_SIZE]; /* "": this host */
};

struct history_config {
	struct history_source sources[HISTORY_SOURCES];
	unsigned source_count;
	char database[HISTORY_URI_SIZE], host[KEPT_HOST_SIZE], user[33];
	char listen[HISTORY_PATH_SIZE]; /* of the page, see serve_listen.h */
	int64_t keep_ms; /* 0: all is kept */
	int64_t max_bytes; /* 0: no limit */
	bool is_full;
	char databases[HISTORY_DATABASES][HISTORY_PATH_SIZE]; /* of MaxMind */
	unsigned database_count;
};

enum history_slot {
	HISTORY_SLOT_NONE,
	HISTORY_SLOT_DATABASE,
	HISTORY_SLOT_HOST,
	HISTORY_SLOT_KEEP,
	HISTORY_SLOT_MAX_SIZE,
	HISTORY_SLOT_FULL,
	HISTORY_SLOT_USER,
	HISTORY_SLOT_LISTEN,
	HISTORY_SLOTS
};

const struct keyword *history_keywords(size_t *count);

/* 0 or -1 with words. path NULL: the default file, which need not be there. */
int history_config_load(const char *path, struct history_config *c, char *why, size_t why_size);
int history_config_parse(const char *name, const char *text, size_t len, struct history_config *c, char *why,
	size_t why_size);
extern const char history_config_path[];

/* "90d", "12h", "30m", "10s" in ms; false: something else, or more than 100 years. */
bool history_span_parse(const char *text, int64_t *ms);

#endif
