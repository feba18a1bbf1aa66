/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An event stream (HTML, 9.2): event names, ids, and a last event `done` with
 * the id `done`, so that an EventSource that comes back all the same is known
 * by its Last-Event-ID and told to stop.
 */
#include <stdio.h>

#include "common/text.h"
#include "format_events.h"

static bool send_event(struct buffer *out, const char *name, const char *id, json_t *data)
{
	char before[96];

	snprintf(before, sizeof(before), "id: %s\nevent: %s\ndata: ", id, name);
	return format_line(out, before, data, "\n\n");
}

static json_t *name_json(const struct router *router)
{
	char addr[ADDR_TEXT_SIZE];

	return json_pack("{ss ss}", "ip", addr_text(&router->addr, addr), "name", router->name);
}

static bool tell(struct telling *t, const struct record *r, const struct event *e, struct buffer *out)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", t->next);
	switch (e->kind) {
	case EVENT_START:
		return buffer_text(out, "retry: 3000\n\n") && send_event(out, "start", id, event_start(r));
	case EVENT_ANSWER:
		return send_event(out, "hop", id, format_answer(r, &r->answers[e->index]));
	case EVENT_NAME:
		return send_event(out, "name", id, name_json(&r->routers[e->index]));
	case EVENT_END:
		return send_event(out, "end", id, event_end(r, t->lost));
	case EVENT_PROBLEM:
		return send_event(out, "problem", "done", json_pack("{ss}", "error", r->problem ? r->problem : ""));
	case EVENT_DONE:
		break;
	}
	return send_event(out, "done", "done", json_object());
}

const struct format format_sse = { "text/event-stream; charset=utf-8", tell, NULL };
