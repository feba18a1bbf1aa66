/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expected.h"

#include <string.h>

#include "tests/sound.h"
#include "wire.h"

static void set_header_sum(uint8_t *at)
{
	set16(at + 10, 0);
	set16(at + 10, plain_sum(0, at, 20));
}

static void swap(uint8_t *a, uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t kept = a[i];

		a[i] = b[i];
		b[i] = kept;
	}
}

/* The probe's IP header, the other way round, in front of so many bytes. */
static void turn_header(const struct view *v, uint8_t *at, size_t l4_len)
{
	memcpy(at, v->at, v->header);
	swap(at + (v->from - v->at), at + (v->to - v->at), v->address);
	at[v->is_four ? 8 : 7] = (uint8_t)(v->ttl - 1);
	at[v->is_four ? 9 : 6] = v->protocol;
	set16(at + (v->is_four ? 2 : 4), l4_len + (v->is_four ? 20 : 0));
	if (!v->is_four)
		at[1] = (uint8_t)((at[1] & 0xf0) + (v->turned_tag >> 16));
	set16(at + (v->is_four ? 4 : 2), v->turned_tag & 0xffff);
	if (v->is_four)
		set_header_sum(at);
}

/* Nothing of the prober's: the same words over and over. */
static void fill(uint8_t *at, size_t len)
{
	static const char words[] = "(uturn) return probe of a traceroute, nothing to answer ";

	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)words[i % 56];
}

static void turn_tcp(const struct view *v, const struct config *c, uint8_t *l4)
{
	size_t data = v->l4_len - (size_t)(l4[12] / 16) * 4;
	uint32_t ack = ((uint32_t)be16(l4 + 4) << 16 | be16(l4 + 6)) + 1 + (uint32_t)data;

	swap(l4, l4 + 2, 2);
	if ((l4[13] & 0x3f) == 0x02) {
		l4[13] = c->tcp_answer == TCP_ANSWER_SYNACK ? 0x12 : 0x14;
		set16(l4 + 4, v->turned_sequence >> 16);
		set16(l4 + 6, v->turned_sequence & 0xffff);
		set16(l4 + 8, ack >> 16);
		set16(l4 + 10, ack & 0xffff);
	} else {
		l4[13] = 0x04;
		memcpy(l4 + 4, l4 + 8, 4);
		memset(l4 + 8, 0, 4);
	}
}

static bool is_icmp(const struct view *v)
{
	return v->protocol == (v->is_four ? 1 : 58);
}

static bool is_datagram(const struct view *v)
{
	return v->protocol == 17 || v->protocol == 136;
}

/*
 * We send whole packets, and 1280 bytes pass everywhere: what might have come
 * in fragments is no larger. A segment carries nothing.
 */
static size_t part_to_turn(const struct view *v)
{
	bool may_be_fragmented = v->is_four ? !(v->at[6] & 0x40) : v->len > 1500;

	if (v->protocol == 6)
		return (size_t)(v->l4[12] / 16) * 4;
	if (may_be_fragmented && (is_datagram(v) || is_icmp(v)) && v->l4_len > 1280 - v->header)
		return 1280 - v->header;
	return v->l4_len;
}

/*
 * Ports, a length, a checksum as they were; the last two bytes that share a word of it make it right. Where there are no
 * such two, it is another.
 */
static void turn_datagram(const struct view *v, const struct config *c, uint8_t *at, size_t len)
{
	uint8_t *l4 = at + v->header, *last = l4 + len - 2 - len % 2;

	memcpy(l4, v->l4, 8);
	fill(l4 + 8, len - 8);
	if (c->turn == TURN_FLOW)
		swap(l4, l4 + 2, 2);
	set16(l4 + 4, v->protocol == 17 ? len : 0);
	if (be16(l4 + 6) == 0)
		return;
	set16(last, 0);
	set16(last, segment_sum(at, v->header, v->protocol, len));
	if (len < 10 && be16(last) == 0)
		set16(last, 0xffff);
}

size_t expected_return(const struct view *v, const struct config *c, uint8_t *at)
{
	size_t len = part_to_turn(v), sum = v->protocol == 6 ? 16 : 2;
	uint8_t *l4 = at + v->header;
	bool has_changed = len < v->l4_len;

	turn_header(v, at, len);
	if (is_datagram(v)) {
		turn_datagram(v, c, at, len);
		return v->header + len;
	}
	memcpy(l4, v->l4, len);
	if (v->protocol != 6 && !is_icmp(v)) {
		fill(l4 + 8, len - 8);
		if (v->protocol == 33 && c->turn == TURN_FLOW)
			swap(l4, l4 + 2, 2);
		return v->header + len;
	}
	if (c->turn == TURN_FLOW) {
		has_changed = true;
		if (v->protocol == 6) {
			at[1] &= v->is_four ? 0xfc : 0xcf; /* not ECN-capable */
			if (v->is_four)
				set_header_sum(at);
			turn_tcp(v, c, l4);
		} else
			l4[0] = v->is_four ? 0 : 129;
	}
	if (has_changed) {
		set16(l4 + sum, 0);
		set16(l4 + sum, segment_sum(at, v->header, v->protocol, len));
	}
	return v->header + len;
}

static size_t put_check(const struct view *v, uint8_t *at, size_t len)
{
	uint8_t *l4 = at + v->header;
	unsigned sum;

	turn_header(v, at, len);
	memcpy(l4, v->l4, 4);
	set16(l4 + 4, len);
	set16(l4 + 6, 0);
	fill(l4 + 8, len - 8);
	sum = segment_sum(at, v->header, 17, len);
	set16(l4 + 6, sum ? sum : 0xffff);
	return v->header + len;
}

/* Sixteen bytes of words, or as many as the probe has. */
static size_t check_size(const struct view *v)
{
	return v->l4_len < 24 ? v->l4_len : 24;
}

size_t expected_check(const struct view *v, uint8_t *at)
{
	return put_check(v, at, check_size(v));
}

size_t expected_option_check(const struct view *v, uint8_t *at)
{
	static const uint8_t option[8] = { 17, 0, 0x9e, 4 };
	size_t room = v->l4_len + v->extensions - 8, most = check_size(v);
	size_t len = put_check(v, at, most < room ? most : room);

	memmove(at + 48, at + 40, len - 40);
	memcpy(at + 40, option, sizeof(option));
	swap(at + 48, at + 50, 2);
	at[6] = 60;
	set16(at + 4, be16(at + 4) + 8);
	return len + 8;
}

size_t expected_headers(const struct view *v, const uint8_t *from, uint8_t type, uint8_t code, size_t len, uint8_t *at)
{
	static const uint8_t four[10] = { 0x45, 0xc0, [8] = 0x40, [9] = 1 }, six[8] = { 0x60, [6] = 0x3a, [7] = 0x40 };

	if (v->is_four) {
		memcpy(at, four, sizeof(four));
		memcpy(at + 12, from, 4);
		memcpy(at + 16, v->from, 4);
		set16(at + 2, len);
		set_header_sum(at);
	} else {
		memcpy(at, six, sizeof(six));
		memcpy(at + 8, from, 16);
		memcpy(at + 24, v->from, 16);
		set16(at + 4, len - 40);
	}
	at[v->header] = type;
	at[v->header + 1] = code;
	return v->header + 2;
}

size_t expected_end(const struct view *v, uint8_t *at)
{
	size_t quote = v->len < EXPECTED_KEPT ? v->len : EXPECTED_KEPT, start = v->header + 8, len = start + quote;

	memset(at, 0, start);
	expected_headers(v, v->to, v->is_four ? 3 : 1, v->is_four ? 3 : 4, len, at);
	memcpy(at + start, v->at, quote);
	at[start + (v->is_four ? 8 : 7)] = 1;
	if (v->is_four)
		set_header_sum(at + start);
	set16(at + v->header + 2, segment_sum(at, v->header, v->is_four ? 1 : 58, 8 + quote));
	return len;
}

static bool is_in(const struct prefix *p, const struct view *v)
{
	bool is_in = p->addr.family == (v->is_four ? 4 : 6);

	for (unsigned bit = 0; bit < p->length; bit++)
		is_in = is_in && !((p->addr.bytes[bit / 8] ^ v->from[bit / 8]) << bit % 8 & 0x80);
	return is_in;
}

bool expected_may_ask(const struct view *v, const struct config *c)
{
	const struct access *longest = NULL;

	for (unsigned i = 0; i < c->access_count; i++)
		if (is_in(&c->access[i].prefix, v) && (!longest || longest->prefix.length < c->access[i].prefix.length))
			longest = &c->access[i];
	return longest && longest->is_allowed && (longest->prefix.length || !view_is_nobodys(v->from, v->address));
}

bool expected_is_same(const uint8_t *expected, const uint8_t *got, size_t len, size_t sum)
{
	bool is_zero = be16(expected + sum) == 0 && be16(got + sum) == 0xffff;

	return memcmp(expected, got, sum) == 0 && (is_zero || memcmp(expected + sum, got + sum, 2) == 0) &&
		memcmp(expected + sum + 2, got + sum + 2, len - sum - 2) == 0;
}
