/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a captured packet is an answer to. Only what proves to be about a probe
 * of this run is an answer; all else is somebody's traffic, or forged.
 *
 * Pure: nothing is sent or kept. The answer borrows nothing of the packet.
 */
#ifndef UTURN_TRACE_ANSWERS_H
#define UTURN_TRACE_ANSWERS_H

#include <stdbool.h>

#include "answer_world.h"
#include "packet/bytes.h"

/* Fragmentation Needed, or Packet Too Big. */
bool answer_is_too_big(const struct answer *a);

enum answer_result answer_of(const struct answer_world *w, struct span packet, struct answer *a);

/* What the objects of an extension say, into the note of *a. */
void answer_read_objects(struct answer *a, struct span objects);

#endif
