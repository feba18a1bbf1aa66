/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/extension.h"

#include <string.h>

#include "packet/checksum.h"

enum {
	VERSION = 2 << 4,
	OBJECT_HEADER = 4,
	CLASS_LABELS = 1, /* RFC 4950 */
	INCOMING_LABELS = 1, /* C-Type */
	CLASS_INTERFACE = 2, /* RFC 5837 */
	INCOMING_WITH_ADDRESS = 0x04, /* C-Type: role "incoming", IP address sub-object */
	SUBOBJECT_HEADER = 4,
};

bool extension_is_whole(struct span s)
{
	struct cursor c = cursor_of(s);
	uint8_t version = cursor_u8(&c) >> 4;
	uint16_t sum;

	cursor_skip(&c, 1); /* reserved */
	sum = cursor_u16(&c);
	if (c.short_read || version != VERSION >> 4)
		return false;
	if (sum && checksum(s))
		return false;
	while (c.rest.len) {
		uint16_t length = cursor_u16(&c);

		cursor_skip(&c, 2); /* class, C-Type */
		if (c.short_read || length < OBJECT_HEADER || length % 4)
			return false;
		cursor_skip(&c, length - OBJECT_HEADER);
	}
	return !c.short_read;
}

size_t extension_labels(struct span objects, struct mpls_label *labels, size_t most)
{
	struct cursor c = cursor_of(objects);
	size_t count = 0;

	while (c.rest.len >= OBJECT_HEADER) {
		uint16_t length = cursor_u16(&c);
		bool is_stack = cursor_u8(&c) == CLASS_LABELS;
		bool is_incoming = cursor_u8(&c) == INCOMING_LABELS;
		struct cursor stack = cursor_of(span_head(c.rest, length - (size_t)OBJECT_HEADER));

		cursor_skip(&c, length - (size_t)OBJECT_HEADER);
		while (is_stack && is_incoming && stack.rest.len >= 4 && count < most) {
			uint32_t entry = cursor_u32(&stack);

			labels[count++] = (struct mpls_label){
				.label = entry >> 12,
				.class = entry >> 9 & 7,
				.is_bottom = entry >> 8 & 1,
				.ttl = (uint8_t)entry,
			};
		}
	}
	return count;
}

/* RFC 5837 4.2: family 1 or 2 of IANA's address family numbers, whatever that of the packet. */
static bool read_address(struct cursor *c, struct addr *a)
{
	const uint16_t family = cursor_u16(c);

	cursor_skip(c, 2); /* reserved */
	if (family == 1)
		*a = addr_from(4, cursor_take(c, 4));
	else if (family == 2)
		*a = addr_from(6, cursor_take(c, 16));
	return (family == 1 || family == 2) && !c->short_read;
}

/* RFC 5837 4.3: a length that includes itself, and padding to whole words. Only what can be printed safely is kept. */
static bool read_name(struct cursor *c, char name[INTERFACE_NAME_SIZE])
{
	const uint8_t length = cursor_u8(c);
	struct span text = span_head(c->rest, length - (size_t)1);

	cursor_skip(c, length - (size_t)1);
	if (!length || length % 4 || length > INTERFACE_NAME_SIZE || c->short_read)
		return false;
	while (text.len && !text.at[text.len - 1])
		text.len--;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < 0x21 || text.at[i] > 0x7e)
			return true;
	memcpy(name, text.at, text.len);
	return true;
}

/* RFC 5837 4.1: the bits of the C-Type say which parts there are, always in this order. */
static bool read_interface(uint8_t c_type, struct cursor c, struct interface_info *i)
{
	enum { INDEX = 0x08, ADDRESS = 0x04, NAME = 0x02, MTU = 0x01 };

	*i = (struct interface_info){ .role = c_type >> 6, .has_index = c_type & INDEX };
	if (c_type & INDEX)
		i->index = cursor_u32(&c);
	if (c_type & ADDRESS && !read_address(&c, &i->addr))
		return false;
	if (c_type & NAME && !read_name(&c, i->name))
		return false;
	if (c_type & MTU)
		i->mtu = cursor_u32(&c);
	return !c.short_read && !c.rest.len;
}

size_t extension_interfaces(struct span objects, struct interface_info *interfaces, size_t most)
{
	size_t count = 0;

	while (objects.len >= OBJECT_HEADER && load_u16(objects.at) >= OBJECT_HEADER && count < most) {
		struct span object = span_head(objects, load_u16(objects.at));

		objects = span_tail(objects, object.len);
		if (object.at[2] == CLASS_INTERFACE &&
			read_interface(object.at[3], cursor_of(span_tail(object, OBJECT_HEADER)), &interfaces[count]))
			count++;
	}
	return count;
}

/* RFC 5837 4: one object of a role, and that of the incoming interface is ours where we name a hop. */
static bool claims_our_role(struct span object)
{
	enum { CLASS = 2, C_TYPE = 3, ROLE = 0xc0 };

	return object.at[CLASS] == CLASS_INTERFACE && !(object.at[C_TYPE] & ROLE);
}

/* The objects that stay, to *w where there is one; returns their bytes. */
static size_t put_objects(struct span objects, const struct addr *hop, struct writer *w)
{
	size_t size = 0;

	while (objects.len >= OBJECT_HEADER && load_u16(objects.at) >= OBJECT_HEADER) {
		struct span object = span_head(objects, load_u16(objects.at));

		objects = span_tail(objects, object.len);
		if (hop && claims_our_role(object))
			continue;
		size += object.len;
		if (w)
			writer_put(w, object);
	}
	return size;
}

size_t extension_size(struct span objects, const struct addr *hop)
{
	size_t size = EXTENSION_HEADER + put_objects(objects, hop, NULL);

	if (hop)
		size += OBJECT_HEADER + SUBOBJECT_HEADER + addr_size(hop);
	return size;
}

void extension_put(struct writer *w, struct span objects, const struct addr *hop)
{
	size_t start = w->len;

	writer_u16(w, VERSION << 8);
	writer_u16(w, 0); /* checksum, below */
	put_objects(objects, hop, w);
	if (hop) {
		writer_u16(w, (uint16_t)(OBJECT_HEADER + SUBOBJECT_HEADER + addr_size(hop)));
		writer_u8(w, CLASS_INTERFACE);
		writer_u8(w, INCOMING_WITH_ADDRESS);
		writer_u16(w, hop->family == 4 ? 1 : 2); /* IANA address family number */
		writer_u16(w, 0);
		writer_put(w, span_of(hop->bytes, addr_size(hop)));
	}
	if (!w->overflow)
		writer_patch_u16(w, start + 2, checksum(span_of(w->at + start, w->len - start)));
}
