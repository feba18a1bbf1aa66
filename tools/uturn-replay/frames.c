/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frames.h"

#include "engine/prober.h"
#include "packet/checksum.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"
#include "packet/tcp_segment.h"
#include "packet_text.h"

enum { UDP_LENGTH = 4, UDP_SUM = 6, TCP_SUM = 16, ICMP_SUM = 2, ICMP_LENGTH4 = 5, ICMP_LENGTH6 = 4 };

static struct span written(const struct frames *f, size_t from)
{
	return span_of(f->out->at + from, f->out->len - from);
}

static void close_udp(struct frames *f, struct frame *frame, struct span segment)
{
	size_t at = frame->transport_start;
	uint16_t sum;

	writer_patch_u16(f->out, at + UDP_LENGTH, (uint16_t)field_or(&frame->l4, FIELD_LENGTH, (uint32_t)segment.len));
	segment = span_head(segment, load_u16(segment.at + UDP_LENGTH));
	sum = checksum_pseudo(&frame->from, &frame->to, PROTOCOL_UDP, segment);
	writer_patch_u16(f->out, at + UDP_SUM, (uint16_t)field_or(&frame->l4, FIELD_SUM, sum ? sum : 0xffff));
}

static uint16_t sum_icmp(const struct frame *frame, struct span message)
{
	if (frame->from.family == 4)
		return checksum(message);
	return checksum_pseudo(&frame->from, &frame->to, PROTOCOL_ICMP6, message);
}

/* RFC 4884: the length field, then the checksum of the structure. */
static void close_error(struct frames *f, struct frame *frame)
{
	size_t at = frame->transport_start;
	bool is_four = frame->from.family == 4;
	size_t words = frame->quote_size / (is_four ? 4 : 8);

	if (frame->extension_start || frame->l4.is_set[FIELD_LENGTH])
		f->out->at[at + (is_four ? ICMP_LENGTH4 : ICMP_LENGTH6)] =
			(uint8_t)field_or(&frame->l4, FIELD_LENGTH, (uint32_t)words);
	if (frame->extension_start) {
		uint16_t sum = checksum(written(f, frame->extension_start));

		writer_patch_u16(f->out, frame->extension_start + 2,
			(uint16_t)field_or(&frame->extension, FIELD_SUM, sum));
	}
}

static void close_transport(struct frames *f, struct frame *frame)
{
	size_t at = frame->transport_start;
	struct span segment = written(f, at);

	switch (frame->transport) {
	case LAYER_UDP:
		close_udp(f, frame, segment);
		return;
	case LAYER_TCP:
		writer_patch_u16(f->out, at + TCP_SUM,
			(uint16_t)field_or(&frame->l4, FIELD_SUM,
				checksum_pseudo(&frame->from, &frame->to, PROTOCOL_TCP, segment)));
		return;
	case LAYER_ERROR:
		close_error(f, frame);
		break;
	case LAYER_ECHO:
		break;
	default:
		return;
	}
	writer_patch_u16(f->out, at + ICMP_SUM, (uint16_t)field_or(&frame->l4, FIELD_SUM, sum_icmp(frame, segment)));
}

static uint8_t protocol_of(const struct frame *frame)
{
	switch (frame->transport) {
	case LAYER_UDP:
		return PROTOCOL_UDP;
	case LAYER_TCP:
		return PROTOCOL_TCP;
	case LAYER_ECHO:
	case LAYER_ERROR:
		return frame->from.family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6;
	default:
		return frame->from.family == 4 ? 253 : 59; /* RFC 3692 experiment; RFC 8200 4.7 no next header */
	}
}

/*
 * A return probe has another tag than its probe, and the answer to a SYN
 * another sequence number; ICMP errors of uturnd have neither.
 */
static void key_return(const struct frame *frame, uint8_t *at, uint8_t *l4)
{
	struct prober prober = prober_make(packet_text_secret, &frame->to);

	if (frame->transport == LAYER_ERROR)
		return;
	if (frame->transport == LAYER_TCP && l4[13] & TCP_ACK)
		store_u32(l4 + 4, prober_sequence(packet_text_secret, &frame->to, load_u32(l4 + 4)));
	if (frame->from.family == 4)
		store_u16(at + 4, (uint16_t)prober_tag(&prober, (struct shard){ 0 }, load_u16(at + 4)));
	else
		store_u32(at,
			(load_u32(at) & 0xfff00000) | prober_tag(&prober, (struct shard){ 0 }, load_u32(at) & 0xfffff));
}

void frames_close_top(struct frames *f)
{
	struct frame *frame = frames_top(f);
	size_t size = f->out->len - frame->start;
	uint8_t *at = f->out->at + frame->start;

	f->depth--;
	f->is_closed = f->depth == 0;
	if (f->out->overflow)
		return;
	if (frame->ip.is_set[FIELD_KEYED])
		key_return(frame, at, f->out->at + frame->transport_start);
	close_transport(f, frame);
	if (frame->from.family == 4) {
		uint16_t sum;

		store_u16(at + 2, (uint16_t)field_or(&frame->ip, FIELD_LENGTH, (uint32_t)size));
		at[9] = (uint8_t)field_or(&frame->ip, FIELD_PROTOCOL, protocol_of(frame));
		sum = checksum(span_of(at, frame->transport_start - frame->start));
		store_u16(at + 10, (uint16_t)field_or(&frame->ip, FIELD_SUM, sum));
	} else {
		store_u16(at + 4, (uint16_t)field_or(&frame->ip, FIELD_LENGTH, (uint32_t)size - HEADER_SIZE6));
		if (!frame->is_next_named)
			f->out->at[frame->next_at] = protocol_of(frame);
	}
}

void frames_close_to(struct frames *f, unsigned depth)
{
	while (f->depth > depth)
		frames_close_top(f);
}
