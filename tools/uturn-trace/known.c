/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <ev.h>
#include <stdio.h>
#include <string.h>

#include "enrich/mmdb.h"
#include "enrich/names.h"

static const double wait_s = 2;

int known_open(struct known *k, const struct trace_options *o, char *why, size_t why_size)
{
	*k = (struct known){ .databases = NULL };
	return databases_open(&k->databases, o->databases, o->database_count, why, why_size);
}

void known_close(struct known *k)
{
	names_close(k->names);
	databases_close(k->databases);
}

/* False: no router of the record has this address. */
static bool take_name(struct trace_record *r, const struct addr *a, const char *name)
{
	bool is_there = false;

	for (size_t i = 0; i < r->router_count; i++) {
		if (!addr_equal(&r->routers[i].addr, a))
			continue;
		is_there = true;
		if (names_is_hostname(name))
			snprintf(r->routers[i].name, sizeof(r->routers[i].name), "%s", name);
	}
	return is_there;
}

static void told(void *owner, const struct addr *a, const char *name)
{
	struct known *k = owner;

	if (!k->record || !take_name(k->record, a, name))
		return; /* too late: it is known the next time */
	if (k->is_asking)
		k->is_told = true;
	else if (k->pending && --k->pending == 0)
		ev_break(k->ev, EVBREAK_ALL);
}

static void gave_up(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)w;
	(void)events;
	ev_break(ev, EVBREAK_ALL);
}

/* What is told within names_find() itself is not waited for. */
static void ask_for(struct known *k, const struct addr *a)
{
	const char *name = "";
	enum names_state state;

	k->is_asking = true;
	k->is_told = false;
	state = names_find(k->names, a, &name);
	k->is_asking = false;
	if (state == NAMES_KNOWN)
		take_name(k->record, a, name);
	else if (state == NAMES_PENDING && !k->is_told)
		k->pending++;
}

/* Asks for each address once. */
static void ask(struct known *k)
{
	for (size_t i = 0; i < k->record->router_count; i++) {
		const struct addr *a = &k->record->routers[i].addr;
		bool is_asked = !a->family;

		for (size_t j = 0; j < i && !is_asked; j++)
			is_asked = addr_equal(&k->record->routers[j].addr, a);
		if (!is_asked)
			ask_for(k, a);
	}
}

static void find_names(struct known *k, struct ev_loop *ev, struct trace_record *r)
{
	const struct names_resolvers resolvers = { .is_on = true };
	char why[256];
	ev_timer timer;

	if (!k->names && names_open(&k->names, ev, &resolvers, told, k, why, sizeof(why))) {
		names_close(k->names);
		k->names = NULL;
		return;
	}
	k->ev = ev;
	k->record = r;
	k->pending = 0;
	ask(k);
	ev_timer_init(&timer, gave_up, wait_s, 0);
	ev_timer_start(ev, &timer);
	if (k->pending)
		ev_run(ev, 0);
	ev_timer_stop(ev, &timer);
	k->record = NULL;
}

void known_add(struct known *k, struct ev_loop *ev, const struct trace_options *o, struct trace_record *r)
{
	for (size_t i = 0; i < r->router_count; i++) {
		struct place place = place_of(&r->routers[i].addr);

		databases_find(k->databases, &r->routers[i].addr, &place);
		r->routers[i].asn = place.asn;
	}
	if (!o->has_no_names)
		find_names(k, ev, r);
}
