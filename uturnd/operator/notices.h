/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the operator should know about the host around uturnd, noticed while it
 * runs: an inflection address that the host does not have (any more), and
 * address translation between this host and its probers. Each is logged when it
 * begins, and shown by `uturnctl status` as long as it holds.
 */
#ifndef UTURN_OPERATOR_NOTICES_H
#define UTURN_OPERATOR_NOTICES_H

#include <jansson.h>

struct config;
struct event;
struct notices;

/* Opens sockets. Returns 0 or a negative errno; *made belongs to the caller until notices_close(). */
int notices_open(struct notices **made);
void notices_close(struct notices *n); /* n may be NULL */

/* Readable when notices_work() has something to do. */
int notices_fd(const struct notices *n);
void notices_work(struct notices *n);

/* The configuration from now on: checked at once. */
void notices_configure(struct notices *n, const struct config *config);
/* An event of an engine. */
void notices_event(struct notices *n, const struct event *e);

/* A new reference to an array of sentences. */
json_t *notices_json(struct notices *n);

#endif
