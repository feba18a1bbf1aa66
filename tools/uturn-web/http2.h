/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP/2 on a visitor's connection, by nghttp2: each stream is an exchange. */
#ifndef UTURN_WEB_HTTP2_H
#define UTURN_WEB_HTTP2_H

#include "visitor.h"

extern const struct protocol protocol_http2;

#endif
