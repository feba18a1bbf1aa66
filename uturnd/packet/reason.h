/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every way an event ends has a name: one row is the enum value, the counter
 * and the operator's words. uturnctl prints this table, uturnd.8 carries it.
 *
 * DONE   what uturnd did          PASS   left to the kernel, untouched
 * DROP   taken and not answered   FAULT  what the system refused or lost
 */
#ifndef UTURN_PACKET_REASON_H
#define UTURN_PACKET_REASON_H

#define REASONS(X) \
	X(OK, ok, DONE, "nothing to object to") \
	X(INFLECTION, inflection, DONE, "probes answered at the inflection point") \
	X(SILENT, silent, DONE, "probes at the inflection point left without an answer") \
	X(TURNED, turned, DONE, "return probes sent") \
	X(RELAYED, relayed, DONE, "answers of routers relayed") \
	X(ARRIVED, arrived, DONE, "ends of the way back relayed") \
	X(CHECKED, checked, DONE, "reach checks sent") \
	X(ASSUMED, assumed, DONE, "ends assumed behind a NAT box that lets no check pass") \
	X(EXTENSION_CUT, extension_cut, DONE, "relays whose broken extension was left out") \
	X(EXPIRED, expired, DONE, "flights that nothing answered") \
	X(PROBED, probed, DONE, "probes sent along TCP connections") \
	X(HOP, hop, DONE, "answers of routers to them") \
	X(REACHED, reached, DONE, "answers of TCP peers to them") \
	X(UNANSWERED, unanswered, DONE, "hops of TCP connections that did not answer") \
	X(TRACED, traced, DONE, "traces of TCP connections ended") \
	X(REQUEST_PROBED, request_probed, DONE, "probes sent for requests of reverse traceroute") \
	X(ANSWERED, answered, DONE, "answers to them handed to the requester") \
	X(REQUEST_WRONG, request_wrong, DONE, "requests answered with what is wrong with them") \
	X(REQUEST_BUSY, request_busy, DROP, "requests that found the table of flights full") \
	X(REQUEST_SIZE, request_size, DROP, "requests smaller than their answer (require-padding)") \
	X(TRUNCATED, truncated, PASS, "packet shorter than its headers say") \
	X(VERSION, version, PASS, "neither IPv4 nor IPv6") \
	X(OPTIONS, options, PASS, "IPv4 options, or IPv6 extension headers not stepped over") \
	X(FRAGMENT, fragment, PASS, "fragment of a packet") \
	X(PROTOCOL, protocol, PASS, "not UDP, TCP or ICMP, and other-protocols is pass") \
	X(SHAPE, shape, PASS, "TCP or ICMP, but not a probe") \
	X(CHECKSUM, checksum, PASS, "wrong checksum") \
	X(TTL_RANGE, ttl_range, PASS, "remaining TTL outside 1..max-ttl") \
	X(PROBER_ADDRESS, prober_address, PASS, "prober's address is no unicast host's") \
	X(TARGET_ADDRESS, target_address, PASS, "target's address is no unicast host's") \
	X(RETURN_PROBE, return_probe, PASS, "return probe of another uturn host") \
	X(DENIED, denied, PASS, "prober not allowed by configuration") \
	X(LIMIT_PROBER, limit_prober, DROP, "prober above its limit") \
	X(LIMIT_NETWORK, limit_network, DROP, "prober's network above its limit") \
	X(LIMIT_TOTAL, limit_total, DROP, "all probers together above the limit") \
	X(PACED, paced, DROP, "repeated probes for a router that has few answers left") \
	X(TOO_LARGE, too_large, DROP, "answer larger than a packet") \
	X(ERROR_TYPE, error_type, PASS, "ICMP message that is not relayed") \
	X(ERROR_TRUNCATED, error_truncated, PASS, "ICMP error shorter than its headers say") \
	X(ERROR_CHECKSUM, error_checksum, PASS, "ICMP error with a wrong checksum") \
	X(ERROR_SOURCE, error_source, PASS, "ICMP error from no unicast host") \
	X(NO_FLIGHT, no_flight, PASS, "ICMP error that fits no flight") \
	X(REPEATED, repeated, PASS, "ICMP error about a probe that is answered already") \
	X(GUESSED, guessed, PASS, "ICMP error about a flight that somebody guesses at") \
	X(CHECK_EXPIRED, check_expired, PASS, "answer of a router to a reach check") \
	X(EVICTED, evicted, FAULT, "flights given up because the table was full") \
	X(QUEUE_OVERRUN, queue_overrun, FAULT, "times the kernel's queue overran") \
	X(QUEUE_STALE, queue_stale, FAULT, "packets that waited too long in the queue") \
	X(QUEUE_MESSAGE, queue_message, FAULT, "messages of the queue not understood") \
	X(CAPTURE_DROPPED, capture_dropped, FAULT, "ICMP errors the capture was too slow for") \
	X(SEND_REFUSED, send_refused, FAULT, "packets the kernel did not send") \
	X(SEND_TOO_LARGE, send_too_large, FAULT, "packets larger than the way out") \
	X(SEND_UNREACHABLE, send_unreachable, FAULT, "packets without a route")

enum reason {
#define X(name, counter, kind, words) REASON_##name,
	REASONS(X)
#undef X
		REASON_COUNT
};

enum reason_kind { KIND_DONE, KIND_PASS, KIND_DROP, KIND_FAULT };

struct reason_row {
	const char *counter; /* name in counters, manual and JSON */
	const char *words;
	enum reason_kind kind;
};

extern const struct reason_row reason_table[REASON_COUNT];

#endif
