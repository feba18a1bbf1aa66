/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON lines. Each but the last has ip, ttl and info, also a name that came
 * later, so that a reader of {"ip","ttl","info":{...}} needs to know no more.
 */
#include "common/text.h"
#include "format_events.h"

/* The hop again at which this router answered first, with its name. */
static bool tell_name(const struct record *r, unsigned router, struct buffer *out)
{
	char addr[ADDR_TEXT_SIZE];
	unsigned hop = 0;

	for (unsigned i = 0; i < r->answer_count && !hop; i++)
		if (r->answers[i].router == (int)router)
			hop = r->answers[i].hop;
	return format_line(out, "",
		json_pack("{si ss ss so}", "ttl", (int)hop, "ip", addr_text(&r->routers[router].addr, addr), "kind",
			"name", "info", format_info(&r->routers[router])),
		"\n");
}

static bool tell_end(const struct telling *t, const struct record *r, struct buffer *out)
{
	json_t *o = event_end(r, t->lost);

	json_object_set_new(o, "done", json_true());
	event_proxy(r, o);
	return format_line(out, "", o, "\n");
}

static bool tell(struct telling *t, const struct record *r, const struct event *e, struct buffer *out)
{
	switch (e->kind) {
	case EVENT_ANSWER:
		return format_line(out, "", format_answer(r, &r->answers[e->index]), "\n");
	case EVENT_NAME:
		return r->routers[e->index].is_named_early || tell_name(r, e->index, out);
	case EVENT_PROBLEM:
		return format_line(out, "", json_pack("{ss}", "error", r->problem ? r->problem : ""), "\n");
	case EVENT_DONE:
		return tell_end(t, r, out);
	case EVENT_START:
	case EVENT_END:
		break;
	}
	return true;
}

const struct format format_json = { "application/x-ndjson; charset=utf-8", tell, NULL };
