/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a configuration: it is taken whole or refused with words, and
 * what is taken keeps what config.h promises the engine.
 */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "packet/special.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

/* Every byte, padding too: refused means not touched. */
static bool is_same(const void *a, const void *b, size_t len)
{
	return memcmp(a, b, len) == 0;
}

static void check_taken(const struct config *c)
{
	require(c->queue_first <= c->queue_last && c->max_ttl > 0);
	require(c->in_flight > 0 && c->keep_ns >= 100000000 && c->keep_ns <= 600000000000);
	require(c->limit_per_prober > 0 && c->limit_per_network > 0 && c->limit_total > 0);
	require(c->access_count >= 2 && c->access_count <= CONFIG_PREFIXES);
	for (unsigned i = 1; i < c->access_count; i++)
		require(c->access[i].prefix.length <= c->access[i - 1].prefix.length);
	require(c->control[0] == '/' && memchr(c->control, '\0', sizeof(c->control)));
	require(c->user[0] && memchr(c->user, '\0', sizeof(c->user)));
	require(memchr(c->interface, '\0', sizeof(c->interface)));
	require(!c->request && !c->inband);
	require(c->inflection4.family == 0 || addr_is_unicast_host(&c->inflection4));
	require(c->inflection6.family == 0 || addr_is_unicast_host(&c->inflection6));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config c, before;
	char why[CONFIG_WHY_SIZE] = "";

	memset(&before, 0xa5, sizeof(before));
	c = before;
	if (config_parse("f", (const char *)data, size, &c, why, sizeof(why)) == 0) {
		check_taken(&c);
		return 0;
	}
	require(strncmp(why, "f:", 2) == 0 && strlen(why) > strlen("f:1: "));
	require(is_same(&c, &before, sizeof(c)));
	for (const char *at = why; *at; at++)
		require(*at >= ' ' && *at <= '~');
	return 0;
}
