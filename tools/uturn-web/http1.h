/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP/1.1 on a visitor's connection: one request after another, answered in their order. */
#ifndef UTURN_WEB_HTTP1_H
#define UTURN_WEB_HTTP1_H

#include "visitor.h"

extern const struct protocol protocol_http1;

#endif
