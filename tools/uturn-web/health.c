/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "health.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/version.h"
#include "control_socket.h"

static const uint64_t fresh_ns = 200000000;
static const double answer_s = 1;

const char *health_sentence(enum trouble trouble)
{
	static const char *const sentences[TROUBLES] = {
		[TROUBLE_NONE] = "",
		[TROUBLE_OFF] = "Tracing is switched off on this server.",
		[TROUBLE_DRAINED] = "This server is in maintenance and begins no traces, try again in a few minutes.",
		[TROUBLE_DOWN] = "Tracing is not available on this server at the moment.",
		[TROUBLE_DENIED] = "Tracing is not available on this server at the moment.",
		[TROUBLE_SILENT] = "Tracing is not available on this server at the moment.",
		[TROUBLE_VERSION] = "Tracing is not available while this server is being updated.",
	};

	return sentences[trouble];
}

void health_leave(struct health_reader *r)
{
	if (!r->asked)
		return;
	for (struct health_reader **at = &r->asked->waiting; *at; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	r->asked = NULL;
}

static void tell_waiting(struct health *h)
{
	while (h->waiting) {
		struct health_reader *r = h->waiting;

		health_leave(r);
		r->told(r->owner);
	}
}

/* Logs what is other than before. */
static void conclude(struct health *h, enum trouble trouble)
{
	bool is_new = !h->is_known || h->trouble != trouble;

	control_client_close(&h->client);
	ev_timer_stop(h->client.ev, &h->on_time);
	if (is_new && trouble != TROUBLE_NONE)
		log_warning("%s: no trace is possible", h->words);
	else if (is_new && h->is_known)
		log_info("control socket %s: uturnd answers, traces are possible again", h->control);
	h->trouble = trouble;
	h->is_known = true;
	h->asked_ns = clock_ns(CLOCK_MONOTONIC);
	tell_waiting(h);
}

static void replied(void *owner, enum reply_kind kind, struct control_reply *reply)
{
	struct health *h = owner;

	/* another reply is an error, as of too many clients: it is there, and a trace asks again */
	if (kind == REPLY_STATUS && strcmp(reply->words, UTURN_VERSION) != 0) {
		snprintf(h->words, sizeof(h->words),
			"versions differ: uturnd %.40s, uturn-web %s (restart the one that is older)", reply->words,
			UTURN_VERSION);
		conclude(h, TROUBLE_VERSION);
	} else if (kind == REPLY_STATUS && reply->is_inband_off) {
		snprintf(h->words, sizeof(h->words),
			"inband off (write 'inband on' into uturnd.conf, and reload uturnd)");
		conclude(h, TROUBLE_OFF);
	} else if (kind == REPLY_STATUS && reply->is_drained) {
		snprintf(h->words, sizeof(h->words), "uturnd is drained (uturnctl drain off ends it)");
		conclude(h, TROUBLE_DRAINED);
	} else {
		conclude(h, TROUBLE_NONE);
	}
}

static void replied_all(void *owner)
{
	(void)owner;
}

/* At its limit of clients uturnd may close at once: it is there. */
static void lost(void *owner, const char *words)
{
	(void)words;
	conclude(owner, TROUBLE_NONE);
}

static void timed(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct health *h = w->data;

	(void)ev, (void)events;
	snprintf(h->words, sizeof(h->words), "control socket %s: uturnd does not respond", h->control);
	conclude(h, TROUBLE_SILENT);
}

static const struct control_callbacks callbacks = { replied, replied_all, lost };

void health_init(struct health *h, struct ev_loop *ev, const char *control)
{
	h->control = control;
	control_client_init(&h->client, ev, &callbacks, h);
	ev_timer_init(&h->on_time, timed, 0, answer_s);
	h->on_time.data = h;
}

static void ask_uturnd(struct health *h)
{
	int err = control_client_open(&h->client, h->control);

	if (err == -EAGAIN) { /* its backlog is full */
		conclude(h, TROUBLE_NONE);
		return;
	}
	if (!err)
		err = control_client_status(&h->client);
	if (!err) {
		ev_timer_again(h->client.ev, &h->on_time);
		return;
	}
	snprintf(h->words, sizeof(h->words), "control socket %s: %s%s", h->control, strerror(-err),
		err == -EACCES ? " (add its group to the supplementary groups of uturn-web)" : " (does uturnd run?)");
	conclude(h, err == -EACCES || err == -EPERM ? TROUBLE_DENIED : TROUBLE_DOWN);
}

void health_begin(struct health *h)
{
	ask_uturnd(h);
}

void health_ask(struct health *h, struct health_reader *r, uint64_t now_ns)
{
	if (h->asked_ns && now_ns - h->asked_ns < fresh_ns) {
		r->told(r->owner);
		return;
	}
	r->asked = h;
	r->next = h->waiting;
	h->waiting = r;
	if (h->client.fd < 0)
		ask_uturnd(h);
}

void health_close(struct health *h)
{
	if (!h->client.ev)
		return; /* never begun */
	control_client_close(&h->client);
	ev_timer_stop(h->client.ev, &h->on_time);
}
