/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a request to its response: the one place that knows what each route answers. */
#ifndef UTURN_WEB_RESPONSE_H
#define UTURN_WEB_RESPONSE_H

struct exchange;

/* Answers x->request: its head is complete when this returns, the body of a trace follows as it goes on. */
void response_start(struct exchange *x);

#endif
