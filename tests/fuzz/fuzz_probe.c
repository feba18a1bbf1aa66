/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes from the kernel's queue: what parses is turned, answered and checked, and all of that is sound. */
#include <stdlib.h>

#include "packet/build.h"
#include "tests/sound.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Ends of the room that must do, to the byte. */
static struct writer room(size_t size)
{
	uint8_t *at = malloc(size ? size : 1);

	MUST(at);
	return writer_of(at, size);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void check_expired(const struct probe *p)
{
	bool is_four = p->prober.family == 4;
	size_t headers = is_four ? 28 : 48;
	struct writer out = room(smaller(headers + p->packet.len, is_four ? 576 : 1280));

	build_expired(p, &p->target, &out);
	MUST(!out.overflow && out.len == out.size);
	MUST(is_sound(out.at, out.len));
	free(out.at);
}

/* Without extension headers; and no larger than 1280 bytes where it may have come in fragments. */
static size_t return_size(const struct probe *p)
{
	size_t size = p->l4.len + (p->prober.family == 4 ? 20 : 40);
	bool stays = p->prober.family == 4 ? p->packet.at[6] & 0x40 : p->packet.len <= 1500;

	if (p->kind == PROBE_PORTS || p->kind == PROBE_OTHER)
		return size;
	return stays ? size : smaller(size, 1280);
}

static void check_return(const struct probe *p, enum return_form form, uint8_t ttl)
{
	struct writer out = room(return_size(p));
	struct probe again;

	build_return(p, form, ttl, &out);
	MUST(!out.overflow && out.len == out.size);
	MUST(is_sound(out.at, out.len));
	MUST(out.at[p->prober.family == 4 ? 8 : 7] == ttl);
	if (form == RETURN_MIRROR || p->kind == PROBE_UDP || p->kind == PROBE_PORTS || p->kind == PROBE_OTHER) {
		MUST(probe_parse(span_of(out.at, out.len), &again) == REASON_OK);
		MUST(again.kind == p->kind && again.label == p->label && again.protocol == p->protocol);
		MUST(addr_equal(&again.prober, &p->target) && addr_equal(&again.target, &p->prober));
		MUST(again.prober_port ==
			(form == RETURN_MIRROR || p->kind == PROBE_OTHER ? p->prober_port : p->target_port));
		MUST(again.payload.len == 0 || again.payload.at[0] == p->payload.at[0]);
	}
	free(out.at);
}

static void check_check(const struct probe *p)
{
	size_t header = p->prober.family == 4 ? 20 : 40, extensions = (size_t)(p->l4.at - p->packet.at) - header;
	struct writer out = room(header + 8);

	build_check(span_head(p->packet, 128), extensions, 3, &out);
	MUST(!out.overflow && out.len == out.size);
	MUST(is_sound(out.at, out.len));
	free(out.at);
}

static void check_end(const struct probe *p)
{
	struct span original = span_head(p->packet, 128);
	struct writer out = room((p->prober.family == 4 ? 28 : 48) + original.len);

	build_unreachable(original, &p->target, &p->prober, &out);
	MUST(!out.overflow && out.len == out.size);
	MUST(is_sound(out.at, out.len));
	free(out.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct probe p;

	if (probe_parse(span_of(data, size), &p))
		return 0;
	MUST(p.packet.at == data && p.packet.len <= size);
	MUST(p.l4.at > data && p.l4.at + p.l4.len == data + p.packet.len);
	MUST(p.payload.at >= p.l4.at && p.l4.len >= 8 && p.payload.at + p.payload.len <= data + p.packet.len);
	check_expired(&p);
	for (int form = RETURN_RST; form <= RETURN_MIRROR; form++)
		check_return(&p, (enum return_form)form, 7);
	check_end(&p);
	if (p.kind == PROBE_UDP && p.l4.at + 8 <= data + 128)
		check_check(&p);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	return mutate_packet(data, size, max_size, seed, 0);
}
