/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/response_parse.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/extension.h"
#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/special.h"

enum { IDENTIFIER = 4, BODY = 8, ERROR_SIZE = 12, CODE = 1, ADDRESS_SIZE = 16 };
enum { OBJECT_HEADER = 4, CLASS_ANSWER = 0xf7, C_TYPE_ANSWER = 1 };

/* An echo reply with code 1 in a whole packet, whose checksums are not looked at yet. */
static bool find_message(struct span packet, struct ip_header *h, struct span *message)
{
	if (!ip_read(packet, h) || h->size < HEADER_SIZE4 || h->total_size > packet.len || h->total_size < h->size ||
		ip_is_fragment(h) || h->protocol != ip_icmp_protocol(h->from.family))
		return false;
	*message = span_tail(span_head(packet, h->total_size), h->size);
	return message->len >= ERROR_SIZE && message->at[0] == icmp_echo_reply(h->from.family) &&
		message->at[1] == CODE;
}

static bool is_sound(struct span packet, const struct ip_header *h, struct span message)
{
	if (h->from.family == 6)
		return !checksum_pseudo(&h->from, &h->to, PROTOCOL_ICMP6, message);
	return !checksum(span_head(packet, h->size)) && !checksum(message);
}

/* The server's own reply never has the bytes of the request (uturn-request(7), Response). */
static bool is_echo(struct span message, struct span request)
{
	return request.len && request.len == message.len &&
		memcmp(message.at + BODY, request.at + BODY, message.len - BODY) == 0;
}

/* What uturnd adds from RESPONSE_SIZE on; anything else there is left alone, as another server may fill it. */
static void read_additions(struct span extension, struct reverse_response *r)
{
	struct cursor c = cursor_of(span_tail(extension, EXTENSION_HEADER));

	if (extension.len < EXTENSION_HEADER + ANSWER_OBJECT || !load_u16(extension.at + 2) ||
		!extension_is_whole(extension))
		return;
	if (cursor_u16(&c) != ANSWER_OBJECT || cursor_u8(&c) != CLASS_ANSWER || cursor_u8(&c) != C_TYPE_ANSWER)
		return;
	r->kind = cursor_u8(&c);
	r->icmp_type = cursor_u8(&c);
	r->icmp_code = cursor_u8(&c);
	r->ttl = cursor_u8(&c);
	r->has_kind = r->kind >= ANSWER_ERROR && r->kind <= ANSWER_SYNACK;
	r->objects = c.rest;
}

static enum response_result read_answer(struct span message, struct reverse_response *r)
{
	struct cursor c = cursor_of(span_tail(message, BODY + 4));
	struct addr six;

	if (message.len < RESPONSE_SIZE)
		return RESPONSE_NONE;
	six = addr_from(6, cursor_take(&c, ADDRESS_SIZE));
	if (!addr_is_mapped(&six, &r->hop))
		r->hop = six;
	r->rtt_ns = cursor_u32(&c);
	if (r->hop.family != r->from.family || !addr_is_router(&r->hop))
		return RESPONSE_NONE;
	read_additions(span_tail(message, RESPONSE_SIZE), r);
	return RESPONSE_READ;
}

enum response_result response_parse(struct span packet, struct span request, struct reverse_response *r)
{
	struct span message;
	struct ip_header h;

	*r = (struct reverse_response){ 0 };
	if (!find_message(packet, &h, &message) || !is_sound(packet, &h, message))
		return RESPONSE_NONE;
	r->from = h.from;
	r->to = h.to;
	r->id = load_u16(message.at + IDENTIFIER);
	if (is_echo(message, request))
		return RESPONSE_ECHO;
	r->status = message.at[BODY];
	if (r->status == STATUS_DONE)
		return read_answer(message, r);
	if (r->status > STATUS_BUSY || message.len != ERROR_SIZE)
		return RESPONSE_NONE;
	r->wrong_class = message.at[BODY + 2];
	r->wrong_c_type = message.at[BODY + 3];
	return RESPONSE_READ;
}

bool response_identifier(struct span packet, uint16_t *id)
{
	struct span message;
	struct ip_header h;

	if (!find_message(packet, &h, &message))
		return false;
	*id = load_u16(message.at + IDENTIFIER);
	return true;
}
