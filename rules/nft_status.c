/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_status.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "nft_plan_family.h"
#include "nftables.h"

static void take(struct counters *c, const char *name, uint64_t packets)
{
	unsigned hop;
	int len = 0;

	if (strcmp(name, "entered") == 0) {
		c->is_loaded = true;
		c->entered = packets;
	} else if (strcmp(name, "limited") == 0) {
		c->limited = packets;
	} else if (strcmp(name, "denied") == 0) {
		c->has_denied = true;
		c->denied = packets;
	} else if (strcmp(name, "untracked") == 0) {
		c->has_untracked = true;
		c->untracked = packets;
	} else if (strcmp(name, "requests") == 0) {
		c->has_requests = true;
		c->requests = packets;
	} else if (sscanf(name, "hop%2u%n", &hop, &len) == 1 && !name[len] && hop >= 1 && hop <= PLAN_HOPS_MAX) {
		c->queued[hop] = packets;
		c->hops = hop > c->hops ? hop : c->hops;
	}
}

static int parse_counters(int family, const char *text, struct counters *c)
{
	const char *prefix = nft_family(family)->name;
	json_t *all = json_loads(text, 0, NULL), *item;
	size_t i;

	json_array_foreach(json_object_get(all, "nftables"), i, item) {
		const char *name;
		json_int_t packets;

		if (json_unpack(item, "{s{sssI}}", "counter", "name", &name, "packets", &packets) == 0 &&
			strncmp(name, prefix, strlen(prefix)) == 0 && name[strlen(prefix)] == '_')
			take(c, name + strlen(prefix) + 1, (uint64_t)packets);
	}
	json_decref(all);
	return all ? 0 : -EINVAL;
}

/* {"queue": {"num": 5}} or {"queue": {"num": {"range": [5, 8]}}} */
static void take_queue(json_t *statement, struct counters *c)
{
	json_t *num = json_object_get(json_object_get(statement, "queue"), "num");
	int first, last;

	if (json_is_integer(num))
		c->queue_first = c->queue_last = (unsigned)json_integer_value(num);
	else if (num && json_unpack(num, "{s[ii]}", "range", &first, &last) == 0) {
		c->queue_first = (unsigned)first;
		c->queue_last = (unsigned)last;
	}
}

int nft_status_parse(int family, const char *counters, const char *chain, struct counters *c)
{
	json_t *all = json_loads(chain, 0, NULL), *item, *statement;
	int err = all ? parse_counters(family, counters, c) : -EINVAL;
	size_t i, j;

	json_array_foreach(json_object_get(all, "nftables"), i, item) {
		json_array_foreach(json_object_get(json_object_get(item, "rule"), "expr"), j, statement) {
			take_queue(statement, c);
		}
	}
	json_decref(all);
	return err;
}

int nft_status_read(int family, struct counters *c, char *why)
{
	char command[96], *counters = NULL, *chain = NULL;
	int found = nftables_exists(why), err;

	if (found <= 0)
		return found;
	err = nftables_run("list counters table inet uturn", NFTABLES_JSON, &counters, why);
	if (!err && parse_counters(family, counters, c) == 0 && c->is_loaded) {
		snprintf(command, sizeof(command), "list chain inet uturn %s_ttl1", nft_family(family)->name);
		err = nftables_run(command, NFTABLES_JSON, &chain, why);
		if (!err && nft_status_parse(family, counters, chain, c)) {
			snprintf(why, BACKEND_WHY_SIZE, "nftables: what libnftables shows is not JSON");
			err = -1;
		}
	}
	free(counters);
	free(chain);
	return err;
}
