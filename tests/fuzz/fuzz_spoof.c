/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as datagrams for the listener of `uturnctl spoof-check`, one after
 * the other: what is taken has one form on the wire, and an answer goes only to
 * one that says it is own, is no larger, and is no test itself. The first byte
 * of each chunk says whose source it has.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/uturnctl/spoof_message.h"
#include "tools/uturnctl/spoof_tally.h"

enum { CHUNK = 1 + SPOOF_MESSAGE_SIZE };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static void write_message(const struct spoof_message *m, uint8_t bytes[SPOOF_MESSAGE_SIZE])
{
	struct writer w = writer_of(bytes, SPOOF_MESSAGE_SIZE);

	spoof_message_put(m, &w);
	require(!w.overflow && w.len == SPOOF_MESSAGE_SIZE);
}

static void check_answer(const struct spoof_message *m, const struct addr *from, const struct spoof_message *answer)
{
	uint8_t bytes[SPOOF_MESSAGE_SIZE];
	struct spoof_message read;

	require(m->kind == SPOOF_OWN && answer->kind == SPOOF_ANSWER && answer->token == m->token);
	require(addr_equal(&answer->seen, from) && !addr_equal(from, &answer->foreign));
	write_message(answer, bytes);
	require(spoof_message_parse(span_of(bytes, sizeof(bytes)), &read));
}

static void take_datagram(struct spoof_tally *t, uint8_t source, struct span datagram, uint64_t now_ns)
{
	uint8_t bytes[SPOOF_MESSAGE_SIZE];
	struct spoof_message m, answer;
	struct addr from;

	if (!spoof_message_parse(datagram, &m))
		return;
	write_message(&m, bytes);
	require(datagram.len == sizeof(bytes) && memcmp(bytes, datagram.at, sizeof(bytes)) == 0);
	from = m.foreign;
	from.bytes[3] ^= source & 3;
	if (spoof_tally_take(t, &from, &m, now_ns, &answer))
		check_answer(&m, &from, &answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct spoof_tally t;
	struct spoof_tally_test over;
	uint64_t now_ns = 1000000000;

	memset(&t, 0, sizeof(t));
	while (size) {
		size_t len = size < CHUNK ? size : CHUNK;

		now_ns += (uint64_t)data[0] << 20;
		take_datagram(&t, data[0], span_of(data + 1, len - 1), now_ns);
		if (data[0] & 0x80)
			while (spoof_tally_over(&t, now_ns, &over))
				require(over.own_count >= over.answer_count);
		require(t.used <= SPOOF_TALLY_TESTS && t.credit <= SPOOF_TALLY_RATE);
		data += len;
		size -= len;
	}
	return 0;
}
