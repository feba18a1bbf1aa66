/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share: packets made whole again, so that a mutation
 * is not lost on the first checksum, and a way to say what went wrong.
 */
#ifndef UTURN_FUZZ_WIRE_H
#define UTURN_FUZZ_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the run with words where what must hold does not. */
#define MUST(condition) \
	do { \
		if (!(condition)) \
			broken(__FILE__, __LINE__, #condition); \
	} while (0)

void broken(const char *file, int line, const char *condition) __attribute__((noreturn));

static inline void set16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Lengths, then checksums: of the IP packet, and of the extension of an ICMP error. */
void repair(uint8_t *packet, size_t len);

#endif
