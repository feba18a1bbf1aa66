/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tools/uturn-replay/packet_text.h"

enum { KEPT = 65536 };

static uint8_t *kept[KEPT];
static size_t kept_count;

static uint8_t *room(size_t size)
{
	uint8_t *at = malloc(size ? size : 1);

	assert_non_null(at);
	assert_true(kept_count < KEPT);
	kept[kept_count++] = at;
	return at;
}

int packets_free(void **state)
{
	(void)state;
	while (kept_count)
		free(kept[--kept_count]);
	return 0;
}

struct span packet_cut(struct span packet, size_t len)
{
	uint8_t *at = room(len);

	assert_true(len <= packet.len);
	memcpy(at, packet.at, len);
	return span_of(at, len);
}

struct span packet_of(const char *text)
{
	static uint8_t bytes[PACKET_TEXT_SIZE];
	struct writer out = writer_of(bytes, sizeof(bytes));
	char why[PACKET_WHY_SIZE];

	if (!packet_read(text, &out, why))
		fail_msg("%s: %s", text, why);
	return packet_cut(span_of(bytes, out.len), out.len);
}

struct writer packet_room(size_t size)
{
	return writer_of(room(size), size);
}

struct addr addr_of(const char *text)
{
	struct addr a;

	if (!addr_parse(text, &a))
		fail_msg("%s: no address", text);
	return a;
}

void assert_packet(const struct writer *out, const char *text)
{
	struct span wanted = *text ? packet_of(text) : span_of(NULL, 0);
	char got[2 * 9300];

	if (!out->overflow && out->len == wanted.len && (!wanted.len || memcmp(out->at, wanted.at, wanted.len) == 0))
		return;
	packet_write(span_of(out->at, out->len), got, sizeof(got));
	fail_msg("\n  expected %s\n  got      %s%s", text, got, out->overflow ? " (overflow)" : "");
}

void assert_cut_anywhere(const char *name, struct span whole, size_t stated, enum reason (*parse)(struct span packet),
	enum reason wanted)
{
	for (size_t len = 0; len < stated; len++) {
		enum reason reason = parse(packet_cut(whole, len));

		if (reason != wanted)
			fail_msg("%s cut to %zu: %s", name, len, reason_table[reason].counter);
	}
}
