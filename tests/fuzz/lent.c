/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lent.h"

#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "wire.h"

uint8_t *lent_out(struct lent *l, size_t len)
{
	MUST(len <= l->most && !l->len);
	if (!l->at) {
		l->at = malloc(l->most);
		MUST(l->at);
		ASAN_POISON_MEMORY_REGION(l->at, l->most);
	}
	ASAN_UNPOISON_MEMORY_REGION(l->at, len);
	l->len = len;
	return l->at;
}

void lent_back(struct lent *l)
{
	ASAN_POISON_MEMORY_REGION(l->at, l->len);
	l->len = 0;
}

struct span lent_packet(struct lent *l, const uint8_t *packet, size_t len)
{
	uint8_t *at = lent_out(l, len);

	if (len)
		memcpy(at, packet, len);
	return span_of(at, len);
}

struct writer lent_room(struct lent *l, size_t len)
{
	return writer_of(lent_out(l, len), len);
}

void *lent_engine(struct lent *l, const struct engine_settings *s, size_t traces)
{
	size_t len = engine_bytes(s) - inband_table_bytes() + traces * sizeof(struct inband_trace);

	return memset(lent_out(l, len), 0, len);
}
