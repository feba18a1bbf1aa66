/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every outcome of an event has a name: one row is the enum value, the counter
 * and its description. uturnctl prints this table, uturnd.8 carries it.
 *
 * PROBE  how a packet of the queue ends; each ends in exactly one such way
 * OTHER  of answers received, of flights, of traces, of losses
 *
 * DONE   what uturnd did          PASS   left to the kernel, unchanged
 * DROP   dropped without answer   FAULT  what the system refused or lost
 */
#ifndef UTURN_PACKET_REASON_H
#define UTURN_PACKET_REASON_H

#define REASONS(X) \
	X(OK, ok, OTHER, DONE, "nothing to object to") \
	X(INFLECTION, inflection, PROBE, DONE, "probes answered at the inflection point") \
	X(SILENT, silent, PROBE, DONE, "probes at the inflection point left without an answer") \
	X(TURNED, turned, PROBE, DONE, "return probes sent") \
	X(RELAYED, relayed, OTHER, DONE, "answers of routers relayed") \
	X(ARRIVED, arrived, OTHER, DONE, "ends of the return path relayed") \
	X(CHECKED, checked, OTHER, DONE, "reach checks sent") \
	X(CHECK_PAUSED, check_paused, OTHER, DONE, "reach checks not sent, as the prober answered none lately") \
	X(ASSUMED, assumed, OTHER, DONE, "ends assumed behind a NAT that passes no reach check") \
	X(EXTENSION_CUT, extension_cut, OTHER, DONE, "relays whose broken extension was left out") \
	X(EXPIRED, expired, OTHER, DONE, "flights that nothing answered") \
	X(PROBED, probed, OTHER, DONE, "probes sent along TCP connections") \
	X(HOP, hop, OTHER, DONE, "answers of routers to probes along TCP connections") \
	X(REACHED, reached, OTHER, DONE, "answers of TCP peers to probes along TCP connections") \
	X(UNANSWERED, unanswered, OTHER, DONE, "hops of TCP connections that did not answer") \
	X(TRACED, traced, OTHER, DONE, "traces of TCP connections ended") \
	X(REQUEST_PROBED, request_probed, PROBE, DONE, "probes sent for requests of reverse traceroute") \
	X(ANSWERED, answered, OTHER, DONE, "answers sent to the requesters of reverse traceroute") \
	X(REQUEST_WRONG, request_wrong, PROBE, DONE, "requests answered with an error status") \
	X(REQUEST_BUSY, request_busy, PROBE, DROP, "requests dropped because the table of flights was full") \
	X(REQUEST_SIZE, request_size, PROBE, DROP, "requests smaller than their answer (require-padding)") \
	X(TRUNCATED, truncated, PROBE, PASS, "packet shorter than its headers say") \
	X(VERSION, version, PROBE, PASS, "neither IPv4 nor IPv6") \
	X(OPTIONS, options, PROBE, PASS, "IPv4 options, or IPv6 extension headers not stepped over") \
	X(FRAGMENT, fragment, PROBE, PASS, "fragment of a packet") \
	X(PROTOCOL, protocol, PROBE, PASS, "not UDP, TCP or ICMP, and other-protocols is pass") \
	X(SHAPE, shape, PROBE, PASS, "TCP or ICMP, but not a probe") \
	X(CHECKSUM, checksum, PROBE, PASS, "wrong checksum") \
	X(TTL_RANGE, ttl_range, PROBE, PASS, "remaining TTL outside 1..max-ttl, of a SYN outside 1..32") \
	X(PROBER_ADDRESS, prober_address, PROBE, PASS, "prober's address is not a unicast host address") \
	X(TARGET_ADDRESS, target_address, PROBE, PASS, "target's address is not a unicast host address") \
	X(RETURN_PROBE, return_probe, PROBE, PASS, "return probe of another uturn host") \
	X(DENIED, denied, PROBE, PASS, "prober not allowed by configuration") \
	X(DRAINING, draining, PROBE, PASS, "new prober while uturnd is drained") \
	X(LIMIT_PROBER, limit_prober, PROBE, DROP, "prober above its limit") \
	X(LIMIT_NETWORK, limit_network, PROBE, DROP, "prober's network above its limit") \
	X(LIMIT_TOTAL, limit_total, PROBE, DROP, "all probers together above the limit") \
	X(PACED, paced, PROBE, DROP, "repeated probes for a router that limits its answers") \
	X(TOO_LARGE, too_large, PROBE, DROP, "answer exceeds the maximum packet size") \
	X(ERROR_TYPE, error_type, OTHER, PASS, "ICMP message that is not relayed") \
	X(ERROR_TRUNCATED, error_truncated, OTHER, PASS, "ICMP error shorter than its headers say") \
	X(ERROR_CHECKSUM, error_checksum, OTHER, PASS, "ICMP error with a wrong checksum") \
	X(ERROR_SOURCE, error_source, OTHER, PASS, "ICMP error whose source cannot be a router's address") \
	X(ERROR_MTU, error_mtu, OTHER, PASS, "ICMP error with an MTU that cannot be") \
	X(NO_FLIGHT, no_flight, OTHER, PASS, "ICMP error that matches no flight, or an answered one") \
	X(REPEATED, repeated, OTHER, PASS, "second ICMP error about a probe along a TCP connection") \
	X(GUESSED, guessed, OTHER, PASS, "ICMP error about a flight under a guessing attack") \
	X(CHECK_EXPIRED, check_expired, OTHER, PASS, "answer of a router to a reach check") \
	X(PEER_SENT, peer_sent, OTHER, DONE, "errors and replies that match no flight, sent to the peers") \
	X(PEER_MATCHED, peer_matched, OTHER, DONE, "errors and replies of peers that matched a flight") \
	X(PEER_UNMATCHED, peer_unmatched, OTHER, PASS, "errors and replies of peers that matched no flight") \
	X(PEER_LIMIT, peer_limit, OTHER, DROP, "errors and replies not sent to the peers, above peer-limit") \
	X(PEER_TOO_LARGE, peer_too_large, OTHER, DROP, "errors not sent to the peers, longer than 1280 bytes") \
	X(PEER_SOURCE, peer_source, OTHER, DROP, "datagrams on the port of peers that no peer has sent") \
	X(PEER_FORMAT, peer_format, OTHER, DROP, "datagrams of peers that are malformed") \
	X(PEER_VERSION, peer_version, OTHER, DROP, "datagrams of peers in another version of the format") \
	X(PEER_KEY, peer_key, OTHER, DROP, "datagrams of peers made with another key, or forged") \
	X(PEER_CLOCK, peer_clock, OTHER, DROP, "datagrams of peers whose clock differs by over 5 seconds") \
	X(PEER_REPLAYED, peer_replayed, OTHER, DROP, "datagrams of peers received before") \
	X(EVICTED, evicted, OTHER, FAULT, "flights evicted because the table was full") \
	X(QUEUE_OVERRUN, queue_overrun, OTHER, FAULT, "receive buffer overruns of the kernel's queue") \
	X(QUEUE_STALE, queue_stale, PROBE, FAULT, "packets that waited too long in the queue") \
	X(QUEUE_MESSAGE, queue_message, OTHER, FAULT, "messages of the queue not understood") \
	X(CAPTURE_DROPPED, capture_dropped, OTHER, FAULT, \
		"ICMP errors lost to receive buffer overruns of the capture") \
	X(PEER_UNSENT, peer_unsent, OTHER, FAULT, "datagrams for peers the kernel did not send") \
	X(PEER_OVERRUN, peer_overrun, OTHER, FAULT, "datagrams of peers lost to receive buffer overruns") \
	X(PEER_LOST, peer_lost, OTHER, FAULT, "errors of peers lost between the workers") \
	X(SEND_REFUSED, send_refused, OTHER, FAULT, "packets the kernel did not send") \
	X(SEND_TOO_LARGE, send_too_large, OTHER, FAULT, "packets that exceed the egress MTU") \
	X(SEND_UNREACHABLE, send_unreachable, OTHER, FAULT, "packets without a route")

enum reason {
#define X(name, counter, ends, kind, words) REASON_##name,
	REASONS(X)
#undef X
		REASON_COUNT
};

enum reason_kind { KIND_DONE, KIND_PASS, KIND_DROP, KIND_FAULT };

enum reason_ends { ENDS_OTHER, ENDS_PROBE };

struct reason_row {
	const char *counter; /* name in counters, manual and JSON */
	const char *words;
	enum reason_kind kind;
	enum reason_ends ends;
};

extern const struct reason_row reason_table[REASON_COUNT];

#endif
