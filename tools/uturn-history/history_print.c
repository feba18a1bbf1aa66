/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/text.h"

const char *print_time(int64_t ms, char text[PRINT_TIME_SIZE])
{
	const time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || !strftime(text, PRINT_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, PRINT_TIME_SIZE, "?");
	return text;
}

const char *print_prefix(const struct prefix *p, char text[PRINT_PREFIX_SIZE])
{
	char address[ADDR_TEXT_SIZE];

	snprintf(text, PRINT_PREFIX_SIZE, "%s/%u", addr_text(&p->addr, address), p->length);
	return text;
}

static void print_as(struct store *store, uint32_t asn)
{
	const char *name = asn ? store_as_name(store, asn) : "";

	if (asn)
		printf("  AS%" PRIu32 "%s%s", asn, *name ? " " : "", name);
}

void print_series(struct store *store, const struct store_series *s)
{
	char prefix[PRINT_PREFIX_SIZE], origin[ADDR_TEXT_SIZE], time[PRINT_TIME_SIZE], number[4];

	fputs(print_prefix(&s->remote, prefix), stdout);
	print_as(store, s->asn);
	printf("  from %s at %s, %s, %s: %" PRId64 " trace%s, the last %s\n", addr_text(&s->origin, origin), s->host,
		kept_fronts[s->front], kept_protocol_word(s->protocol, number), s->traces, s->traces == 1 ? "" : "s",
		print_time(s->last_ms, time));
}

json_t *print_series_json(struct store *store, const struct store_series *s)
{
	char prefix[PRINT_PREFIX_SIZE], origin[ADDR_TEXT_SIZE], number[4];
	json_t *o = json_pack("{sI ss ss ss ss ss sI sf sf}", "series", (json_int_t)s->id, "remote",
		print_prefix(&s->remote, prefix), "origin", addr_text(&s->origin, origin), "host", s->host, "frontend",
		kept_fronts[s->front], "protocol", kept_protocol_word(s->protocol, number), "traces",
		(json_int_t)s->traces, "first", (double)s->first_ms / 1000, "last", (double)s->last_ms / 1000);

	if (o && s->asn) {
		json_object_set_new(o, "as", json_integer(s->asn));
		json_object_set_new(o, "as_name", json_string(store_as_name(store, s->asn)));
	}
	return o;
}

void print_object(json_t *o)
{
	char *text = o ? json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(16)) : NULL;

	puts(text ? text : "{}");
	free(text);
	json_decref(o);
}

void print_hops(struct store *store, const struct kept *k)
{
	for (unsigned hop = 1; hop <= k->hops; hop++) {
		printf("%4u", hop);
		for (unsigned i = k->first[hop - 1]; i < k->first[hop]; i++) {
			char address[ADDR_TEXT_SIZE];

			printf("%s  %s  %.1f ms", i == k->first[hop - 1] ? "" : " |",
				addr_text(&k->routers[i].addr, address), (double)k->routers[i].rtt_us / 1000);
			print_as(store, k->routers[i].asn);
		}
		puts(k->first[hop] == k->first[hop - 1] ? "  *" : "");
	}
}
