/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "event_filter.h"

#include <string.h>

#include "common/text.h"
#include "errors.h"

bool event_filter_prefix(struct event_filter *f, const char *text)
{
	f->has_prefix = prefix_parse(text, &f->prefix);
	if (!f->has_prefix)
		errors_print("watch: '%s' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32", text);
	return f->has_prefix;
}

static enum reason find(const char *name)
{
	for (enum reason reason = REASON_OK + 1; reason < REASON_COUNT; reason++)
		if (strcmp(name, reason_table[reason].counter) == 0)
			return reason;
	return REASON_OK;
}

bool event_filter_event(struct event_filter *f, const char *name)
{
	const char *names[REASON_COUNT], *near;
	enum reason reason = find(name);

	if (reason != REASON_OK) {
		f->reasons[reason] = true;
		f->has_reasons = true;
		return true;
	}
	for (size_t i = 0; i < REASON_COUNT - 1; i++)
		names[i] = reason_table[i + 1].counter;
	near = text_nearest(name, names, REASON_COUNT - 1);
	if (near)
		errors_print("watch: unknown event '%s', did you mean '%s'?", name, near);
	else
		errors_print("watch: unknown event '%s': see uturn-reasons(7)", name);
	return false;
}

bool event_filter_wants(const struct event_filter *f, const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	const char *prober = json_string_value(json_object_get(event, "prober"));
	struct addr a;

	if (!name)
		return true;
	if (f->has_reasons && !f->reasons[find(name)])
		return false;
	return !f->has_prefix || (prober && addr_parse(prober, &a) && prefix_contains(&f->prefix, &a));
}
