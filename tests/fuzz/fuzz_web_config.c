/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as uturn-web.conf: taken whole or refused with words; what is taken can stand in a header and in JSON. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-web/settings_page.h"
#include "tools/uturn-web/web_config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static void check_taken(const struct web_config *c)
{
	struct settings_page page;
	json_t *settings;

	require(c->listener_count >= 1 && c->listener_count <= WEB_LISTENERS);
	for (unsigned i = 0; i < c->listener_count; i++)
		require(c->listeners[i].port != 0 && (!c->listeners[i].is_tls || (*c->certificate && *c->key)));
	require(c->database_count <= WEB_DATABASES && c->origin_count <= WEB_ORIGINS);
	require(c->allowance.traces > 0 && c->allowance.traces_per_prefix > 0);
	require(c->max_ttl >= 1 && c->max_ttl <= 32 && c->attempts >= 1 && c->attempts <= 3);
	settings_page_set(&page, c);
	settings = json_loads(page.json, 0, NULL);
	require(settings != NULL);
	json_decref(settings);
	require(strlen(page.policy) < sizeof(page.policy) - 1 && !strpbrk(page.policy, "\r\n"));
	require(strstr(page.policy, "frame-ancestors 'none'") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct web_config c;
	char why[WEB_WHY_SIZE] = "";

	if (web_config_parse("f", (const char *)data, size, &c, why, sizeof(why)) == 0) {
		check_taken(&c);
		return 0;
	}
	require(strncmp(why, "f:", 2) == 0 && strlen(why) > strlen("f:1: "));
	for (const char *at = why; *at; at++)
		require(*at >= ' ' && *at <= '~');
	return 0;
}
