/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history show ID`: one trace, hop by hop. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "common/text.h"
#include "history_print.h"
#include "kept_json.h"

static void print_text(struct store *s, const struct kept *k, const char *id)
{
	char time[PRINT_TIME_SIZE], origin[ADDR_TEXT_SIZE], prefix[PRINT_PREFIX_SIZE], number[4];

	printf("trace %s from %s to %s, seen by %s, %s, %s, %s, %" PRIu32 " probes in %.1f s, %s\n", id,
		addr_text(&k->origin, origin), print_prefix(&k->remote, prefix), k->host, kept_fronts[k->front],
		kept_protocol_word(k->protocol, number), print_time(k->at_ms, time), k->probes, (double)k->ms / 1000,
		kept_ends[k->end]);
	print_hops(s, k);
}

int history_show(const struct history_options *o)
{
	const char *id = o->arguments[0];
	int64_t series, at_ms, found;
	struct store *s;
	struct kept k;

	if (!store_id_parse(id, &series, &at_ms)) {
		history_error("show: '%s' is not the identifier of a trace, as uturn-history list prints it", id);
		return HISTORY_ERROR;
	}
	s = history_open(o, true);
	if (!s)
		return HISTORY_ERROR;
	found = store_trace(s, series, at_ms, &k);
	if (found < 0) {
		history_error("%s", store_why(s));
	} else if (!found) {
		history_error("show: no trace %s (it may be older than what is kept)", id);
	} else if (o->is_json) {
		json_t *json = kept_json(&k);

		json_object_set_new(json, "id", json_string(id));
		print_object(json);
	} else {
		print_text(s, &k, id);
	}
	kept_done(&k);
	store_close(s);
	return found == 1 ? EXIT_SUCCESS : found ? HISTORY_ERROR : HISTORY_OTHER;
}
