/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view.h"

#include <string.h>

#include "tests/sound.h"

uint32_t view_tag(const uint8_t *packet, bool is_four)
{
	return is_four ? be16(packet + 4) : (packet[1] & 15u) * 65536 + be16(packet + 2);
}

bool view_of(const uint8_t *at, size_t len, bool is_quote, struct view *v)
{
	size_t stated;

	*v = (struct view){ .at = at };
	if (len < 1 || (at[0] / 16 != 4 && at[0] / 16 != 6))
		return false;
	v->is_four = at[0] / 16 == 4;
	v->header = v->is_four ? (at[0] % 16) * 4u : 40;
	if (v->header < 20 || len < v->header)
		return false;
	stated = v->is_four ? be16(at + 2) : 40 + be16(at + 4);
	if (!is_quote && (stated < v->header || stated > len))
		return false;
	v->len = is_quote ? len : stated;
	v->ttl = v->is_four ? at[8] : at[7];
	v->protocol = v->is_four ? at[9] : at[6];
	v->is_fragment = v->is_four && be16(at + 6) & 0x3fff;
	v->tag = view_tag(at, v->is_four);
	v->address = v->is_four ? 4 : 16;
	v->from = at + (v->is_four ? 12 : 8);
	v->to = v->from + v->address;
	v->l4 = at + v->header;
	v->l4_len = v->len - v->header;
	return true;
}

static bool is_udp_probe(const struct view *v)
{
	unsigned length = v->l4_len >= 8 ? be16(v->l4 + 4) : 0;

	if (length < 8 || length > v->l4_len)
		return false;
	if (be16(v->l4 + 6) == 0)
		return v->is_four;
	return segment_sum(v->at, v->header + v->extensions, 17, length) == 0;
}

static bool is_tcp_probe(const struct view *v)
{
	size_t size = v->l4_len >= 20 ? (v->l4[12] / 16) * 4u : 0;
	uint8_t flags = size ? v->l4[13] & 0x3f : 0; /* FIN to URG; ECE and CWR are of no matter */

	if (size < 20 || size > v->l4_len)
		return false;
	if (flags != 0x02 && (flags != 0x10 || size != v->l4_len))
		return false;
	return segment_sum(v->at, v->header + v->extensions, 6, v->l4_len) == 0;
}

static bool is_echo_probe(const struct view *v)
{
	if (v->l4_len < 8 || v->l4[0] != (v->is_four ? 8 : 128) || v->l4[1] != 0)
		return false;
	return segment_sum(v->at, v->header + v->extensions, v->protocol, v->l4_len) == 0;
}

/* Eight at most; a fragment's own header only where it is no fragment; none that asks something of the way. */
static bool step_over_extensions(struct view *v)
{
	for (int i = 0; v->protocol == 0 || v->protocol == 44 || v->protocol == 60; i++) {
		size_t size;

		if (i == 8 || v->l4_len < 8)
			return false;
		size = v->protocol == 44 ? 8 : v->l4[1] * 8u + 8;
		if (size > v->l4_len || (v->protocol == 44 && be16(v->l4 + 2) & 0xfff9))
			return false;
		v->protocol = v->l4[0];
		v->extensions += size;
		v->l4 += size;
		v->l4_len -= size;
	}
	/* with less than 8 bytes of what follows in the first 128 its answer could not be told */
	return v->protocol != 43 && v->protocol != 51 && v->protocol != 135 && v->header + v->extensions + 8 <= 128;
}

bool view_is_probe(struct view *v, bool with_others)
{
	if (v->is_fragment || (v->is_four && v->header != 20))
		return false;
	if (!v->is_four && !step_over_extensions(v))
		return false;
	if (v->protocol == 17)
		return is_udp_probe(v);
	if (v->protocol == 6)
		return is_tcp_probe(v);
	if (v->protocol == 1 || v->protocol == 58)
		return v->protocol == (v->is_four ? 1 : 58) && is_echo_probe(v);
	return with_others && v->l4_len >= 8;
}

bool view_is_of_uturn(const struct view *v)
{
	static const uint8_t option[8] = { 17, 0, 0x9e, 4 };
	bool is_known = v->protocol == 6 || v->protocol == (v->is_four ? 1 : 58);
	bool has_option = !v->is_four && v->extensions == 8 && memcmp(v->at + 40, option, 8) == 0;

	return !is_known && (has_option || (v->l4_len >= 16 && memcmp(v->l4 + 8, "(uturn", 6) == 0));
}

bool view_has_come_back(const struct view *v, const struct view *of, const uint8_t *turned)
{
	bool is_known = v->protocol == 6 || v->protocol == (v->is_four ? 1 : 58);

	if (is_known || v->is_four != of->is_four || v->protocol != of->protocol || v->l4_len >= 16 ||
		of->l4_len >= 16 || memcmp(v->from, of->from, v->address) != 0 ||
		memcmp(v->to, of->to, v->address) != 0)
		return false;
	if (v->protocol != 17 && memcmp(v->l4 + 4, turned + of->header + 4, 4) != 0)
		return false;
	if (memcmp(v->l4, of->l4, 4) == 0)
		return v->ttl + 2 <= of->ttl && v->tag != of->tag;
	return memcmp(v->l4, of->l4 + 2, 2) == 0 && memcmp(v->l4 + 2, of->l4, 2) == 0 && v->ttl <= of->ttl;
}

bool view_is_host(const uint8_t *a, size_t size)
{
	static const uint8_t zeroes[12], mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (size == 4)
		return a[0] != 0 && a[0] != 127 && a[0] < 224 && !(a[0] == 169 && a[1] == 254);
	if (memcmp(a, zeroes, 12) == 0 || memcmp(a, mapped, 12) == 0)
		return false;
	return a[0] != 0xff && !(a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
}

static bool is_mapped(const uint8_t *a, size_t size)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return size == 16 && memcmp(a, mapped, 12) == 0;
}

bool view_is_first_hop(const uint8_t *a, size_t size)
{
	return size == 16 && a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
}

bool view_is_forwarded(const uint8_t *a, size_t size)
{
	return view_is_host(a, size) || (size == 4 && a[0] >= 240 && memcmp(a, "\xff\xff\xff\xff", 4) != 0);
}

bool view_is_router(const uint8_t *a, size_t size)
{
	if (is_mapped(a, size))
		return view_is_router(a + 12, 4);
	return view_is_forwarded(a, size) || view_is_first_hop(a, size) || (size == 4 && a[0] == 169 && a[1] == 254);
}

bool view_is_nobodys(const uint8_t *a, size_t size)
{
	if (size == 16)
		return (a[0] == 1 && memcmp(a, "\1\0\0\0\0\0\0", 8) == 0) || memcmp(a, "\x20\1\0\2\0", 6) == 0 ||
			memcmp(a, "\x20\1\xd\xb8", 4) == 0 || (a[0] == 0x3f && a[1] == 0xff && a[2] < 16) ||
			(a[0] == 0x5f && a[1] == 0);
	if (a[0] == 192)
		return a[1] == 0 && (a[2] == 0 || a[2] == 2);
	return (a[0] == 198 && (a[1] == 18 || a[1] == 19 || (a[1] == 51 && a[2] == 100))) ||
		(a[0] == 203 && a[1] == 0 && a[2] == 113);
}
