/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hops of a trace as a table, in order, each as soon as it and those
 * before it are known. They come as JSON objects in any order, several per hop.
 *
 * A struct hops starts as zeroes; it is empty again after the last line (done).
 */
#ifndef UTURNCTL_PRINT_HOP_H
#define UTURNCTL_PRINT_HOP_H

#include <jansson.h>

enum { HOPS_MOST = 32 };

struct hops {
	json_t *answers[HOPS_MOST + 1]; /* by hop: a list of its answers */
	int attempts; /* probes per hop */
	int printed; /* hops */
	int end; /* hop of the peer, as far as it is known; 0: not yet */
};

/* Keeps a reference to the line, and prints the hops that are complete; after the last line (done) all of them. */
void hops_print(struct hops *h, const json_t *line);

#endif
