/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/shape.h"

#include <string.h>

enum { SYN_ACKNOWLEDGEMENT = 8, SYN_WINDOW = 14 }; /* offsets in the TCP header */

static bool is_zero(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i])
			return false;
	return true;
}

static bool starts_with(struct span s, const char *text, size_t len)
{
	return s.len >= len && memcmp(s.at, text, len) == 0;
}

static bool may_be_fragmented4(const struct probe *p)
{
	return p->prober.family == 4 && !(p->packet.at[6] & 0x40);
}

/* 0x40 + (offset & 0x3f) over all that follows the IP or UDP header */
static bool fits_traceroute(const struct probe *p)
{
	size_t first = p->kind == PROBE_ECHO ? ICMP_SIZE : 0;
	struct span s = span_head(p->payload, 64);

	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] != 0x40 + ((i + first) & 0x3f))
			return false;
	return s.len >= 4;
}

/* MSS, SACK permitted, time stamps, window scale 2, and a window of four segments */
static bool fits_traceroute_syn(const struct probe *p)
{
	struct span options = span_tail(span_head(p->l4, p->l4.len - p->payload.len), TCP_SIZE);
	const uint8_t *o = options.at;

	return options.len == 20 && memcmp(o, "\x02\x04", 2) == 0 && memcmp(o + 4, "\x04\x02\x08\x0a", 4) == 0 &&
		memcmp(o + 12, "\0\0\0\0\x01\x03\x03\x02", 8) == 0 &&
		load_u16(p->l4.at + SYN_WINDOW) == load_u16(o + 2) * 4;
}

static bool fits_inetutils(const struct probe *p)
{
	return starts_with(p->payload, "SUPERMAN", 8);
}

static bool fits_dublin(const struct probe *p)
{
	return starts_with(p->payload, "NSMNC", 5);
}

/* number of the hop and TTL in the first two bytes */
static bool fits_busybox(const struct probe *p)
{
	return p->payload.len == 18 && p->payload.at[0] && p->target_port == 33434 + p->payload.at[0] &&
		is_zero(span_tail(p->payload, 2));
}

/* 32 bits of process id, 32 of sequence */
static bool fits_busybox6(const struct probe *p)
{
	struct cursor c = cursor_of(p->payload);
	uint32_t sequence;

	cursor_skip(&c, 4);
	sequence = cursor_u32(&c);
	return sequence && sequence < 1000 && is_zero(c.rest);
}

/* a hop count in the sender's byte order, then the time */
static bool fits_tracepath(const struct probe *p)
{
	struct span s = span_head(p->payload, 8);

	return s.len == 8 && p->target_port >= 44444 && p->target_port < 44444 + 64 &&
		((s.at[0] && is_zero(span_tail(s, 1))) ||
			(s.at[3] && is_zero(span_head(s, 3)) && is_zero(span_tail(s, 4))));
}

/* scamper's look alike keeps DF and the sequence number 0 */
static bool fits_tcptraceroute(const struct probe *p)
{
	return may_be_fragmented4(p) && load_u16(p->l4.at + SYN_WINDOW) == 0 && load_u32(p->l4.at + 4);
}

static bool fits_lft(const struct probe *p)
{
	if (p->prober_port != 53)
		return false;
	return p->kind == PROBE_SYN ? load_u16(p->l4.at + SYN_WINDOW) == 32768 : is_zero(p->payload);
}

static bool fits_tcptraceroute6(const struct probe *p)
{
	return load_u16(p->l4.at + SYN_WINDOW) == 4096;
}

/* TTL and number of the probe are its sequence; scamper's look alike counts from 0 */
static bool fits_tracert6(const struct probe *p)
{
	return p->target_port >= 256 && (p->target_port & 0xff) < 16 && is_zero(p->payload);
}

/*
 * Pings count their sequence in the wrong byte order, where nmap's look alike
 * stays at 0. Datagrams go to port 0 unless told otherwise. A SYN has hping's
 * window and, unlike any other, an acknowledgement number.
 */
static bool fits_hping(const struct probe *p)
{
	if (p->kind == PROBE_ECHO)
		return p->target_port && (p->target_port & 0xff) == 0;
	if (p->kind == PROBE_UDP)
		return p->target_port == 0;
	return load_u16(p->l4.at + SYN_WINDOW) == 512 && load_u32(p->l4.at + SYN_ACKNOWLEDGEMENT);
}

/* rltraceroute6 is not here: scamper's IPv6 UDP probe looks the same, and stops. */
static const struct shape {
	const char *client;
	bool (*fits)(const struct probe *p);
	enum probe_kind kind;
	uint8_t family; /* 0: both */
	uint16_t size; /* bytes of the IP packet; 0: any */
} shapes[] = {
	{ "traceroute", fits_traceroute, PROBE_UDP, 0, 0 },
	{ "traceroute -I", fits_traceroute, PROBE_ECHO, 0, 0 },
	{ "traceroute -T", fits_traceroute_syn, PROBE_SYN, 0, 0 },
	{ "inetutils-traceroute", fits_inetutils, PROBE_UDP, 4, 0 },
	{ "busybox traceroute", fits_busybox, PROBE_UDP, 4, 46 },
	{ "busybox traceroute6", fits_busybox6, PROBE_UDP, 6, 72 },
	{ "tracepath", fits_tracepath, PROBE_UDP, 0, 0 },
	{ "tcptraceroute", fits_tcptraceroute, PROBE_SYN, 4, 40 },
	{ "tcptraceroute -A", fits_tcptraceroute, PROBE_ACK, 4, 40 },
	{ "lft", fits_lft, PROBE_SYN, 4, 40 },
	{ "lft -u", fits_lft, PROBE_UDP, 4, 38 },
	{ "tcptraceroute6", fits_tcptraceroute6, PROBE_SYN, 6, 60 },
	{ "tracert6", fits_tracert6, PROBE_ECHO, 6, 60 },
	{ "dublin-traceroute", fits_dublin, PROBE_UDP, 4, 0 },
	{ "hping3 -1", fits_hping, PROBE_ECHO, 4, 28 },
	{ "hping3 -2", fits_hping, PROBE_UDP, 4, 28 },
	{ "hping3 -S", fits_hping, PROBE_SYN, 4, 40 },
};

const char *shape_that_goes_on(const struct probe *p)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];

		if (s->kind == p->kind && (!s->family || s->family == p->prober.family) &&
			(!s->size || s->size == p->packet.len) && s->fits(p))
			return s->client;
	}
	return NULL;
}
