/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_message.h"
#include "packet/special.h"

#include <string.h>

static const uint8_t magic[8] = { 'u', 't', 'u', 'r', 'n', 's', 'p', '1' };
static const uint8_t zeroes[16];

/* Sixteen bytes, of which IPv4 fills the first four; family 0 is all zeroes. */
static bool take_addr(struct cursor *c, uint8_t family, struct addr *a)
{
	const uint8_t *at = cursor_take(c, 16);

	*a = family ? addr_from(family, at) : (struct addr){ 0 };
	return memcmp(at, a->bytes, 16) == 0;
}

static bool counts_are_zero(const struct spoof_message *m)
{
	return m->own_count == 0 && m->foreign_count == 0 && m->rewritten_count == 0;
}

bool spoof_message_parse(struct span datagram, struct spoof_message *m)
{
	struct cursor c = cursor_of(datagram);
	bool is_magic = memcmp(cursor_take(&c, sizeof(magic)), magic, sizeof(magic)) == 0;
	uint8_t kind = cursor_u8(&c), family = cursor_u8(&c);
	bool is_answer = kind == SPOOF_ANSWER, is_clean;

	if (!is_magic || kind < SPOOF_OWN || kind > SPOOF_ANSWER || (family != 4 && family != 6))
		return false;
	m->kind = (enum spoof_kind)kind;
	m->number = cursor_u16(&c);
	m->token = (uint64_t)cursor_u32(&c) << 32;
	m->token |= cursor_u32(&c);
	is_clean = take_addr(&c, family, &m->foreign);
	is_clean = take_addr(&c, is_answer ? family : 0, &m->seen) && is_clean;
	m->own_count = cursor_u16(&c);
	m->foreign_count = cursor_u16(&c);
	m->rewritten_count = cursor_u16(&c);
	is_clean = memcmp(cursor_take(&c, 6), zeroes, 6) == 0 && is_clean;
	if (c.short_read || c.rest.len || !is_clean)
		return false;
	return addr_is_unicast_host(&m->foreign) && (is_answer || counts_are_zero(m));
}

void spoof_message_put(const struct spoof_message *m, struct writer *out)
{
	writer_put(out, span_of(magic, sizeof(magic)));
	writer_u8(out, (uint8_t)m->kind);
	writer_u8(out, m->foreign.family);
	writer_u16(out, m->number);
	writer_u32(out, (uint32_t)(m->token >> 32));
	writer_u32(out, (uint32_t)m->token);
	writer_put(out, span_of(m->foreign.bytes, 16));
	writer_put(out, span_of(m->seen.bytes, 16));
	writer_u16(out, m->own_count);
	writer_u16(out, m->foreign_count);
	writer_u16(out, m->rewritten_count);
	writer_zeroes(out, 6);
}
