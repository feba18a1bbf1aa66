/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics_access.h"

#include <string.h>

#include "common/tcp_ends.h"
#include "web_config.h"

static bool is_any(const struct addr *a)
{
	static const uint8_t zeroes[16];

	return memcmp(a->bytes, zeroes, sizeof(zeroes)) == 0;
}

/* As the kernel finds it: one of this very address before one of all. */
static const struct web_listen *listener_of(const struct web_config *c, const struct tcp_ends *ends)
{
	const struct web_listen *found = NULL;

	for (unsigned i = 0; i < c->listener_count; i++) {
		const struct web_listen *l = &c->listeners[i];

		if (l->port != ends->local_port)
			continue;
		if (addr_equal(&l->addr, &ends->local))
			return l;
		if (is_any(&l->addr) && (l->addr.family == ends->local.family || (l->addr.family == 6 && !found)))
			found = l;
	}
	return found;
}

bool metrics_access_is_alone(const struct web_config *c, const struct tcp_ends *ends)
{
	const struct web_listen *l = listener_of(c, ends);

	return l && l->is_metrics;
}

bool metrics_access_is_granted(const struct web_config *c, const struct tcp_ends *ends, bool is_proxied)
{
	if (metrics_access_is_alone(c, ends))
		return true;
	for (unsigned i = 0; !is_proxied && i < c->metrics_reader_count; i++)
		if (prefix_contains(&c->metrics_readers[i], &ends->peer))
			return true;
	return false;
}
