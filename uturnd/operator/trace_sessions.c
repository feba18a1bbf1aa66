/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/trace_sessions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/tcp_ends.h"
#include "common/text.h"
#include "config/config.h"
#include "engine/inband.h"
#include "io/capture_tcp.h"
#include "io/control.h"
#include "io/tcp_diag.h"
#include "io/tcp_repair.h"
#include "operator/report_trace.h"

/* The lines of a trace, kept while it runs for clients that ask later. */
struct record {
	json_t *lines;
	unsigned subscribers;
};

/* A client that receives the lines of a trace. */
struct subscriber {
	bool is_active;
	unsigned index; /* of its trace */
	size_t sent; /* lines of it so far */
};

struct trace_sessions {
	const struct config *config;
	struct engine *engine;
	struct control *control;
	struct capture_tcp *capture_tcp;
	struct record records[INBAND_TRACES]; /* by index of the trace */
	struct subscriber subscribers[CONTROL_SLOTS]; /* by slot */
};

int trace_sessions_open(struct trace_sessions **made, const struct config *config, struct engine *e, struct control *c,
	struct capture_tcp *s)
{
	struct trace_sessions *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->config = config;
	t->engine = e;
	t->control = c;
	t->capture_tcp = s;
	*made = t;
	return 0;
}

void trace_sessions_close(struct trace_sessions *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < INBAND_TRACES; i++)
		json_decref(t->records[i].lines);
	free(t);
}

/* Captures the traced connections and no others; after the last one the worker stops the capture. */
static int choose_ports(struct trace_sessions *t)
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

/* --- requests ------------------------------------------------------------------------------------------------- */

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

static const char *parameters_read(const json_t *request, struct inband_parameters *parameters)
{
	if (!flow_read(request, &parameters->flow))
		return "trace: expected a flow with both ends of one family, such as "
		       "{\"local\":\"192.0.2.1:80\",\"peer\":\"198.51.100.1:4000\"}";
	parameters->max_ttl = number_read(request, "max-ttl", INBAND_HOPS);
	if (!parameters->max_ttl)
		return "max-ttl: not a number between 1 and 32";
	parameters->attempts = number_read(request, "attempts", INBAND_ATTEMPTS);
	return parameters->attempts ? NULL : "attempts: not a number between 1 and 3";
}

/*
 * The ends that the connection's socket has. Where NAT of this host has changed
 * what the peer connected to, the flow is that of its packets on the wire, and
 * the kernel says so of the socket that was passed: nothing of it is believed.
 */
static struct tcp_ends ends_of_socket(const struct flow *f, int passed, bool *is_translated)
{
	const struct tcp_ends wire = { f->local, f->peer, f->local_port, f->peer_port };
	struct tcp_ends ends, seen;

	*is_translated = passed >= 0 && tcp_ends_read(passed, &ends) && tcp_ends_are_translated(passed, &ends, &seen) &&
		seen.local_port == wire.local_port && seen.peer_port == wire.peer_port &&
		addr_equal(&seen.local, &wire.local) && addr_equal(&seen.peer, &wire.peer);
	return *is_translated ? ends : wire;
}

static bool is_listed(const struct config *c, uint16_t port)
{
	for (unsigned i = 0; i < c->inband_port_count; i++)
		if (port >= c->inband_ports[i].first && port <= c->inband_ports[i].last)
			return true;
	return false;
}

/*
 * An operator may have any connection traced, others those of inband-ports that
 * are their own: of a socket that their user has opened or accepted, or of one
 * that they pass. A client that is taken over sees no trace of another user's
 * connection, neither by starting one nor by joining it.
 */
static bool owns(const struct control_asker *asker, const struct tcp_diag *found)
{
	return asker->is_operator || asker->user == found->user ||
		(asker->passed >= 0 && tcp_repair_is_socket(asker->passed, found->cookie));
}

/* Returns NULL if the connection may be traced, with what the kernel knows of it in *found. */
static const char *connection_check(const struct config *c, struct inband_parameters *parameters,
	const struct control_asker *asker, struct tcp_diag *found)
{
	const struct flow *f = &parameters->flow;
	bool is_translated;
	struct tcp_ends ends = ends_of_socket(f, asker->passed, &is_translated);
	int err;

	if (!c->inband)
		return "inband is off (inband on in uturnd.conf)";
	if (!asker->is_operator && !is_listed(c, f->local_port) && !is_listed(c, ends.local_port))
		return "the port is not in inband-ports (uturnd.conf)";
	err = tcp_diag_find(&ends.local, ends.local_port, &ends.peer, ends.peer_port, found);
	if (!err && is_translated && !tcp_repair_is_socket(asker->passed, found->cookie))
		err = -ENOENT; /* the flow is that of this socket or of none */
	if (err == -ENOENT)
		return "not a TCP connection of this host";
	if (err)
		return "cannot query the kernel about TCP connections (sock_diag)";
	if (!owns(asker, found))
		return "trace: permission denied (the connection is another user's, and its socket was not passed)";
	parameters->sent_bytes = found->acked_bytes;
	parameters->rtt_ns = found->rtt_ns;
	parameters->rtt_var_ns = found->rtt_var_ns;
	return NULL;
}

/* Captured first, then read: the window probe that reading causes is the first segment to be captured. */
static int begin(struct trace_sessions *t, const struct inband_parameters *parameters, const struct tcp_diag *found,
	int passed, uint64_t now_ns, const char **why)
{
	int index = inband_start(t->engine, parameters, now_ns, why), err;
	struct position_told told;
	struct tcp_repair place;

	if (index < 0)
		return -1;
	t->records[index] = (struct record){ .lines = json_array() };
	err = t->records[index].lines ? choose_ports(t) : -ENOMEM;
	if (err) {
		log_warning("capture of TCP connections: %s", strerror(-err));
		*why = "cannot capture the connection's segments";
		json_decref(t->records[index].lines);
		t->records[index].lines = NULL;
		inband_table_stop(&t->engine->inband, index);
		return -1;
	}
	if (passed >= 0 && tcp_repair_read(passed, found->cookie, &place) == 0) {
		told = (struct position_told){ place.snd_una, place.snd_nxt, place.peer_ttl };
		inband_table_set_position(&t->engine->inband, index, &told, now_ns);
	}
	return index;
}

json_t *trace_sessions_ask(struct trace_sessions *t, const struct control_asker *asker, const json_t *request,
	uint64_t now_ns, const char **why)
{
	struct subscriber *u = &t->subscribers[asker->slot];
	struct inband_parameters parameters = { 0 };
	struct tcp_diag found;
	json_t *accepted;
	int index;

	*why = u->is_active ? "one trace at a time" : parameters_read(request, &parameters);
	if (!*why)
		*why = connection_check(t->config, &parameters, asker, &found);
	if (*why)
		return NULL;
	if (!control_hold(t->control, asker->slot, true)) {
		*why = "too many traces, try again later";
		return NULL;
	}
	index = inband_table_find(&t->engine->inband, &parameters.flow);
	if (index < 0)
		index = begin(t, &parameters, &found, asker->passed, now_ns, why);
	if (index < 0) {
		control_hold(t->control, asker->slot, false);
		return NULL;
	}
	t->records[index].subscribers++;
	*u = (struct subscriber){ .is_active = true, .index = (unsigned)index };
	accepted = report_accepted(&t->engine->inband.traces[index]);
	json_object_set_new(accepted, "inode", json_integer(found.inode));
	return accepted;
}

/* --- what is sent ------------------------------------------------------------------------------------------------ */

static void discard(struct trace_sessions *t, unsigned index)
{
	json_decref(t->records[index].lines);
	t->records[index] = (struct record){ 0 };
	choose_ports(t); /* fewer ports: a failure would leave the larger filter */
}

void trace_sessions_gone(struct trace_sessions *t, unsigned slot)
{
	struct subscriber *u = &t->subscribers[slot];
	unsigned index = u->index;

	if (!u->is_active)
		return;
	u->is_active = false;
	if (--t->records[index].subscribers)
		return;
	inband_table_stop(&t->engine->inband, (int)index);
	discard(t, index);
}

void trace_sessions_catch_up(struct trace_sessions *t)
{
	for (unsigned slot = 0; slot < CONTROL_SLOTS; slot++) {
		struct subscriber *u = &t->subscribers[slot];
		const json_t *lines = u->is_active ? t->records[u->index].lines : NULL;

		for (; lines && u->sent < json_array_size(lines); u->sent++)
			control_send(t->control, slot, json_incref(json_array_get(lines, u->sent)));
	}
}

void trace_sessions_tell(struct trace_sessions *t)
{
	const struct inband_report *r = &t->engine->inband.report;

	if (!r->kind)
		return;
	json_array_append_new(t->records[r->index].lines, report_trace(r));
	trace_sessions_catch_up(t);
	if (r->kind != INBAND_REPORT_DONE)
		return;
	for (unsigned slot = 0; slot < CONTROL_SLOTS; slot++) {
		struct subscriber *u = &t->subscribers[slot];

		if (!u->is_active || u->index != r->index)
			continue;
		u->is_active = false;
		control_hold(t->control, slot, false);
	}
	discard(t, r->index);
}
