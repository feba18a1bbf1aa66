/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <ev.h>
#include <stdio.h>
#include <string.h>

#include "enrich/mmdb.h"
#include "enrich/names.h"

static const double wait_s = 2;

/* A look-up of every router's name. */
struct look_up {
	struct trace_record *record;
	struct ev_loop *ev;
	unsigned pending;
	bool is_asking, is_told; /* within names_find(), by which it was told at once */
};

int known_open(struct known *k, const struct trace_options *o, char *why, size_t why_size)
{
	k->databases = NULL;
	return databases_open(&k->databases, o->databases, o->database_count, why, why_size);
}

void known_close(struct known *k)
{
	databases_close(k->databases);
}

static void take_name(struct trace_record *r, const struct addr *a, const char *name)
{
	for (size_t i = 0; i < r->router_count; i++)
		if (addr_equal(&r->routers[i].addr, a) && names_is_hostname(name))
			snprintf(r->routers[i].name, sizeof(r->routers[i].name), "%s", name);
}

static void told(void *owner, const struct addr *a, const char *name)
{
	struct look_up *l = owner;

	take_name(l->record, a, name);
	if (l->is_asking)
		l->is_told = true;
	else if (l->pending && --l->pending == 0)
		ev_break(l->ev, EVBREAK_ALL);
}

static void gave_up(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)w;
	(void)events;
	ev_break(ev, EVBREAK_ALL);
}

/* What is told within names_find() itself is not waited for. */
static void ask_for(struct look_up *l, struct names *names, const struct addr *a)
{
	const char *name = "";
	enum names_state state;

	l->is_asking = true;
	l->is_told = false;
	state = names_find(names, a, &name);
	l->is_asking = false;
	if (state == NAMES_KNOWN)
		take_name(l->record, a, name);
	else if (state == NAMES_PENDING && !l->is_told)
		l->pending++;
}

/* Asks for each address once. */
static void ask(struct look_up *l, struct names *names)
{
	for (size_t i = 0; i < l->record->router_count; i++) {
		const struct addr *a = &l->record->routers[i].addr;
		bool is_asked = !a->family;

		for (size_t j = 0; j < i && !is_asked; j++)
			is_asked = addr_equal(&l->record->routers[j].addr, a);
		if (!is_asked)
			ask_for(l, names, a);
	}
}

static void find_names(struct ev_loop *ev, struct trace_record *r)
{
	const struct names_resolvers resolvers = { .is_on = true };
	struct look_up l = { .record = r, .ev = ev };
	struct names *names = NULL;
	char why[256];
	ev_timer timer;

	if (names_open(&names, ev, &resolvers, told, &l, why, sizeof(why)) == 0) {
		ask(&l, names);
		ev_timer_init(&timer, gave_up, wait_s, 0);
		ev_timer_start(ev, &timer);
		if (l.pending)
			ev_run(ev, 0);
		ev_timer_stop(ev, &timer);
	}
	names_close(names);
}

void known_add(struct known *k, struct ev_loop *ev, const struct trace_options *o, struct trace_record *r)
{
	for (size_t i = 0; i < r->router_count; i++) {
		struct place place = place_of(&r->routers[i].addr);

		databases_find(k->databases, &r->routers[i].addr, &place);
		r->routers[i].asn = place.asn;
	}
	if (!o->has_no_names)
		find_names(ev, r);
}
