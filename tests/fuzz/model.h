/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle: what the engine may and must do, said once more, slowly and
 * plainly, from the words and the RFCs and without a line of the
 * engine's. Every event is told here together with what came of it; whatever
 * should not have been ends the run.
 *
 * A model stands alone, in static memory; model_begin() starts it anew.
 */
#ifndef UTURN_FUZZ_MODEL_H
#define UTURN_FUZZ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "engine/engine.h"

/* What came of an event: the reason told, and the packet that left (len 0: none). */
struct result {
	enum reason reason;
	enum act act; /* of a probe */
	const uint8_t *at;
	size_t len;
	bool has_evicted; /* the engine counted one */
};

void model_begin(const struct config *c, unsigned number, unsigned engines);
void model_configure(const struct config *c);
void model_on_probe(const uint8_t *packet, size_t len, uint64_t now_ns, const struct result *r);
void model_on_error(const uint8_t *packet, size_t len, uint64_t now_ns, const struct result *r);
void model_on_time(uint64_t now_ns, const struct result *r);
/* After the last outcome that a time brought: nothing that was due is left. */
void model_after_time(uint64_t now_ns);
uint32_t model_flights(void);
/* False where the engine may know less than we do: the run has to end. */
bool model_is_certain(void);

#endif
