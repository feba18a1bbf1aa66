/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can connections be traced now: does uturnd answer, is it of this version, is
 * `inband` on, and is it not drained? A trace begins with its response, whose status should say so.
 *
 * Anyone may ask that as often as they like, so an answer is kept for a moment
 * and uturnd is not asked again; who asks meanwhile waits for the same answer.
 * What changes is logged.
 */
#ifndef UTURN_WEB_HEALTH_H
#define UTURN_WEB_HEALTH_H

#include "control_client.h"

enum trouble {
	TROUBLE_NONE,
	TROUBLE_OFF,
	TROUBLE_DRAINED,
	TROUBLE_DOWN,
	TROUBLE_DENIED,
	TROUBLE_SILENT,
	TROUBLE_VERSION,
	TROUBLES
};

/* One of zeroes waits for nothing. */
struct health_reader {
	struct health *asked; /* NULL: it does not wait */
	void (*told)(void *owner);
	void *owner;
	struct health_reader *next;
};

struct health {
	const char *control; /* path of uturnd's control socket, of the configuration */
	struct control_client client;
	struct ev_timer on_time;
	uint64_t asked_ns; /* when the answer came; 0: never */
	enum trouble trouble; /* by the last answer */
	bool is_known; /* there has been an answer */
	char words[RECORD_WORDS_SIZE]; /* what is wrong, for the operator */
	struct health_reader *waiting;
};

/* control outlives it, and may change meanwhile. */
void health_init(struct health *h, struct ev_loop *ev, const char *control);
/* Asks before anybody has asked, so that the log tells at once what is wrong. */
void health_begin(struct health *h);
/* Calls r->told, now or as soon as the answer is there, unless it leaves before; h->trouble and h->words tell it. */
void health_ask(struct health *h, struct health_reader *r, uint64_t now_ns);
void health_leave(struct health_reader *r); /* which may have been told already */
void health_close(struct health *h);

/* For visitors, a whole sentence. */
const char *health_sentence(enum trouble trouble);

#endif
