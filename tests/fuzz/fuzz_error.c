/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes from the capture, behind three that say how the relay is made:
 * what parses is relayed, sound, no longer than a router may send, and with
 * the probe's own bytes and the router's extension in it.
 */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "packet/build.h"
#include "packet/extension.h"
#include "tests/sound.h"
#include "wire.h"

enum { CHOICES = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static bool is_inside(struct span part, struct span whole)
{
	return part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

/* A probe as the table keeps it: sizes are the fuzzer's, and an extension header of 8 bytes may be in it. */
static struct span original_of(const struct icmp_error *e, uint8_t choice, uint8_t *at)
{
	bool is_four = e->quote.from.family == 4;
	size_t least = is_four ? 28 : 56;

	for (size_t i = 0; i < 128; i++)
		at[i] = (uint8_t)(0x80 + i);
	at[0] = is_four ? 0x45 : 0x60;
	return span_of(at, least + choice % (129 - least));
}

/* The quote of what was built, past the fields that a relay sets, is the probe's own as far as it was kept. */
static void check_quote(const struct relay *r, struct span quote)
{
	size_t kept = r->original.len < quote.len ? r->original.len : quote.len;
	size_t behind = r->to.family == 4 ? 12 : 8;

	MUST(quote.len >= r->error->quote.packet.len || quote.len >= r->original_size || quote.len >= EXTENSION_OFFSET);
	if (kept > r->original_size)
		kept = r->original_size;
	if (kept > r->error->quote.packet.len + r->extensions)
		kept = r->error->quote.packet.len + r->extensions;
	MUST(kept <= behind || memcmp(quote.at + behind, r->original.at + behind, kept - behind) == 0);
}

/* What stays of the router's objects: where the relay names it, none that describes its incoming interface (RFC 5837 4). */
static size_t objects_of(const struct relay *r, uint8_t *at)
{
	struct span rest = r->error->objects;
	size_t size = 0;

	while (rest.len) {
		size_t len = (size_t)rest.at[0] << 8 | rest.at[1];

		if (!r->names_router || rest.at[2] != 2 || rest.at[3] >> 6 != 0) {
			memcpy(at + size, rest.at, len);
			size += len;
		}
		rest = span_tail(rest, len);
	}
	return size;
}

static void check_objects(const struct relay *r, struct span got)
{
	uint8_t *expected = malloc(r->error->objects.len + 1);
	size_t size;

	MUST(expected);
	size = objects_of(r, expected);
	MUST(got.len >= size && memcmp(got.at, expected, size) == 0);
	MUST(r->names_router == (got.len > size));
	free(expected);
}

static void check_relayed(const struct relay *r)
{
	size_t most = r->to.family == 4 ? 576 : 1280;
	uint8_t *at = malloc(most);
	struct writer out = writer_of(at, most);
	struct icmp_error again;

	MUST(at);
	build_relayed(r, &out);
	MUST(!out.overflow);
	MUST(is_sound(out.at, out.len));
	MUST(icmp_error_parse(span_of(out.at, out.len), &again) == REASON_OK);
	MUST(again.type == r->type && again.code == r->code && again.rest == r->rest);
	MUST(addr_equal(&again.router, &r->from) && addr_equal(&again.to, &r->to));
	MUST(!again.has_broken_extension || extension_size(r->error->objects, &r->from) > EXTENSION_MOST4);
	/* without an extension of ours, quoted bytes at 128 may pass for one of an old router: they are the quote's own */
	if (icmp_error_may_extend(r->to.family, r->type) && !again.has_broken_extension &&
		(r->names_router || r->error->objects.len))
		check_objects(r, again.objects);
	check_quote(r, again.quote.packet);
	free(at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span packet;
	struct icmp_error e;
	struct relay r = { .error = &e };
	uint8_t original[128];

	if (size < CHOICES)
		return 0;
	packet = span_of(data + CHOICES, size - CHOICES);
	if (icmp_error_parse(packet, &e))
		return 0;
	MUST(is_inside(e.quote.packet, packet) && is_inside(e.objects, packet));
	MUST(is_inside(span_of(e.quote.l4, QUOTE_L4_SIZE), e.quote.packet));
	r.from = e.router;
	r.to = e.quote.to;
	r.type = e.type;
	r.code = e.code;
	r.rest = data[0] & 4 ? 0 : e.rest;
	if (e.router.family == 6 &&
		e.type == 4) { /* the prober's own word: told as Port Unreachable, and never as it is */
		r.type = 1;
		r.code = 4;
		r.rest = 0;
	}
	r.extensions = data[0] & 2 && e.quote.to.family == 6 ? 8 : 0;
	r.names_router = data[0] & 1;
	r.original = original_of(&e, data[1], original);
	r.original_size = r.original.len < sizeof(original) ? r.original.len : r.original.len + (size_t)data[2] * 6;
	check_relayed(&r);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	return mutate_packet(data, size, max_size, seed, CHOICES, SHAPE_ERROR);
}
