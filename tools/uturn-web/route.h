/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of our few answers a request asks for. No parameter of it chooses an address. */
#ifndef UTURN_WEB_ROUTE_H
#define UTURN_WEB_ROUTE_H

#include "http_request.h"

enum route {
	ROUTE_NOT_FOUND,
	ROUTE_BAD_REQUEST,
	ROUTE_BAD_CODING,
	ROUTE_TOO_LARGE,
	ROUTE_BAD_METHOD,
	ROUTE_BAD_FORMAT,
	ROUTE_STOP, /* an EventSource that comes back after the end */
	ROUTE_TEXT,
	ROUTE_SSE,
	ROUTE_INBAND,
	ROUTE_JSON,
	ROUTE_METRICS,
	ROUTE_HEALTH,
	ROUTE_SETTINGS,
	ROUTE_ACME,
	ROUTE_LOGO,
	ROUTE_FILE /* of the page; which one, the path says */
};

extern const char acme_prefix[]; /* "/.well-known/acme-challenge/" */

enum route route_find(const struct http_request *q);

/* May this be sent to https instead: what a browser asks for, and is no challenge nor an error? */
bool route_is_for_browsers(const struct http_request *q, enum route route);
/* Does this Accept prefer HTML to plain text? One that has no preference, as curl's, does not. */
bool route_wants_html(const char *accept);
/* Is this the token of a challenge: letters, digits, - and _ (RFC 8555 8.3), so never a way out of its folder? */
bool route_is_token(const char *token);

#endif
