/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes from the kernel's queue: what parses is turned, answered and checked, and all of that is sound. */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
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

static bool is_segment(const struct probe *p)
{
	return p->kind == PROBE_SYN || p->kind == PROBE_ACK;
}

/*
 * Without extension headers; no larger than 1280 bytes where it may have come
 * in fragments; a segment with no data.
 */
static size_t return_size(const struct probe *p)
{
	size_t header = p->prober.family == 4 ? 20 : 40, size = p->l4.len + header;
	bool stays = p->prober.family == 4 ? p->packet.at[6] & 0x40 : p->packet.len <= 1500;
	bool is_datagram = p->kind == PROBE_UDP || p->protocol == PROTOCOL_UDPLITE;

	if (is_segment(p))
		return size - p->payload.len;
	if (!is_datagram && p->kind != PROBE_ECHO)
		return size;
	return stays ? size : smaller(size, 1280);
}

/* Behind 8 bytes our own words to the end, where two bytes keep the checksum and one may be left over. */
static void check_carries_nothing(struct span l4)
{
	static const char words[] = "(uturn) return probe of a traceroute, nothing to answer ";

	for (size_t i = 8; i + 3 < l4.len; i++)
		MUST(l4.at[i] == (uint8_t)words[(i - 8) % 56]);
}

static void check_return(const struct probe *p, enum return_form form, uint8_t ttl)
{
	struct departure d = { .form = form, .ttl = ttl, .tag = p->tag ^ 5, .sequence = 7 };
	struct writer out = room(return_size(p));
	struct probe again;

	build_return(p, &d, &out);
	MUST(!out.overflow && out.len == out.size);
	MUST(is_sound(out.at, out.len));
	MUST(out.at[p->prober.family == 4 ? 8 : 7] == ttl);
	if (form == RETURN_MIRROR || p->kind == PROBE_UDP || p->kind == PROBE_PORTS || p->kind == PROBE_OTHER) {
		MUST(probe_parse(span_of(out.at, out.len), &again) == REASON_OK);
		MUST(again.kind == p->kind && again.tag == (p->tag ^ 5) && again.protocol == p->protocol);
		MUST(addr_equal(&again.prober, &p->target) && addr_equal(&again.target, &p->prober));
		MUST(again.prober_port ==
			(form == RETURN_MIRROR || p->kind == PROBE_OTHER ? p->prober_port : p->target_port));
		MUST(!is_segment(p) || again.payload.len == 0);
		MUST(p->kind != PROBE_ECHO || memcmp(again.l4.at + 4, p->l4.at + 4, again.l4.len - 4) == 0);
		MUST(p->kind != PROBE_UDP || again.l4.len == 9 || memcmp(again.l4.at + 6, p->l4.at + 6, 2) == 0);
		if (!is_segment(p) && p->kind != PROBE_ECHO)
			check_carries_nothing(again.l4);
	}
	free(out.at);
}

static void check_check(const struct probe *p)
{
	size_t header = p->prober.family == 4 ? 20 : 40, extensions = (size_t)(p->l4.at - p->packet.at) - header;
	struct departure d = { .ttl = 3, .tag = 9 };
	struct writer out = room(header + smaller(p->l4.len, 24));

	build_check(span_head(p->packet, 128), extensions, 16, &d, &out);
	MUST(!out.overflow && out.len == out.size);
	MUST(is_sound(out.at, out.len));
	check_carries_nothing(span_tail(span_of(out.at, out.len), header));
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
	struct reverse_request request;
	struct probe p;

	if (probe_parse(span_of(data, size), &p))
		return 0;
	MUST(p.packet.at == data && p.packet.len <= size);
	MUST(p.l4.at > data && p.l4.at + p.l4.len == data + p.packet.len);
	MUST(p.payload.at >= p.l4.at && p.l4.len >= 8 && p.payload.at + p.payload.len <= data + p.packet.len);
	if (p.kind == PROBE_REQUEST) {
		reverse_request_parse(&p, &request);
		MUST(p.payload.len >= 4 && request.flow && (request.wrong || request.to.family == p.prober.family));
		return 0;
	}
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
	return mutate_packet(data, size, max_size, seed, 0, SHAPE_PROBE);
}
