/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uturn-web.conf(5) says, as plain memory without pointers. How it is
 * read: web_config_file.h.
 */
#ifndef UTURN_WEB_WEB_CONFIG_H
#define UTURN_WEB_WEB_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"
#include "quota.h"

enum {
	WEB_LISTENERS = 16,
	WEB_DATABASES = 8,
	WEB_ORIGINS = 8,
	WEB_RESOLVERS = 4,
	WEB_PROXIES = 16,
	WEB_METRICS_LISTENERS = 4, /* among the others */
	WEB_METRICS_READERS = 16,
	WEB_PATH_SIZE = 256,
	WEB_URL_SIZE = 256,
	WEB_TEXT_SIZE = 200,
	WEB_NOTICE_SIZE = 500,
	WEB_WHY_SIZE = 1024
};

/* Where the service keeps what it is given: certificates, and the challenges for them. */
#define WEB_STATE "/var/lib/uturn-web"

struct web_listen {
	struct addr addr;
	uint16_t port;
	bool is_tls;
	bool is_metrics; /* and nothing else */
};

struct web_config {
	struct web_listen listeners[WEB_LISTENERS];
	unsigned listener_count;
	char certificate[WEB_PATH_SIZE], key[WEB_PATH_SIZE], acme_webroot[WEB_PATH_SIZE]; /* "": none */
	char control[108], user[33];
	char databases[WEB_DATABASES][WEB_PATH_SIZE];
	unsigned database_count;
	char origins[WEB_ORIGINS][WEB_URL_SIZE];
	unsigned origin_count;
	struct addr resolvers[WEB_RESOLVERS];
	unsigned resolver_count;
	struct prefix proxies[WEB_PROXIES];
	unsigned proxy_count;
	struct prefix metrics_readers[WEB_METRICS_READERS]; /* who may read /metrics on any listener */
	unsigned metrics_reader_count;
	char page4[WEB_URL_SIZE], page6[WEB_URL_SIZE];
	/* UTF-8 without control characters, for the page; "": none */
	char title[WEB_TEXT_SIZE], operator_name[WEB_TEXT_SIZE], contact[WEB_TEXT_SIZE], notice[WEB_NOTICE_SIZE];
	char logo[WEB_PATH_SIZE];
	bool resolve, redirect_to_https;
	uint8_t max_ttl, attempts, hop_offset;
	struct allowance allowance;
	/* where the file has them, for what is said about what they name; 0: nowhere */
	struct {
		unsigned certificate, key, logo, user, acme_webroot, databases[WEB_DATABASES];
	} lines;
};

#endif
