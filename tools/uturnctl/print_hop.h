/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace's hops as a table, in order, each as soon as it and those before it
 * are known. They come as JSON objects in any order, several for a hop.
 */
#ifndef UTURNCTL_PRINT_HOP_H
#define UTURNCTL_PRINT_HOP_H

#include <jansson.h>

enum { HOPS_MOST = 32 };

struct hops {
	json_t *answers[HOPS_MOST + 1]; /* what was said about each, as lists; by number */
	int attempts; /* each hop has */
	int printed; /* hops */
	int end; /* the peer's, as far as it is known; 0: not yet */
};

/* Takes note of one line, and prints what is complete; after the last one (done) all is. */
void hops_print(struct hops *h, const json_t *line);

#endif
