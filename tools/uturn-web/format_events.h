/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events of a record as objects, for the forms that are JSON inside: event stream and lines. */
#ifndef UTURN_WEB_FORMAT_EVENTS_H
#define UTURN_WEB_FORMAT_EVENTS_H

#include "format.h"

json_t *event_start(const struct record *r);
/* Says where the path leads, if that is a proxy. */
void event_proxy(const struct record *r, json_t *o);
json_t *event_end(const struct record *r, unsigned lost);

#endif
