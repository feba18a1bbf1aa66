/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/reverse_request.h"

#include "packet/checksum.h"
#include "packet/ip.h"
#include "packet/special.h"

enum { VERSION = 2, TARGET_SIZE = 16 };

static uint8_t protocol_of(uint8_t asked, uint8_t family)
{
	return asked ? asked : ip_icmp_protocol(family);
}

static bool is_known_protocol(uint8_t protocol, uint8_t family)
{
	return protocol == PROTOCOL_UDP || protocol == PROTOCOL_TCP || protocol == ip_icmp_protocol(family);
}

static uint16_t default_flow(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_UDP:
		return 53;
	case PROTOCOL_TCP:
		return 80;
	default:
		return 0xbeaf;
	}
}

static void refuse_object(struct reverse_request *r, uint8_t class, uint8_t c_type)
{
	r->wrong = STATUS_EXTENSION;
	r->wrong_class = class;
	r->wrong_c_type = c_type;
}

/* An IPv4 address comes as ::ffff:a.b.c.d. */
static struct addr target_from(const uint8_t *at, uint8_t family)
{
	static const struct prefix mapped = { { 6, { [10] = 0xff, [11] = 0xff } }, 96 };
	struct addr a = addr_from(6, at);

	if (prefix_contains(&mapped, &a))
		a = addr_from(4, at + 12);
	return a.family == family ? a : (struct addr){ 0 };
}

/*
 * Looks like an extension of RFC 4884, but an object's length is that of its
 * payload alone. Zeroes behind the last object are padding, and do not change
 * the checksum. A target of the other family is refused.
 */
static void parse_extension(struct reverse_request *r, struct span extension, uint8_t family)
{
	struct cursor c = cursor_of(extension);

	cursor_skip(&c, 4); /* version, checksum */
	if (checksum(extension)) {
		refuse_object(r, 0, 0);
		return;
	}
	while (c.rest.len && !r->wrong) {
		uint16_t length = cursor_u16(&c);
		uint8_t class = cursor_u8(&c);
		uint8_t c_type = cursor_u8(&c);

		if (!c.short_read && !length && !class && !c_type)
			return;
		if (c.short_read || class != CLASS_TARGET || c_type != C_TYPE_TARGET || length != TARGET_SIZE ||
			c.rest.len < TARGET_SIZE || r->is_indirect) {
			refuse_object(r, class, c_type);
			return;
		}
		r->is_indirect = true;
		r->to = target_from(cursor_take(&c, TARGET_SIZE), family);
		if (!addr_is_unicast_host(&r->to))
			refuse_object(r, class, c_type);
	}
}

void reverse_request_parse(const struct probe *p, struct reverse_request *r)
{
	struct cursor c = cursor_of(p->payload);
	uint8_t family = p->prober.family;

	*r = (struct reverse_request){ .to = p->prober };
	r->ttl = cursor_u8(&c);
	r->protocol = protocol_of(cursor_u8(&c), family);
	r->flow = cursor_u16(&c);
	if (!r->flow)
		r->flow = default_flow(r->protocol);
	if (c.rest.len >= 4 && c.rest.at[0] >> 4 == VERSION)
		parse_extension(r, c.rest, family);
	if (!is_known_protocol(r->protocol, family))
		r->wrong = STATUS_PROTOCOL;
	if (!r->ttl)
		r->wrong = STATUS_TTL;
}
