/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scene.h"

#include <string.h>

#include "tests/sound.h"
#include "wire.h"

void scene_address(uint8_t *at, bool is_four, uint8_t choice)
{
	static const uint8_t four[8][4] = { { 203, 0, 113, 80 }, { 10, 1, 1, 10 }, { 10, 2, 1, 2 }, { 203, 0, 113, 81 },
		{ 10, 1, 1, 11 }, { 10, 2, 2, 2 }, { 127, 0, 0, 1 }, { 224, 0, 0, 5 } };
	static const uint8_t six[3][4] = { { 0x20, 0x01, 0x0d, 0xb8 }, { 0xfe, 0x80 }, { 0xff, 0x02 } };
	static const uint8_t last[8] = { 0x80, 0x10, 2, 0x81, 0x11, 3, 0, 0 };

	if (is_four) {
		memcpy(at, four[choice % 8], 4);
		return;
	}
	memset(at, 0, 16);
	memcpy(at, choice % 8 < 6 ? six[0] : six[choice % 8 - 5], 4);
	at[15] = last[choice % 8];
}

void scene_allow(struct config *c)
{
	memmove(c->access + 1, c->access, c->access_count++ * sizeof(c->access[0]));
	c->access[0] = (struct access){ { { 6, { 0x20, 0x01, 0x0d, 0xb8 } }, 32 }, true };
}

static size_t begin_ip(uint8_t *p, bool is_four, uint8_t from, uint8_t to, uint8_t ttl, uint8_t protocol, uint8_t id)
{
	memset(p, 0, 40);
	p[0] = is_four ? 0x45 : 0x60;
	p[is_four ? 8 : 7] = ttl;
	p[is_four ? 9 : 6] = protocol;
	p[is_four ? 5 : 3] = id;
	scene_address(p + (is_four ? 12 : 8), is_four, from);
	scene_address(p + (is_four ? 16 : 24), is_four, to);
	return is_four ? 20 : 40;
}

/* Up to nine extension headers, of four sizes and kinds; returns the bytes they take. */
static size_t put_extensions(uint8_t *packet, unsigned count, uint8_t kinds, uint8_t protocol)
{
	static const uint8_t all[4] = { 0, 60, 60, 44 };
	uint8_t *next = packet + 6;
	size_t len = 40;

	for (unsigned i = 0; i < count; i++) {
		unsigned kind = kinds >> (i % 4 * 2) & 3;
		size_t size = kind == 2 ? 32 : 8;

		memset(packet + len, 0, size);
		packet[len + 1] = (uint8_t)(kind == 2 ? 3 : 0);
		packet[len + 3] = (uint8_t)(kind == 3 ? 2 : 0); /* reserved, to be ignored */
		*next = all[kind];
		next = packet + len;
		len += size;
	}
	*next = protocol;
	return len - 40;
}

/* Bytes of the packet behind the datagram in it. */
static size_t put_behind(uint8_t *packet, size_t len, size_t more)
{
	bool is_four = packet[0] / 16 == 4;

	memset(packet + len, 0x55, more);
	len += more;
	set16(packet + (is_four ? 2 : 4), len - (is_four ? 0 : 40));
	if (is_four) {
		set16(packet + 10, 0);
		set16(packet + 10, plain_sum(0, packet, 20));
	}
	return len;
}

/* Seven bytes make a probe; ports and sequences are few, so that flights are alike. */
size_t scene_probe(struct feed *f, uint8_t *packet)
{
	static const uint8_t of_uturn[8] = { '(', 'u', 't', 'u', 'r', 'n', ')', ' ' };
	static const uint8_t protocols[] = { 17, 6, 1, 6 }, others[] = { 136, 33, 132, 253, 59, 47, 43, 51 };
	uint8_t a = feed_next(f), b = feed_next(f), size = feed_next(f), id = feed_next(f), key = feed_next(f),
		oddity = feed_next(f), value = feed_next(f);
	bool is_four = a & 1;
	uint8_t form = oddity & 0xc0 ? 0 : oddity; /* 1: DF, 2 to 16: extension headers, 32: another protocol */
	uint8_t protocol = form & 32 ? others[value & 7] : protocols[a >> 1 & 3];
	size_t len = begin_ip(packet, is_four, b & 7, b >> 3 & 7, (a >> 3) + (b >> 6 == 3),
		protocol == 1 && !is_four ? 58 : protocol, id & 3);
	uint8_t *l4;
	size_t data = size < 200 ? size : (size - 200) * 180u;

	if (is_four && form & 1)
		packet[6] = 0x40;
	if (!is_four)
		len += put_extensions(packet, (form >> 1 & 3) + (form & 16 ? 6 : 0), value, packet[6]);
	l4 = packet + len;
	memset(l4, 0, 20);
	if (form & 32) {
		set16(l4, 1000 + (key & 1));
		set16(l4 + 2, 1000 + (key >> 1 & 3));
		l4[7] = key >> 3;
		len += key & 64 ? 7 : 8;
	} else if (protocol == 17) {
		set16(l4, 1000 + (key & 1));
		set16(l4 + 2, 1000 + (key >> 1 & 3));
		len += 8;
	} else if (protocol == 6) {
		set16(l4, 2000);
		set16(l4 + 2, 80);
		l4[7] = key;
		l4[12] = 0x50;
		l4[13] = a >> 1 & 2 ? 0x10 : 0x02;
		len += 20;
	} else {
		l4[0] = is_four ? 8 : 128;
		l4[7] = key;
		len += 8;
	}
	if (protocol == 6 && !(key & 1))
		data = 0;
	memset(packet + len, 0x40 + (id >> 2), data);
	if (id >> 2 == 63 && data >= 8)
		memcpy(packet + len, of_uturn, sizeof(of_uturn));
	len += data;
	if (oddity & 0x80)
		packet[oddity & 0x7f] ^= value;
	repair(packet, len);
	if (protocol == 17 && key & 128)
		len = put_behind(packet, len, 400);
	if ((oddity & 0xc0) == 0x40)
		packet[(oddity & 0x3f) % len] ^= value;
	return len;
}

/* Behind the padded quote, with a length or without: labels, few or many, whole or not. */
static size_t put_extension(uint8_t *packet, size_t start, size_t len, uint8_t form, bool is_four)
{
	static const uint8_t label[8] = { 0, 8, 1, 1, 0, 1, 1, 1 }, not_whole[8] = { 0, 12, 1, 1, 0, 1, 1, 1 };
	size_t quote = len - start - 8, padded = quote < 128 ? 128 : (quote + 7) / 8 * 8;
	unsigned labels = (form >> 2 & 7) * (form & 32 ? 20u : 1u);

	memset(packet + len, 0, padded - quote);
	len += padded - quote;
	if (form & 2)
		packet[start + (is_four ? 5 : 4)] = (uint8_t)(padded / (is_four ? 4 : 8));
	set16(packet + len, form & 128 ? 0x1000 : 0x2000);
	set16(packet + len + 2, 0);
	len += 4;
	for (unsigned i = 0; i < labels; i++, len += 8)
		memcpy(packet + len, form & 64 ? not_whole : label, 8);
	return len;
}

/* What a router says about something that was sent, more or less well. */
size_t scene_error(struct feed *f, uint8_t *packet, const uint8_t *sent, size_t sent_len)
{
	static const uint8_t types4[] = { 11, 3, 3, 11, 12 }, types6[] = { 3, 1, 2, 3, 4 };
	uint8_t router = feed_next(f), kind = feed_next(f), cut = feed_next(f), form = feed_next(f);
	uint8_t oddity = feed_next(f), value = feed_next(f);
	bool is_four = sent[0] == 0x45;
	size_t len, quote, start;

	len = begin_ip(packet, is_four, router & 7, router >> 3 & 7, 64, is_four ? 1 : 58, 0);
	if (router < 64) /* to whom it was from, as it should be */
		memcpy(packet + (is_four ? 16 : 24), sent + (is_four ? 12 : 8), is_four ? 4 : 16);
	memset(packet + len, 0, 8);
	packet[len] = is_four ? types4[kind % 5] : types6[kind % 5];
	packet[len + 1] = (kind / 5) % 16;
	if (value & 2)
		set16(packet + len + 6, 1400);
	start = len;
	len += 8;
	quote = cut == 0 ? sent_len : cut == 255 ? 1500 : cut;
	if (quote > sent_len)
		quote = sent_len;
	memcpy(packet + len, sent, quote);
	packet[len + (is_four ? 8 : 7)] = value & 1;
	if (oddity & 0x80)
		packet[len + (oddity & 0x3f)] ^= value;
	len += quote;
	if (form & 1)
		len = put_extension(packet, start, len, form, is_four);
	repair(packet, len);
	if ((oddity & 0xc0) == 0x40)
		packet[(oddity & 0x3f) % len] ^= value;
	return len;
}

size_t scene_any(struct feed *f, uint8_t *packet)
{
	size_t len = feed_next(f);
	bool is_repaired = feed_next(f) & 1;

	if (len > f->len)
		len = f->len;
	if (len)
		memcpy(packet, f->at, len);
	f->at += len;
	f->len -= len;
	if (is_repaired)
		repair(packet, len);
	return len;
}
