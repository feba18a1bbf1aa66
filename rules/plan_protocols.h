/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the plan that knows UDP and TCP: ports that are no probe's, and
 * packets that belong to a socket of this host. Pure.
 *
 * Each function writes the rules of one chain, or none where the plan leaves
 * the protocol out. is_mangle: not those of the nat table, see plan_write.h.
 */
#ifndef UTURN_RULES_PLAN_PROTOCOLS_H
#define UTURN_RULES_PLAN_PROTOCOLS_H

#include <stdbool.h>
#include <stdio.h>

struct family;
struct plan;

void plan_write_socket(const struct plan *p, const struct family *f, bool is_mangle, FILE *out);
void plan_write_tcp(const struct plan *p, const struct family *f, bool is_mangle, FILE *out);
void plan_write_udp(const struct plan *p, FILE *out);

#endif
