/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "enrich/mmdb.h"
#include "kept_json.h"
#include "kept_record.h"
#include "record/read_json.h"

static uint32_t asn_of(const struct intake *in, const struct addr *a)
{
	struct place place = place_of(a);

	databases_find(in->databases, a, &place);
	if (place.asn && *place.as_name && in->named)
		in->named(in->owner, place.asn, place.as_name);
	return place.asn;
}

static bool tell(const struct intake *in, struct kept *k)
{
	if (in->databases) {
		for (unsigned i = 0; i < k->first[k->hops]; i++)
			if (!k->routers[i].asn)
				k->routers[i].asn = asn_of(in, &k->routers[i].addr);
		if (!k->asn)
			k->asn = asn_of(in, &k->remote.addr);
	}
	return in->told(in->owner, k);
}

static bool take_record(const struct intake *in, const char *text, size_t len, char *why, size_t why_size)
{
	struct trace_record r;
	unsigned told = 0;
	bool is_read;

	trace_record_init(&r);
	is_read = read_json(&r, text, len, why, why_size);
	for (enum record_direction d = RECORD_THERE; is_read && d < RECORD_DIRECTIONS; d++) {
		struct kept k;

		kept_init(&k);
		if (kept_of_record(&k, &r, d, in->host, in->is_full)) {
			told++;
			if (!tell(in, &k))
				break;
		} else {
			kept_done(&k);
		}
	}
	trace_record_done(&r);
	if (is_read && !told)
		snprintf(why, why_size, "no router has answered, or \"started\" is not a time");
	return is_read && told;
}

static bool take_one(const struct intake *in, const json_t *trace, bool *is_over, char *why, size_t why_size)
{
	struct kept k;
	bool is_read;

	kept_init(&k);
	is_read = kept_is_exported(trace) ? kept_read_exported(&k, trace, in->is_full, why, why_size)
					  : kept_read_uturnd(&k, trace, in->host, in->is_full, why, why_size);
	if (is_read)
		*is_over = !tell(in, &k);
	else
		kept_done(&k);
	return is_read;
}

static bool take_json(const struct intake *in, const json_t *o, char *why, size_t why_size)
{
	const json_t *traces = json_object_get(o, "traces");
	bool is_read = true, is_over = false;

	if (!json_is_array(traces))
		return take_one(in, o, &is_over, why, why_size);
	for (size_t i = 0; i < json_array_size(traces) && is_read && !is_over; i++)
		is_read = take_one(in, json_array_get(traces, i), &is_over, why, why_size);
	return is_read;
}

/* What the parser says has a piece of the text in it, which is a stranger's and goes to a terminal. */
static bool refuse_text(const json_error_t *error, char *why, size_t why_size)
{
	snprintf(why, why_size, "not JSON: %s", error->text);
	for (char *c = why; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return false;
}

bool intake_take(const struct intake *in, const char *text, size_t len, char *why, size_t why_size)
{
	static const char record[] = "{\"uturn-trace\":";
	json_error_t error;
	json_t *o;
	bool is_read;

	if (len > sizeof(record) && memcmp(text, record, sizeof(record) - 1) == 0)
		return take_record(in, text, len, why, why_size);
	o = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!o)
		return refuse_text(&error, why, why_size);
	is_read = take_json(in, o, why, why_size);
	json_decref(o);
	return is_read;
}
