/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a datagram of a peer whose code was found right, and what it
 * carries as captured by that peer: what is taken has one form on the wire, but
 * for the bytes that are not looked at; a count is taken once; and an engine
 * with one flight relays at most once, only what is of that flight, and no more
 * bytes than it was given and the probe has. The first byte of each says how much
 * later it is, and whether tag and checksums are made right.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "engine/peer_candidate.h"
#include "engine/peer_window.h"
#include "packet/peer_datagram.h"

#include "lent.h"

enum { CHUNK = 1 + PEER_HEADER + 200 + PEER_MAC_SIZE, ROOM = 1500 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* UDP, 10.1.1.10 port 51927 to 203.0.113.80 port 33446, TTL 5, id 1, no checksum, 8 bytes. */
static const uint8_t probe[] = { 0x45, 0, 0, 36, 0, 1, 0, 0, 5, 17, 0x6e, 0x6d, 10, 1, 1, 10, 203, 0, 113, 80, 0xca,
	0xd7, 0x82, 0xa6, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static void check_form(struct span datagram, const struct peer_datagram *d)
{
	uint8_t bytes[PEER_DATAGRAM_MOST], plain[PEER_DATAGRAM_MOST];
	struct writer w = writer_of(bytes, sizeof(bytes));

	peer_datagram_put(d, &w);
	require(!w.overflow && w.len == peer_datagram_covered(datagram).len);
	memcpy(plain, datagram.at, w.len);
	memset(plain + 6, 0, 2);
	memset(plain + 28, 0, 4);
	require(memcmp(plain, bytes, w.len) == 0);
}

static void check_window(struct peer_window *w, const struct peer_datagram *d, uint64_t now_ns)
{
	struct peer_window was = *w;

	if (peer_window_take(w, d->epoch, d->count, now_ns))
		require(!peer_window_take(w, d->epoch, d->count, now_ns));
	else
		require(memcmp(&was, w, sizeof(was)) == 0);
}

static uint16_t sum_of(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

/* Makes right what a fuzzer does not find: the tag that an IPv4 error quotes, and its checksums. */
static void mend(uint8_t *packet, size_t len, uint32_t tag)
{
	enum { QUOTED_ID = 20 + 8 + 4 };

	if (len < QUOTED_ID + 2 || packet[0] != 0x45)
		return;
	store_u16(packet + QUOTED_ID, (uint16_t)tag);
	store_u16(packet + 2, (uint16_t)len);
	store_u16(packet + 10, 0);
	store_u16(packet + 10, sum_of(packet, 20));
	store_u16(packet + 22, 0);
	store_u16(packet + 22, sum_of(packet + 20, len - 20));
}

static void take(struct engine *e, struct peer_window *w, struct span datagram, uint64_t now_ns)
{
	uint8_t room[ROOM];
	struct writer out = writer_of(room, sizeof(room));
	struct peer_candidate c;
	struct peer_datagram d;
	const uint32_t before = e->flights.out;

	if (peer_datagram_parse(datagram, &d))
		return;
	check_form(datagram, &d);
	check_window(w, &d, now_ns);
	if (!d.packet.len)
		return;
	require(!peer_candidate_parse(d.packet, false, &c) || c.router.family == c.own.family);
	if (!engine_on_peer(e, d.packet, now_ns, &out))
		require(!out.len && e->event.reason == REASON_PEER_UNMATCHED);
	if (out.len) {
		require(before == 1 && e->flights.out == 0 && e->counters[REASON_PEER_MATCHED] == 1);
		require(out.len <= 20 + 8 + sizeof(probe) + d.packet.len && memcmp(out.at + 16, probe + 12, 4) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t secret[2] = { 1, 2 };
	const struct engine_settings settings = {
		.in_flight = 4,
		.keep_ns = UINT64_C(1) << 40,
		.max_ttl = 32,
		.limit_per_prober = 1000,
		.limit_per_network = 1000,
		.limit_total = 1000,
		.access_count = 1,
		.access = { { { { 4, { 0 } }, 0 }, true } },
	};
	static struct lent memory = { .most = LENT_ENGINE }, datagrams = { .most = CHUNK };
	static struct engine e;
	static struct peer_window w;
	uint8_t room[ROOM];
	struct writer out = writer_of(room, sizeof(room));
	uint64_t now_ns = 1000000000;
	uint32_t tag;

	engine_init(&e, &settings, lent_engine(&memory, &settings, 0), secret);
	memset(&w, 0, sizeof(w));
	require(engine_on_probe(&e, span_of(probe, sizeof(probe)), now_ns, &out) == ACT_TAKE && e.flights.out == 1);
	tag = load_u16(room + 4);
	while (size) {
		size_t len = size < CHUNK ? size : CHUNK;
		uint8_t *datagram = lent_out(&datagrams, len - 1);

		memcpy(datagram, data + 1, len - 1);
		now_ns += (uint64_t)(data[0] >> 1) << 25;
		if (data[0] & 1 && len > 1 + PEER_HEADER + PEER_MAC_SIZE)
			mend(datagram + PEER_HEADER, len - 1 - PEER_HEADER - PEER_MAC_SIZE, tag);
		take(&e, &w, span_of(datagram, len - 1), now_ns);
		lent_back(&datagrams);
		data += len;
		size -= len;
	}
	lent_back(&memory);
	return 0;
}
