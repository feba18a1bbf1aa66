/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange.h"

#include <string.h>

#include "visitor.h"

void exchange_begin(struct exchange *x, struct visitor *v, void (*wake)(struct exchange *x))
{
	memset(x, 0, sizeof(*x));
	x->visitor = v;
	x->wake = wake;
	x->body.pool = &v->pool;
	http_request_begin(&x->request);
	x->request.is_proxied = v->is_proxied;
}

void exchange_field(struct exchange *x, const char *name, const char *value)
{
	if (x->head.field_count < HEAD_FIELDS)
		x->head.fields[x->head.field_count++] = (struct field){ name, value };
}

void exchange_start(struct exchange *x, int status)
{
	x->head.status = status;
	x->is_started = true;
	if (x->request.method == METHOD_HEAD)
		x->is_ended = true;
	x->wake(x);
}

void exchange_fixed(struct exchange *x, const char *bytes, size_t len)
{
	x->fixed = bytes;
	x->fixed_len = len;
	x->is_ended = true;
}

void exchange_wake(struct exchange *x)
{
	x->wake(x);
}

size_t exchange_waits(const struct exchange *x, size_t size, bool *is_end)
{
	size_t waits = x->fixed ? x->fixed_len - x->fixed_at : x->body.len;

	if (x->request.method == METHOD_HEAD) {
		*is_end = true;
		return 0;
	}
	*is_end = x->is_ended && waits <= size;
	return waits < size ? waits : size;
}

size_t exchange_read(struct exchange *x, char *bytes, size_t size, bool *is_end)
{
	size_t len = exchange_waits(x, size, is_end);

	if (x->fixed) {
		memcpy(bytes, x->fixed + x->fixed_at, len);
		x->fixed_at += len;
		return len;
	}
	memcpy(bytes, buffer_bytes(&x->body), len);
	buffer_take(&x->body, len);
	return len;
}

bool exchange_is_ready(const struct exchange *x)
{
	return x->is_started && (x->is_ended || x->body.len > 0);
}

void exchange_done(struct exchange *x)
{
	if (x->trace)
		x->leave(x);
	daemon_figures_leave(&x->figures);
	health_leave(&x->health);
	buffer_free(&x->body);
}
