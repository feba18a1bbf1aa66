/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Autonomous system and location of an address, from any number of MaxMind DB
 * files: GeoLite2 (City, Country, ASN) and IPinfo Lite by their own field
 * names. The files are asked in the order given; the first that has a field
 * fills it.
 */
#ifndef UTURN_ENRICH_MMDB_H
#define UTURN_ENRICH_MMDB_H

#include <stddef.h>

#include "enrich/place.h"
#include "packet/addr.h"

struct databases;

/* 0, or a negative errno with words that name the file; count 0 is fine, and knows nothing. */
int databases_open(struct databases **made, const char *const *paths, unsigned count, char *why, size_t why_size);
void databases_close(struct databases *d);
/* Fills the fields of *p that are still empty. */
void databases_find(const struct databases *d, const struct addr *a, struct place *p);

#endif
