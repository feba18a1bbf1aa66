/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may read /metrics: by the two ends of a connection, and the configuration. Pure. */
#ifndef UTURN_WEB_METRICS_ACCESS_H
#define UTURN_WEB_METRICS_ACCESS_H

#include <stdbool.h>

struct tcp_ends;
struct web_config;

/* Has it come to a listener that has nothing else? */
bool metrics_access_is_alone(const struct web_config *c, const struct tcp_ends *ends);

/* is_proxied: the peer is not who asks, so that its address says nothing. */
bool metrics_access_is_granted(const struct web_config *c, const struct tcp_ends *ends, bool is_proxied);

#endif
