/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "route.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char acme_prefix[] = "/.well-known/acme-challenge/";

/* The quality of one media range among its parameters, in thousandths (RFC 9110 12.4.2). */
static int quality(const char *at, const char *end)
{
	while ((at = memchr(at, ';', (size_t)(end - at))) != NULL) {
		at++;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		if (end - at >= 3 && strncasecmp(at, "q=", 2) == 0) {
			int q = at[2] == '1' ? 1000 : 0;

			for (int i = 4, digit = 100; q == 0 && i < 7 && at + i < end; i++, digit /= 10) {
				if (at[i] < '0' || at[i] > '9')
					break;
				q += (at[i] - '0') * digit;
			}
			return q;
		}
	}
	return 1000;
}

bool route_wants_html(const char *accept)
{
	int html = 0, plain = 0;

	while (*accept) {
		const char *end = accept + strcspn(accept, ",");
		const char *type = accept + strspn(accept, " \t");
		size_t len = type < end ? strcspn(type, " \t;,") : 0;
		int q = type < end ? quality(type, end) : 0;

		if ((len == 9 && strncasecmp(type, "text/html", len) == 0) ||
			(len == 21 && strncasecmp(type, "application/xhtml+xml", len) == 0))
			html = q > html ? q : html;
		else if (len == 10 && strncasecmp(type, "text/plain", len) == 0)
			plain = q;
		accept = *end ? end + 1 : end;
	}
	return html > 0 && html >= plain;
}

bool route_is_token(const char *token)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t len = strspn(token, letters);

	return len > 0 && len <= 128 && token[len] == '\0';
}

/* The value of `format` in a query, "" where it is missing. */
static void format_of(const char *query, char format[32])
{
	format[0] = '\0';
	while (*query) {
		size_t len = strcspn(query, "&");

		if (len > 7 && len < 7 + 32 && strncmp(query, "format=", 7) == 0) {
			memcpy(format, query + 7, len - 7);
			format[len - 7] = '\0';
		}
		query += len + (query[len] == '&');
	}
}

static enum route route_stream(const struct http_request *q)
{
	char format[32];

	if (strcmp(q->last_event_id, "done") == 0)
		return ROUTE_STOP;
	format_of(q->query, format);
	if (strcmp(format, "inband-traceroute") == 0)
		return ROUTE_INBAND;
	return *format ? ROUTE_BAD_FORMAT : ROUTE_SSE;
}

static enum route route_home(const struct http_request *q)
{
	char format[32];

	format_of(q->query, format);
	if (strcmp(format, "text") == 0)
		return ROUTE_TEXT;
	if (*format)
		return ROUTE_BAD_FORMAT;
	return route_wants_html(q->accept) ? ROUTE_FILE : ROUTE_TEXT;
}

enum route route_find(const struct http_request *q)
{
	static const struct {
		const char *path;
		enum route route;
	} routes[] = {
		{ "/json", ROUTE_JSON },
		{ "/metrics", ROUTE_METRICS },
		{ "/healthz", ROUTE_HEALTH },
		{ "/page.json", ROUTE_SETTINGS },
		{ "/look.css", ROUTE_FILE },
		{ "/page.css", ROUTE_FILE },
		{ "/page.js", ROUTE_FILE },
		{ "/path.js", ROUTE_FILE },
		{ "/stream.js", ROUTE_FILE },
		{ "/table.js", ROUTE_FILE },
		{ "/trace.js", ROUTE_FILE },
		{ "/logo", ROUTE_LOGO },
		{ "/icon.svg", ROUTE_FILE },
	};

	if (q->is_too_large)
		return ROUTE_TOO_LARGE;
	if (q->is_malformed)
		return ROUTE_BAD_REQUEST;
	if (q->is_unsupported)
		return ROUTE_BAD_CODING;
	if (q->method == METHOD_OTHER)
		return ROUTE_BAD_METHOD;
	if (strcmp(q->path, "/") == 0)
		return route_home(q);
	if (strcmp(q->path, "/sse") == 0)
		return route_stream(q);
	if (strncmp(q->path, acme_prefix, strlen(acme_prefix)) == 0)
		return route_is_token(q->path + strlen(acme_prefix)) ? ROUTE_ACME : ROUTE_NOT_FOUND;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strcmp(q->path, routes[i].path) == 0)
			return routes[i].route;
	return ROUTE_NOT_FOUND;
}

bool route_is_for_browsers(const struct http_request *q, enum route route)
{
	static const char well_known[] = "/.well-known/";

	return route != ROUTE_BAD_REQUEST && route != ROUTE_BAD_CODING && route != ROUTE_TOO_LARGE &&
		route != ROUTE_BAD_METHOD && strncmp(q->path, well_known, strlen(well_known)) != 0 &&
		route_wants_html(q->accept);
}
