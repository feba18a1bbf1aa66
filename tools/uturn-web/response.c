/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "response.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acme.h"
#include "common/clock.h"
#include "control_socket.h"
#include "exchange.h"
#include "metrics/figures.h"
#include "metrics/host_state.h"
#include "metrics_access.h"
#include "page.h"
#include "route.h"
#include "tls.h"
#include "visit_trace.h"
#include "visitor.h"
#include "web_context.h"

static void put_common(struct exchange *x, const char *type, const char *cache)
{
	const struct web_config *c = &x->visitor->context->config;

	exchange_field(x, "content-type", type);
	exchange_field(x, "cache-control", cache);
	exchange_field(x, "x-content-type-options", "nosniff");
	exchange_field(x, "referrer-policy", "no-referrer");
	exchange_field(x, "vary", "accept, origin");
	for (unsigned i = 0; i < c->origin_count; i++) {
		bool is_all = strcmp(c->origins[i], "*") == 0;

		if (!is_all && strcmp(c->origins[i], x->request.origin) != 0)
			continue;
		exchange_field(x, "access-control-allow-origin", is_all ? "*" : x->request.origin);
		break;
	}
}

static void send_words(struct exchange *x, int status, const char *words)
{
	put_common(x, "text/plain; charset=utf-8", "no-store");
	exchange_fixed(x, words, strlen(words));
	exchange_start(x, status);
}

/* The body is complete. */
static void send_body(struct exchange *x, const char *type)
{
	if (x->body.is_short) {
		send_words(x, 503, "too many responses wait to be read\n");
		return;
	}
	put_common(x, type, "no-store");
	x->is_ended = true;
	exchange_start(x, 200);
}

static void send_file(struct exchange *x)
{
	const struct page_file *f = page_find(x->request.path);

	if (!f) {
		send_words(x, 404, "not found\n");
		return;
	}
	put_common(x, f->type, "no-cache");
	exchange_field(x, "etag", f->etag);
	exchange_field(x, "content-security-policy", x->visitor->context->page.policy);
	if (strcmp(x->request.etag, f->etag) == 0) {
		exchange_fixed(x, "", 0);
		exchange_start(x, 304);
		return;
	}
	exchange_fixed(x, f->bytes, (size_t)(f->end - f->bytes));
	exchange_start(x, 200);
}

/*
 * The error of an event stream is one of its events, and its status 200: a
 * script cannot read the body of another one.
 */
static void send_problem(struct exchange *x, const struct format *format, int status, const char *words)
{
	bool is_stream = format == &format_sse || format == &format_inband;
	struct record r = { .event_count = 0 };

	record_problem(&r, words);
	format_begin(&x->telling, format);
	format_advance(&x->telling, &r, &x->body);
	record_free(&r);
	put_common(x, format->type, "no-store");
	if (!is_stream)
		exchange_field(x, "retry-after", status == 429 ? "60" : "5");
	x->is_ended = true;
	exchange_start(x, is_stream ? 200 : status);
}

/* Goes on when it is known whether a trace is possible. */
static void ask_health(struct exchange *x, void (*told)(void *owner))
{
	x->health = (struct health_reader){ .told = told, .owner = x };
	health_ask(&x->visitor->context->health, &x->health, clock_ns(CLOCK_MONOTONIC));
}

static void begin_trace(void *owner)
{
	struct exchange *x = owner;
	const struct format *format = x->telling.format;
	const struct health *health = &x->visitor->context->health;
	int err;

	if (health->trouble != TROUBLE_NONE) {
		send_problem(x, format, 503, health_sentence(health->trouble));
		return;
	}
	err = visit_trace_join(x, format);
	if (err) {
		send_problem(x, format, err == -EDQUOT ? 429 : 503, visit_trace_words(x, err));
		return;
	}
	put_common(x, format->type, "no-store");
	exchange_field(x, "x-accel-buffering", "no"); /* a proxy must not wait for the end */
	exchange_start(x, 200);
}

static void send_trace(struct exchange *x, const struct format *format)
{
	if (x->request.method == METHOD_HEAD) {
		send_body(x, format->type);
		return;
	}
	x->telling.format = format;
	ask_health(x, begin_trace);
}

static void tell_health(void *owner)
{
	struct exchange *x = owner;
	const struct health *h = &x->visitor->context->health;

	if (h->trouble == TROUBLE_NONE) {
		send_words(x, 200, "ok\n");
		return;
	}
	put_common(x, "text/plain; charset=utf-8", "no-store");
	buffer_print(&x->body, "%s\n", h->words);
	x->is_ended = true;
	exchange_start(x, 503);
}

static void send_health(struct exchange *x)
{
	ask_health(x, tell_health);
}

/* An SVG that somebody opens by itself runs no script either. */
static void send_logo(struct exchange *x)
{
	const struct logo *l = &x->visitor->context->logo;

	if (!l->type) {
		send_words(x, 404, "not found\n");
		return;
	}
	exchange_field(x, "content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
	buffer_put(&x->body, l->bytes, l->len);
	send_body(x, l->type);
}

static void send_acme(struct exchange *x)
{
	const char *webroot = x->visitor->context->config.acme_webroot;
	char bytes[4096];
	ssize_t len = -ENOENT;

	if (*webroot)
		len = acme_read(webroot, x->request.path + strlen(acme_prefix), bytes, sizeof(bytes));
	if (len < 0) {
		send_words(x, 404, "not found\n");
		return;
	}
	buffer_put(&x->body, bytes, (size_t)len);
	send_body(x, "application/octet-stream");
}

/* Those of uturnd, and its own. The kernel's list of queues is root's. */
static void put_figures(struct exchange *x, const json_t *status, const json_t *counters)
{
	const struct web_context *c = x->visitor->context;
	struct figures_found found = { status, counters, host_rules_read(), NULL, c->tls ? tls_expiry(c->tls) : 0 };
	char *text = figures_text(&found);

	if (text)
		buffer_text(&x->body, text);
	free(text);
	json_decref((json_t *)found.rules);
}

static void send_figures(void *owner, const json_t *status, const json_t *counters)
{
	struct exchange *x = owner;
	struct web_context *c = x->visitor->context;
	struct names_counts names = names_counts(c->names);

	put_figures(x, status, counters);
	c->metrics.value[METRIC_NAMES_ASKED] = names.asked;
	c->metrics.value[METRIC_NAMES_CACHED] = names.cached;
	c->metrics.value[METRIC_NAMES_REFUSED] = names.refused;
	metrics_print(&c->metrics, &x->body);
	send_body(x, "text/plain; version=0.0.4; charset=utf-8");
}

static void send_metrics(struct exchange *x)
{
	struct web_context *c = x->visitor->context;

	if (!metrics_access_is_granted(&c->config, &x->visitor->ends, x->request.is_proxied)) {
		send_words(x, 404, "not found\n");
		return;
	}
	x->figures.told = send_figures;
	x->figures.owner = x;
	daemon_figures_ask(&c->figures, c->ev, c->config.control, &x->figures);
}

static void refuse_request(struct exchange *x, int status, const char *words)
{
	x->visitor->context->metrics.value[METRIC_REQUESTS_BAD]++;
	if (status == 405)
		exchange_field(x, "allow", "GET, HEAD");
	send_words(x, status, words);
}

/* A listener for metrics has nothing else, but errors. */
static enum route route_of(const struct exchange *x)
{
	enum route route = route_find(&x->request);

	if (route > ROUTE_BAD_FORMAT && route != ROUTE_METRICS &&
		metrics_access_is_alone(&x->visitor->context->config, &x->visitor->ends))
		return ROUTE_NOT_FOUND;
	return route;
}

/* A browser that has come without TLS; a text client is not told to ask twice, nor an ACME server to trust a certificate. */
static bool is_redirected(const struct exchange *x, enum route route)
{
	const struct web_context *c = x->visitor->context;

	return c->config.redirect_to_https && c->tls_port && !x->visitor->ssl && !x->request.is_proxied &&
		*x->request.host && route_is_for_browsers(&x->request, route);
}

static void send_redirect(struct exchange *x)
{
	const struct http_request *q = &x->request;
	const char *port = q->host[0] == '[' ? strchr(q->host, ']') + 1 : q->host + strcspn(q->host, ":");
	unsigned tls_port = x->visitor->context->tls_port;
	char other[8] = "";

	if (tls_port != 443)
		snprintf(other, sizeof(other), ":%u", tls_port);
	snprintf(x->location, sizeof(x->location), "https://%.*s%s%s%s%s", (int)(port - q->host), q->host, other,
		q->path, *q->query ? "?" : "", q->query);
	exchange_field(x, "location", x->location);
	send_words(x, 301, "this page is at https\n");
}

void response_start(struct exchange *x)
{
	enum route route = route_of(x);

	x->visitor->context->metrics.value[METRIC_REQUESTS]++;
	if (is_redirected(x, route)) {
		send_redirect(x);
		return;
	}
	switch (route) {
	case ROUTE_NOT_FOUND:
		send_words(x, 404, "not found\n");
		break;
	case ROUTE_BAD_REQUEST:
		refuse_request(x, 400, "the request is malformed\n");
		break;
	case ROUTE_BAD_CODING:
		refuse_request(x, 501, "no transfer coding but chunked\n");
		break;
	case ROUTE_TOO_LARGE:
		refuse_request(x, 431, "the request is too large\n");
		break;
	case ROUTE_BAD_METHOD:
		refuse_request(x, 405, "only GET and HEAD\n");
		break;
	case ROUTE_BAD_FORMAT:
		refuse_request(x, 400, "no such format: text for /, inband-traceroute for /sse\n");
		break;
	case ROUTE_STOP:
		exchange_fixed(x, "", 0);
		put_common(x, "text/plain; charset=utf-8", "no-store");
		exchange_start(x, 204);
		break;
	case ROUTE_TEXT:
		send_trace(x, &format_text);
		break;
	case ROUTE_SSE:
		send_trace(x, &format_sse);
		break;
	case ROUTE_INBAND:
		send_trace(x, &format_inband);
		break;
	case ROUTE_JSON:
		send_trace(x, &format_json);
		break;
	case ROUTE_METRICS:
		send_metrics(x);
		break;
	case ROUTE_HEALTH:
		send_health(x);
		break;
	case ROUTE_SETTINGS:
		buffer_text(&x->body, x->visitor->context->page.json);
		send_body(x, "application/json; charset=utf-8");
		break;
	case ROUTE_ACME:
		send_acme(x);
		break;
	case ROUTE_LOGO:
		send_logo(x);
		break;
	case ROUTE_FILE:
		send_file(x);
		break;
	}
}
