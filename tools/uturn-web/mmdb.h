/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose an address is, and where: any number of MaxMind DB files, GeoLite2
 * (City, Country, ASN) and IPinfo Lite by their own field names, asked in the
 * order of the configuration; the first that knows a field has the word.
 */
#ifndef UTURN_WEB_MMDB_H
#define UTURN_WEB_MMDB_H

#include <stddef.h>

#include "record.h"

struct web_config;
struct databases;

/* 0, or a negative errno with words; none at all is fine. */
int databases_open(struct databases **made, const struct web_config *c, char *why, size_t why_size);
void databases_close(struct databases *d);
/* Fills what is still empty in *p. */
void databases_find(const struct databases *d, const struct addr *a, struct place *p);

/* Cuts text to what fits, at a whole UTF-8 character, without control characters; "" where it is no UTF-8. */
void place_text(char *field, size_t size, const char *text, size_t len);

#endif
