/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/tracing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/text.h"
#include "engine/engine.h"
#include "io/capture_tcp.h"
#include "io/control.h"
#include "io/tcp_diag.h"
#include "io/tcp_repair.h"
#include "operator/report_trace.h"

/* A trace's lines, kept while it runs for those who come later. */
struct record {
	json_t *lines;
	unsigned listeners;
};

struct subscriber {
	bool is_there;
	unsigned index; /* of its trace */
	size_t told; /* lines of it */
};

struct tracing {
	struct engine *engine;
	struct control *control;
	struct capture_tcp *capture_tcp;
	struct record records[INBAND_TRACES]; /* by index of the trace */
	struct subscriber listeners[CONTROL_SLOTS]; /* by slot */
};

int tracing_open(struct tracing **made, struct engine *e, struct control *c, struct capture_tcp *s)
{
	struct tracing *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->engine = e;
	t->control = c;
	t->capture_tcp = s;
	*made = t;
	return 0;
}

void tracing_close(struct tracing *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < INBAND_TRACES; i++)
		json_decref(t->records[i].lines);
	free(t);
}

/* Has exactly the connections sniffed that are being traced; after the last one the loop stops that. */
static int follow(struct tracing *t)
{
	struct capture_tcp_ports ports[INBAND_TRACES];
	size_t count = 0;

	for (size_t i = 0; i < INBAND_TRACES; i++) {
		const struct flow *flow = &t->engine->inband.traces[i].flow;

		if (t->records[i].lines)
			ports[count++] = (struct capture_tcp_ports){ flow->local_port, flow->peer_port };
	}
	return count ? capture_tcp_choose(t->capture_tcp, ports, count) : 0;
}

/* --- what is asked for ------------------------------------------------------------------------------------------- */

static bool flow_read(const json_t *request, struct flow *flow)
{
	const json_t *ends = json_object_get(request, "flow");
	const char *local = json_string_value(json_object_get(ends, "local"));
	const char *peer = json_string_value(json_object_get(ends, "peer"));

	return local && peer && addr_port_parse(local, &flow->local, &flow->local_port) &&
		addr_port_parse(peer, &flow->peer, &flow->peer_port) && flow->local.family == flow->peer.family;
}

/* A number from 1 to most, which is the default too; 0 where it is anything else. */
static uint8_t number_read(const json_t *request, const char *name, uint8_t most)
{
	const json_t *value = json_object_get(request, name);
	json_int_t number = json_integer_value(value);

	if (!value)
		return most;
	return number >= 1 && number <= most ? (uint8_t)number : 0;
}

static const char *wish_read(const json_t *request, struct inband_wish *wish)
{
	if (!flow_read(request, &wish->flow))
		return "trace wants a flow, such as {\"local\":\"192.0.2.1:80\",\"peer\":\"[2001:db8::1]:4000\"}, of one "
		       "family";
	wish->max_ttl = number_read(request, "max-ttl", TRACE_HOPS);
	if (!wish->max_ttl)
		return "max-ttl is a number from 1 to 32";
	wish->attempts = number_read(request, "attempts", TRACE_ATTEMPTS);
	return wish->attempts ? NULL : "attempts is a number from 1 to 3";
}

static bool may_trace(const struct config *c, uint16_t port, bool is_root)
{
	for (unsigned i = 0; i < c->inband_port_count; i++)
		if (port >= c->inband_ports[i].first && port <= c->inband_ports[i].last)
			return true;
	return is_root;
}

/* NULL: it may be traced, and *found tells of it. */
static const char *connection_check(const struct config *c, struct inband_wish *wish, bool is_root,
	struct tcp_diag *found)
{
	const struct flow *f = &wish->flow;
	int err;

	if (!c->inband)
		return "inband is off (inband on in uturnd.conf)";
	if (!may_trace(c, f->local_port, is_root))
		return "the port is not in inband-ports (uturnd.conf)";
	err = tcp_diag_find(&f->local, f->local_port, &f->peer, f->peer_port, found);
	if (err == -ENOENT)
		return "not a TCP connection of this host";
	if (err)
		return "this host's TCP connections cannot be looked at";
	wish->sent_bytes = found->acked_bytes;
	wish->rtt_ns = found->rtt_ns;
	return NULL;
}

/* Sniffed first, then asked where it stands: the segment that this causes is the first one to be heard. */
static int begin(struct tracing *t, const struct inband_wish *wish, const struct tcp_diag *found, int passed,
	uint64_t now_ns, const char **why)
{
	int index = inband_ask(t->engine, wish, now_ns, why), err;
	struct tcp_repair place;

	if (index < 0)
		return -1;
	t->records[index] = (struct record){ .lines = json_array() };
	err = t->records[index].lines ? follow(t) : -ENOMEM;
	if (err) {
		log_warning("sniff: %s", strerror(-err));
		*why = "segments cannot be sniffed";
		json_decref(t->records[index].lines);
		t->records[index].lines = NULL;
		inband_stop(&t->engine->inband, index);
		return -1;
	}
	if (passed >= 0 && tcp_repair_read(passed, found->cookie, &place) == 0)
		inband_place(&t->engine->inband, index, place.snd_una, place.snd_nxt, now_ns);
	return index;
}

json_t *tracing_ask(struct tracing *t, const struct control_asker *asker, const json_t *request, uint64_t now_ns,
	const char **why)
{
	struct subscriber *l = &t->listeners[asker->slot];
	struct inband_wish wish = { 0 };
	struct tcp_diag found;
	json_t *accepted;
	int index;

	*why = l->is_there ? "one trace at a time" : wish_read(request, &wish);
	if (!*why)
		*why = connection_check(&t->engine->config, &wish, asker->is_root, &found);
	if (*why)
		return NULL;
	if (!control_hold(t->control, asker->slot, true)) {
		*why = "too many traces, try again later";
		return NULL;
	}
	index = inband_find(&t->engine->inband, &wish.flow);
	if (index < 0)
		index = begin(t, &wish, &found, asker->passed, now_ns, why);
	if (index < 0) {
		control_hold(t->control, asker->slot, false);
		return NULL;
	}
	t->records[index].listeners++;
	*l = (struct subscriber){ .is_there = true, .index = (unsigned)index };
	accepted = report_accepted(&t->engine->inband.traces[index]);
	json_object_set_new(accepted, "inode", json_integer(found.inode));
	return accepted;
}

/* --- what is told ------------------------------------------------------------------------------------------------ */

static void forget(struct tracing *t, unsigned index)
{
	json_decref(t->records[index].lines);
	t->records[index] = (struct record){ 0 };
	follow(t); /* fewer of them: cannot fail in a way that matters */
}

void tracing_gone(struct tracing *t, unsigned slot)
{
	struct subscriber *l = &t->listeners[slot];
	unsigned index = l->index;

	if (!l->is_there)
		return;
	l->is_there = false;
	if (--t->records[index].listeners)
		return;
	inband_stop(&t->engine->inband, (int)index);
	forget(t, index);
}

void tracing_catch_up(struct tracing *t)
{
	for (unsigned slot = 0; slot < CONTROL_SLOTS; slot++) {
		struct subscriber *l = &t->listeners[slot];
		const json_t *lines = l->is_there ? t->records[l->index].lines : NULL;

		for (; lines && l->told < json_array_size(lines); l->told++)
			control_send(t->control, slot, json_incref(json_array_get(lines, l->told)));
	}
}

void tracing_tell(struct tracing *t)
{
	const struct inband_report *r = &t->engine->inband.report;

	if (!r->said)
		return;
	json_array_append_new(t->records[r->index].lines, report_trace(r));
	tracing_catch_up(t);
	if (r->said != INBAND_DONE)
		return;
	for (unsigned slot = 0; slot < CONTROL_SLOTS; slot++) {
		struct subscriber *l = &t->listeners[slot];

		if (!l->is_there || l->index != r->index)
			continue;
		l->is_there = false;
		control_hold(t->control, slot, false);
	}
	forget(t, r->index);
}
