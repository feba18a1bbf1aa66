/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets that leave: inflection answers, return probes, reach checks,
 * relays, probes along TCP connections, and for requests. Each is a whole IP
 * packet in network byte order, with all its checksums, appended to *out. The
 * arguments are in host order, and borrowed for the call. A writer that is too
 * small is left in overflow, with what it holds undefined.
 */
#ifndef UTURN_PACKET_BUILD_H
#define UTURN_PACKET_BUILD_H

#include <stdbool.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"
#include "packet/request_payload.h"
#include "packet/reverse_request.h"
#include "packet/tcp_segment.h"

/*
 * The longest quote we write: RFC 1812 4.3.2.3 keeps an IPv4 error within 576
 * bytes, RFC 4443 2.4(c) an IPv6 one within 1280.
 */
enum { QUOTE_MAX4 = 576 - HEADER_SIZE4 - ICMP_SIZE, QUOTE_MAX6 = 1280 - HEADER_SIZE6 - ICMP_SIZE };

/* Time Exceeded from `from` to the prober, as a router would send it. */
void build_expired(const struct probe *p, const struct addr *from, struct writer *out);

enum return_form {
	RETURN_RST, /* the ports swapped as well, in the flow's reverse direction; TCP as RST */
	RETURN_SYNACK, /* the same; a SYN as SYN+ACK */
	RETURN_MIRROR, /* only the addresses swapped */
};

/* How a return probe leaves. */
struct departure {
	enum return_form form;
	uint8_t ttl;
	uint32_t tag; /* IPv4: id; IPv6: flow label */
	uint32_t sequence; /* of what answers a SYN */
	struct span contact; /* whom to ask, for a payload with room for it; may be empty */
};

/*
 * The probe, turned around to its prober, without IPv6 extension headers. Its
 * payload is replaced (see neutral.h), and left out of a TCP segment; that of
 * an echo request is in its reply, as in every host's. A UDP checksum keeps its
 * value, since some clients tell their probes apart by nothing else. It is never
 * longer than the probe.
 *
 * A probe that may be fragmented is cut to RETURN_MAX bytes, which every link
 * takes, since we send whole packets; one that must not be fragmented keeps its
 * size, so that it meets the MTU of the return path.
 */
enum { RETURN_MAX = 1280 };
void build_return(const struct probe *p, const struct departure *d, struct writer *out);

/*
 * The reach check of a UDP probe: its ports as the prober sent them, so that
 * only a closed port of the prober's host answers. original is the beginning of
 * the probe, up to the end of its UDP header, with so many bytes of extension
 * headers; the form in *d is not used. It is never longer than the probe, and
 * has `most` bytes of payload at most.
 */
void build_check(struct span original, size_t extensions, size_t most, const struct departure *d, struct writer *out);
/* The same for an IPv6 probe, behind the option of option_check.h; for one that is not too small for it. */
bool option_check_fits(struct span original);
void build_option_check(struct span original, size_t extensions, const struct departure *d, struct writer *out);

/*
 * Port Unreachable from `from` to `to` about a probe of which only this
 * beginning is left; its TTL is quoted as 1.
 */
void build_unreachable(struct span original, const struct addr *from, const struct addr *to, struct writer *out);

/* A router's answer, rewritten for the prober. */
struct relay {
	const struct icmp_error *error;
	struct addr from, to;
	uint8_t type, code;
	uint32_t rest; /* bytes 4..7 of the message, without the length field */
	struct span original; /* the probe's first bytes, from its IP header */
	size_t original_size; /* bytes to be quoted at most: behind `original` they are the router's */
	size_t extensions; /* bytes of it that the return probe went without, behind the IP header */
	bool of_check; /* what it quotes is the reach check, shorter than the probe: all of `original` is quoted */
	bool names_router; /* with an interface object (RFC 5837): `answer-from self` */
};

void build_relayed(const struct relay *r, struct writer *out);

/*
 * One byte that the peer of a TCP connection has acknowledged long ago, in a
 * segment that looks like any other of that connection. The peer discards it,
 * and reports the duplicate (RFC 2883).
 */
struct inband_probe {
	struct addr local, peer;
	uint16_t local_port, peer_port;
	uint32_t seq, ack;
	uint16_t window; /* as the connection's own segments have it, scaled */
	uint8_t ttl;
	uint8_t tos; /* without its congestion bits: an old byte says nothing about them */
	uint32_t flow_label; /* IPv6: another one would hash to another path */
	struct tcp_times times;
};

void build_inband(const struct inband_probe *p, struct writer *out);

/*
 * The probe that a request asks for, or a client of ours sends. Its flow is the
 * ports, or the checksum of an echo request; whatever else routers may choose a
 * path by is the same in all probes of a flow. The key identifies a probe: 32
 * bits within the 8 bytes that every router quotes; of UDP 16 there, 16 in the
 * IPv4 id and 48 in the payload, behind 8 bytes that are the same in all.
 */
enum {
	REQUEST_PORT = 1021, /* source port for a request, that of HSAnet's server: the same flow */
	REQUEST_KEY_OFFSET = PAYLOAD_TEXT_SIZE, /* of the key in the text of a UDP payload, bytes */
	REQUEST_PROBE_MOST = 64, /* bytes of the largest probe of no size, and with a text */
	REQUEST_MSS = 1460, /* of a SYN */
};
struct request_probe {
	struct addr from, to;
	uint8_t protocol, ttl, tos;
	uint16_t port; /* source; an echo request has none */
	uint16_t flow; /* destination port, or the checksum of an echo request */
	const char
		*text; /* REQUEST_KEY_OFFSET bytes in front of the key of a UDP payload; NULL: the text of neutral.h */
	uint32_t tag; /* IPv4: id, not 0, for the kernel would choose another; IPv6: of the flow */
	uint64_t key[2];
	enum payload_kind payload; /* of UDP */
	/*
	 * Bytes of the packet, filled with zeroes, which may not be fragmented then; 0,
	 * or less than it needs: as small as it can be.
	 */
	uint16_t size;
};

void build_request_probe(const struct request_probe *p, struct writer *out);

/* The answer to a request, uturn-request(7). */
enum { RESPONSE_SIZE = 36, ANSWER_OBJECT = 8, RESPONSE_EXTENDED = RESPONSE_SIZE + 4 + ANSWER_OBJECT };
enum answer_kind { ANSWER_ERROR = 1, ANSWER_REPLY, ANSWER_RESET, ANSWER_SYNACK };

struct response {
	struct addr from, to;
	uint16_t id;
	size_t room; /* bytes of the request's ICMP message: from RESPONSE_EXTENDED on the response has an extension */
};

struct response_answer {
	struct addr hop;
	uint64_t rtt_ns;
	enum answer_kind kind;
	uint8_t icmp_type, icmp_code; /* of an error or reply */
	uint8_t ttl; /* with which it came */
	struct span objects; /* of its extension */
};

void build_response(const struct response *r, const struct response_answer *a, struct writer *out);
/* A response without an answer: its status, and for STATUS_EXTENSION the object. */
void build_status(const struct response *r, enum request_status status, uint8_t class, uint8_t c_type,
	struct writer *out);

#endif
