/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "list_paths.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "history_print.h"

enum { DAY_MS = 86400000, CHANGES_SHOWN = 3, BLOCKS = 8 };

struct summing {
	struct store *store;
	struct path_sums *sums;
	bool has_failed;
};

static bool add_trace(void *owner, const struct store_trace *t)
{
	struct summing *s = owner;
	const struct kept *path = store_path(s->store, t->path);

	if (path && t->rtt_count == path->first[path->hops])
		s->has_failed = !path_sums_add(s->sums, t->path, path, t->rtts, t->at_ms, t->end == KEPT_ARRIVED);
	return !s->has_failed;
}

bool list_paths_sum(struct store *store, const struct store_series *s, int64_t since_ms, struct path_sums *p)
{
	struct summing summing = { store, p, false };

	if (since_ms == INT64_MIN)
		since_ms = s->last_ms - (int64_t)LIST_DAYS * DAY_MS;
	path_sums_init(p);
	return store_paths_read(store, s->id, since_ms, INT64_MAX) >= 0 &&
		store_traces(store, s->id, since_ms, INT64_MAX, INT64_MAX, false, add_trace, &summing) >= 0 &&
		!summing.has_failed;
}

const char *list_delay_line(struct path_sums *p, char text[DELAY_SIZE], uint32_t *least_us, uint32_t *most_us)
{
	size_t from = p->day_count > DELAY_DAYS ? p->day_count - DELAY_DAYS : 0, len = 0;

	*least_us = UINT32_MAX;
	*most_us = 0;
	for (size_t i = from; i < p->day_count; i++) {
		const uint32_t us = path_median(&p->days[i].rtts);

		*least_us = us < *least_us ? us : *least_us;
		*most_us = us > *most_us ? us : *most_us;
	}
	for (size_t i = from; i < p->day_count; i++) {
		const uint64_t above = path_median(&p->days[i].rtts) - *least_us, span = *most_us - *least_us;
		const unsigned block = span ? (unsigned)(above * (BLOCKS - 1) / span) : 0;

		for (int64_t day = i > from ? p->days[i - 1].day + 1 : p->days[i].day;
			day < p->days[i].day && len < DELAY_SIZE - 4; day++)
			text[len++] = ' ';
		if (len >= DELAY_SIZE - 4)
			break;
		/* U+2581 to U+2588 */
		text[len++] = (char)0xe2;
		text[len++] = (char)0x96;
		text[len++] = (char)(0x81 + block);
	}
	text[len] = '\0';
	return text;
}

static unsigned share(unsigned of, unsigned all)
{
	return all ? (of * 100 + all / 2) / all : 0;
}

static void print_routers(struct store *store, struct path_sums *p)
{
	unsigned hop = 0;

	for (size_t i = 0; i < p->router_count; i++) {
		struct path_router *r = &p->routers[i];
		char address[ADDR_TEXT_SIZE], number[8] = "";

		while (++hop < r->hop)
			printf("  %4u  *\n", hop);
		if (i == 0 || p->routers[i - 1].hop != r->hop)
			snprintf(number, sizeof(number), "%u", r->hop);
		hop = r->hop;
		printf("  %4s  %-15s  %3u %%  %8.1f ms", number, addr_text(&r->addr, address),
			share(r->traces, p->answered[r->hop]), (double)path_median(&r->rtts) / 1000);
		if (r->asn)
			printf("  AS%" PRIu32 " %s", r->asn, store_as_name(store, r->asn));
		putchar('\n');
	}
}

/* Routers that every trace which got an answer at their hop has met. */
static unsigned common(const struct path_sums *p)
{
	unsigned count = 0;

	for (size_t i = 0; i < p->router_count; i++)
		count += p->routers[i].traces == p->answered[p->routers[i].hop];
	return count;
}

static void print_delay(struct path_sums *p)
{
	char line[DELAY_SIZE], first[PRINT_TIME_SIZE], last[PRINT_TIME_SIZE];
	uint32_t least, most;

	if (!p->day_count)
		return;
	list_delay_line(p, line, &least, &most);
	printf("  delay %s %.1f to %.1f ms, median per day, %.10s to %.10s\n", line, (double)least / 1000,
		(double)most / 1000, print_time(p->days[0].day * DAY_MS, first),
		print_time(p->days[p->day_count - 1].day * DAY_MS, last));
}

bool list_paths_print(struct store *store, const struct store_series *s, int64_t since_ms)
{
	struct path_sums p;
	const bool is_summed = list_paths_sum(store, s, since_ms, &p);
	char id[STORE_ID_SIZE];

	if (is_summed && p.traces) {
		print_routers(store, &p);
		printf("  %u trace%s, %zu path%s, %u router%s in common, the last trace %s\n", p.traces,
			p.traces == 1 ? "" : "s", p.path_count, p.path_count == 1 ? "" : "s", common(&p),
			common(&p) == 1 ? "" : "s", store_id(s->id, p.last_ms, id));
		print_delay(&p);
	}
	path_sums_done(&p);
	return is_summed;
}

/* --- JSON --- */

static json_t *routers_json(struct path_sums *p)
{
	json_t *routers = json_array();

	for (size_t i = 0; i < p->router_count; i++) {
		struct path_router *r = &p->routers[i];
		char address[ADDR_TEXT_SIZE];
		json_t *o = json_pack("{si ss si si sf}", "ttl", (int)r->hop, "router", addr_text(&r->addr, address),
			"traces", (int)r->traces, "answered", (int)p->answered[r->hop], "median_ms",
			(double)path_median(&r->rtts) / 1000);

		if (r->asn)
			json_object_set_new(o, "as", json_integer(r->asn));
		json_array_append_new(routers, o);
	}
	return routers;
}

static json_t *days_json(struct path_sums *p)
{
	json_t *days = json_array();

	for (size_t i = 0; i < p->day_count; i++)
		json_array_append_new(days,
			json_pack("{sI sf}", "day", (json_int_t)p->days[i].day * 86400, "median_ms",
				(double)path_median(&p->days[i].rtts) / 1000));
	return days;
}

bool list_paths_json(struct store *store, const struct store_series *s, int64_t since_ms)
{
	struct path_sums p;
	const bool is_summed = list_paths_sum(store, s, since_ms, &p);
	char id[STORE_ID_SIZE];
	json_t *o = is_summed ? print_series_json(store, s) : NULL;

	if (o) {
		json_object_set_new(o, "seen", json_integer(p.traces));
		json_object_set_new(o, "paths", json_integer((json_int_t)p.path_count));
		json_object_set_new(o, "common", json_integer(common(&p)));
		json_object_set_new(o, "last_trace",
			p.traces ? json_string(store_id(s->id, p.last_ms, id)) : json_null());
		json_object_set_new(o, "routers", routers_json(&p));
		json_object_set_new(o, "days", days_json(&p));
		print_object(o);
	}
	path_sums_done(&p);
	return is_summed;
}
