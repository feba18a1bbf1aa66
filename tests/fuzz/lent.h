/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is lent to the byte, again and again: what lies around it is
 * poisoned, and so is all of it once it is taken back. It catches what a
 * malloc() each would, and costs no allocation.
 *
 * { .most = SIZE } in static memory; what it holds stays until the end.
 */
#ifndef UTURN_FUZZ_LENT_H
#define UTURN_FUZZ_LENT_H

#include <stddef.h>
#include <stdint.h>

#include "engine/settings.h"
#include "packet/bytes.h"

struct lent {
	size_t most;
	uint8_t *at;
	size_t len; /* that are out */
};

/* Neither twice at a time. What was in it stays, as it would in a heap. */
uint8_t *lent_out(struct lent *l, size_t len);
void lent_back(struct lent *l);

struct span lent_packet(struct lent *l, const uint8_t *packet, size_t len);
struct writer lent_room(struct lent *l, size_t len);

/*
 * The zeroes that engine_init() asks for, as far as they are needed by an
 * engine with so many traces in its table at once: the rest of the table is a
 * megabyte that nobody touches, and who does is caught.
 */
enum { LENT_ENGINE = 128 * 1024 };
void *lent_engine(struct lent *l, const struct engine_settings *settings, size_t traces);

#endif
