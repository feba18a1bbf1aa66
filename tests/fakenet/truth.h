/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is so in a network, as JSON, an object a line: README.md in this folder lists the keys. */
#ifndef UTURN_TESTS_FAKENET_TRUTH_H
#define UTURN_TESTS_FAKENET_TRUTH_H

#include <stdio.h>

#include "tests/fakenet/network.h"

enum { TRUTH_MARKS = 8, TRUTH_MARK_SIZE = 48 };

/* What is sent; the marks are about that. */
struct truth_probe {
	uint8_t family, protocol; /* of IANA */
	uint8_t tos;
};

/* At which hops, counted as TTLs see them, packets of any flow meet a router: bit h - 1. from: S for there, T for back. */
uint64_t truth_hops(const struct network *n, unsigned router, bool is_back);
/* How uturn-trace is expected to mark its answers on the forward path; returns how many. */
unsigned truth_marks(const struct network *n, unsigned router, const struct truth_probe *p,
	char marks[TRUTH_MARKS][TRUTH_MARK_SIZE]);
/* The least MTU on paths to the target, and whether each link below the interface's reports it. */
unsigned truth_mtu(const struct network *n, bool *is_reported);

void truth_print(FILE *out, const struct network *n, const struct truth_probe *p);

#endif
