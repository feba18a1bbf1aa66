/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of an address beside its name: its autonomous system, where
 * it is, and its row of the registry of special-purpose addresses.
 */
#ifndef UTURN_ENRICH_PLACE_H
#define UTURN_ENRICH_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/special.h"

/* Empty fields are not known. Text is UTF-8 without control characters. */
struct place {
	uint32_t asn; /* 0: none */
	char as_name[96], as_domain[64];
	char city[64], country[64], country_code[8], continent[32], continent_code[8];
	double latitude, longitude;
	bool has_location;
	const struct special *special; /* NULL: an ordinary address */
};

/* With what the address alone says. */
struct place place_of(const struct addr *a);

/* Cuts text to what fits, at a whole UTF-8 character, without control characters; "" where it is not UTF-8. */
void place_text(char *field, size_t size, const char *text, size_t len);

#endif
