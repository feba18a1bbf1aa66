/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/shape.h"

#include <string.h>

enum {
	SYN_ACKNOWLEDGEMENT = 8, /* offsets in the TCP header */
	SYN_WINDOW = 14,
	BSD_PORT = 33434,
};

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

/* seq, ttl, two bytes of nothing, seconds and microseconds, as the traceroutes of NetBSD, OpenBSD and KAME write them */
static bool is_stamped(struct span payload, uint16_t sequence)
{
	struct cursor c = cursor_of(payload);
	const uint8_t low = cursor_u8(&c), ttl = cursor_u8(&c);
	const uint16_t nothing = cursor_u16(&c);
	uint32_t microseconds;

	cursor_skip(&c, 4);
	microseconds = cursor_u32(&c);
	return !c.short_read && low == (sequence & 0xff) && ttl && !nothing && microseconds < 1000000 &&
		is_zero(c.rest);
}

/* Probes are counted from 1; no trace asks for more than this before it comes to a target. */
static bool is_bsd_count(uint16_t sequence)
{
	return sequence >= 1 && sequence < 1024;
}

/*
 * The traceroute of LBL: the IPv4 id is the port or identifier of the process,
 * whose highest bit is set, plus the number of the probe. Zeroes in FreeBSD
 * and macOS say nothing more, so there the destination port has to be 33434
 * plus that number, or (-e) the source port counts with the id. A client
 * that stops and takes its id from elsewhere fits once in 30,000 times.
 */
static bool fits_bsd(const struct probe *p)
{
	const uint16_t sequence = (uint16_t)(p->tag - p->prober_port);

	if (p->prober_port < 0x8000 || !p->tag)
		return false;
	if (is_bsd_count(sequence) && is_stamped(p->payload, sequence))
		return true;
	return is_zero(p->payload) &&
		(sequence == 0 || (is_bsd_count(sequence) && p->target_port == (uint16_t)(BSD_PORT + sequence)));
}

static bool fits_bsd_echo(const struct probe *p)
{
	const uint16_t sequence = p->target_port;

	return p->prober_port >= 0x8000 && p->tag && is_bsd_count(sequence) &&
		p->tag == (uint16_t)(p->prober_port + sequence) &&
		(is_zero(p->payload) || is_stamped(p->payload, sequence));
}

/* The sequence number is both ports, in the order of the sender's bytes. */
static bool fits_bsd_syn(const struct probe *p)
{
	const uint32_t sequence = load_u32(p->l4.at + 4);
	const uint32_t ports = (uint32_t)p->target_port << 16 | p->prober_port;

	return (sequence == ports || sequence == (ports << 16 | ports >> 16)) && load_u16(p->l4.at + SYN_WINDOW) == 0 &&
		is_zero(p->payload);
}

static bool fits_bsd6(const struct probe *p)
{
	const uint16_t sequence = (uint16_t)(p->target_port - BSD_PORT);

	return is_bsd_count(sequence) && is_stamped(p->payload, sequence);
}

/*
 * A text, cut where the size that was asked for ends, behind what the probe
 * counts with: nothing, two bytes for the checksum, or for IPv6 five numbers,
 * of which the last is the time, of 8 or 16 bytes. Eight letters are enough.
 */
static bool fits_atlas(const struct probe *p)
{
	static const char text[] = "http://atlas.ripe.net";
	static const uint8_t offsets[] = { 0, 2, 24, 32 };

	for (size_t i = 0; i < sizeof(offsets); i++) {
		const struct span s = span_head(span_tail(p->payload, offsets[i]), sizeof(text) - 1);

		if (s.len >= 8 && memcmp(s.at, text, s.len) == 0)
			return true;
	}
	return false;
}

/* rltraceroute6 and macOS' traceroute6 are not here: scamper's IPv6 UDP probe looks the same, and stops. */
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
	{ "BSD traceroute", fits_bsd, PROBE_UDP, 4, 0 },
	{ "BSD traceroute -I", fits_bsd_echo, PROBE_ECHO, 4, 0 },
	{ "BSD traceroute -P tcp", fits_bsd_syn, PROBE_SYN, 0, 0 },
	{ "BSD traceroute6", fits_bsd6, PROBE_UDP, 6, 0 },
	{ "RIPE Atlas", fits_atlas, PROBE_UDP, 0, 0 },
	{ "RIPE Atlas, ICMP", fits_atlas, PROBE_ECHO, 0, 0 },
	{ "RIPE Atlas, TCP", fits_atlas, PROBE_SYN, 0, 0 },
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
