/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http_request.h"

#include <string.h>
#include <strings.h>

void http_request_begin(struct http_request *q)
{
	memset(q, 0, sizeof(*q));
}

void http_request_method(struct http_request *q, const char *method, size_t len)
{
	if (len == 3 && memcmp(method, "GET", 3) == 0)
		q->method = METHOD_GET;
	else if (len == 4 && memcmp(method, "HEAD", 4) == 0)
		q->method = METHOD_HEAD;
	else
		q->method = METHOD_OTHER;
}

/* Printable ASCII of a length that fits; anything else marks the request and leaves the field empty. */
static void copy(struct http_request *q, char *field, size_t size, const char *from, size_t len)
{
	field[0] = '\0';
	if (len >= size) {
		q->is_too_large = true;
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (from[i] >= ' ' && from[i] <= '~')
			continue;
		q->is_malformed = true;
		return;
	}
	memcpy(field, from, len);
	field[len] = '\0';
}

static void count(struct http_request *q, size_t len)
{
	q->bytes += len;
	if (q->bytes > HTTP_REQUEST_BYTES || len > HTTP_REQUEST_BYTES)
		q->is_too_large = true;
}

static bool is_any_of(const char *at, size_t len, const char *letters)
{
	for (size_t i = 0; i < len; i++) {
		bool is_letter = (at[i] >= 'a' && at[i] <= 'z') || (at[i] >= 'A' && at[i] <= 'Z');

		if (!is_letter && !(at[i] >= '0' && at[i] <= '9') && (at[i] == '\0' || !strchr(letters, at[i])))
			return false;
	}
	return true;
}

static bool is_port(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	return len <= 5;
}

bool http_request_is_authority(const char *text, size_t len)
{
	const char *end = text + len, *host_end;

	if (len && text[0] == '[') {
		host_end = memchr(text, ']', len);
		if (!host_end || host_end == text + 1 || !is_any_of(text + 1, (size_t)(host_end - text) - 1, ":."))
			return false;
		host_end++;
	} else {
		host_end = memchr(text, ':', len);
		host_end = host_end ? host_end : end;
		if (host_end == text || !is_any_of(text, (size_t)(host_end - text), "-._~%!$&'()*+,;="))
			return false;
	}
	return host_end == end || (*host_end == ':' && is_port(host_end + 1, (size_t)(end - host_end) - 1));
}

void http_request_target(struct http_request *q, const char *target, size_t len)
{
	const char *end = target + len, *path = target, *query;

	count(q, len);
	if (memchr(target, '#', len)) {
		q->is_malformed = true; /* RFC 9112 3.2: a fragment stays with the client */
		return;
	}
	if (len > 0 && target[0] != '/') {
		/* absolute form, as to a proxy (RFC 9112 3.2.2) */
		size_t scheme = len > 8 && strncasecmp(target, "https://", 8) == 0 ? 8 : 7;

		if (len < 8 || (scheme == 7 && strncasecmp(target, "http://", 7) != 0)) {
			q->is_malformed = true;
			return;
		}
		path = memchr(target + scheme, '/', len - scheme);
		/* so a query without a path is none either: what it holds is never taken for one */
		if (!http_request_is_authority(target + scheme, (size_t)((path ? path : end) - target) - scheme)) {
			q->is_malformed = true;
			return;
		}
		if (!path) {
			strcpy(q->path, "/");
			return;
		}
	}
	query = path < end ? memchr(path, '?', (size_t)(end - path)) : NULL;
	copy(q, q->path, sizeof(q->path), path, (size_t)((query ? query : end) - path));
	if (query)
		copy(q, q->query, sizeof(q->query), query + 1, (size_t)(end - query - 1));
	if (q->path[0] != '/')
		q->is_malformed = true;
}

static bool is_named(const char *name, size_t len, const char *wanted)
{
	return strlen(wanted) == len && strncasecmp(name, wanted, len) == 0;
}

void http_request_header(struct http_request *q, const char *name, size_t name_len, const char *value, size_t len)
{
	count(q, name_len);
	count(q, len);
	if ((is_named(name, name_len, "host") || is_named(name, name_len, ":authority")) && len < sizeof(q->host) &&
		http_request_is_authority(value, len))
		copy(q, q->host, sizeof(q->host), value, len);
	else if (is_named(name, name_len, "accept"))
		copy(q, q->accept, sizeof(q->accept), value, len);
	else if (is_named(name, name_len, "origin"))
		copy(q, q->origin, sizeof(q->origin), value, len);
	else if (is_named(name, name_len, "last-event-id"))
		copy(q, q->last_event_id, sizeof(q->last_event_id), value, len);
	else if (is_named(name, name_len, "forwarded") || is_named(name, name_len, "x-forwarded-for") ||
		is_named(name, name_len, "via"))
		q->is_proxied = true;
	else if (is_named(name, name_len, "if-none-match") && len < sizeof(q->etag))
		copy(q, q->etag, sizeof(q->etag), value, len);
}
