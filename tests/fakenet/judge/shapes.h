/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks by chance, of a kind each: what runs are made of. */
#ifndef UTURN_TESTS_FAKENET_JUDGE_SHAPES_H
#define UTURN_TESTS_FAKENET_JUDGE_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAN_TEXT = 8192 };
enum plan_protocol { PLAN_UDP, PLAN_TCP, PLAN_ICMP };

/* One run. What is not set by a shape is as it was handed over. */
struct plan {
	uint64_t random;
	uint8_t family; /* 4 or 6 */
	bool is_plain;
	enum plan_protocol protocol;
	uint8_t tos;
	bool wants_mtu, wants_fields, wants_routers;
	char text[PLAN_TEXT]; /* the network */
	size_t len;
};

struct shape {
	const char *name;
	bool is_plain_too; /* runs over UDP sockets are part of it */
	void (*make)(struct plan *p);
};

extern const struct shape shapes[];
extern const size_t shape_count;

#endif
