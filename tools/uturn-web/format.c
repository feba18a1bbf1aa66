/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"

void format_begin(struct telling *t, const struct format *format)
{
	*t = (struct telling){ .format = format, .hop = 1 };
}

void format_advance(struct telling *t, const struct record *r, struct buffer *out)
{
	while (t->next < r->event_count)
		if (!t->format->tell(t, r, &r->events[t->next++], out))
			t->lost++;
	if (t->format->due && !t->format->due(t, r, out))
		t->lost++;
}

bool format_is_over(const struct telling *t, const struct record *r)
{
	enum event_kind last;

	if (t->next == 0 || t->next < r->event_count)
		return false;
	last = r->events[r->event_count - 1].kind;
	return last == EVENT_DONE || last == EVENT_PROBLEM;
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(o, key, json_string(text));
}

json_t *format_info(const struct router *router)
{
	const struct place *p = router->place;
	json_t *o = json_object();

	set_text(o, "name", router->name ? router->name : "");
	if (p->asn)
		json_object_set_new(o, "asn", json_integer(p->asn));
	set_text(o, "as_name", p->as_name);
	set_text(o, "as_domain", p->as_domain);
	set_text(o, "city", p->city);
	set_text(o, "country", p->country);
	set_text(o, "country_code", p->country_code);
	set_text(o, "continent", p->continent);
	set_text(o, "continent_code", p->continent_code);
	if (p->has_location) {
		json_object_set_new(o, "latitude", json_real(p->latitude));
		json_object_set_new(o, "longitude", json_real(p->longitude));
	}
	if (p->special)
		json_object_set_new(o, "special",
			json_pack("{ss si}", "name", p->special->name, "rfc", (int)p->special->rfc));
	return o;
}

static json_t *labels_json(const struct answer *a)
{
	json_t *labels = json_array();

	for (unsigned i = 0; i < a->label_count; i++)
		json_array_append_new(labels,
			json_pack("{si si sb si}", "label", (int)a->labels[i].label, "tc", a->labels[i].tc, "bottom",
				a->labels[i].bottom, "ttl", a->labels[i].ttl));
	return labels;
}

json_t *format_answer(const struct record *r, const struct answer *a)
{
	const struct router *router = a->router >= 0 ? &r->routers[a->router] : NULL;
	char addr[ADDR_TEXT_SIZE];
	json_t *o = json_object();

	json_object_set_new(o, "ttl", json_integer(a->hop));
	json_object_set_new(o, "ip", router ? json_string(addr_text(&router->addr, addr)) : json_null());
	json_object_set_new(o, "kind", json_string(kind_names[a->kind]));
	if (a->rtt_ms >= 0)
		json_object_set_new(o, "rtt_ms", json_real(a->rtt_ms));
	json_object_set_new(o, router ? "attempt" : "attempts", json_integer(a->attempt));
	if (a->behind_nat)
		json_object_set_new(o, "behind_nat", json_true());
	if (a->icmp_type >= 0 && a->icmp_code >= 0) {
		json_object_set_new(o, "icmp_type", json_integer(a->icmp_type));
		json_object_set_new(o, "icmp_code", json_integer(a->icmp_code));
	}
	if (a->label_count)
		json_object_set_new(o, "mpls", labels_json(a));
	json_object_set_new(o, "info", router ? format_info(router) : json_object());
	return o;
}

bool format_line(struct buffer *out, const char *before, json_t *object, const char *after)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
	size_t before_len = strlen(before), after_len = strlen(after), len = text ? strlen(text) : 0;
	bool fits = text && out->len + before_len + len + after_len <= BUFFER_MAX;

	if (fits)
		fits = buffer_put(out, before, before_len) && buffer_put(out, text, len) &&
			buffer_put(out, after, after_len);
	free(text);
	json_decref(object);
	return fits;
}
