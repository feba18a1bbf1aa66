/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace as it is printed, saved, read again and compared: everything that its
 * JSON has, and nothing of how it was found.
 *
 * The record owns its memory, and grows as it is filled; an index into one of
 * its arrays stays valid, a pointer only until the next is added.
 */
#ifndef UTURN_RECORD_TRACE_RECORD_H
#define UTURN_RECORD_TRACE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

enum {
	RECORD_VERSION = 1,
	RECORD_HOPS = 63, /* hop and TTL are 1..255 in a file, and hops beyond these are refused */
	RECORD_ID_SIZE = 16,
	RECORD_MARKS = 8,
	RECORD_MARK_SIZE = 40,
	RECORD_NAME_SIZE = 256,
	RECORD_NO_ROUTER = -1,
	RECORD_FALLS = 16,
	RECORD_OPTIONS = 32,
	RECORD_OPTION_SIZE = 64,
};

enum record_direction { RECORD_THERE, RECORD_BACK, RECORD_DIRECTIONS };

/* What a balancer may choose by, of the packets that it forwards: on the return path source and destination are swapped. */
enum record_field {
	RECORD_SOURCE_PORT,
	RECORD_DESTINATION_PORT,
	RECORD_CHECKSUM, /* of ICMP */
	RECORD_DSCP,
	RECORD_LABEL, /* IPv6 flow label */
	RECORD_FIELDS,
};

struct record_flow {
	uint32_t id;
	uint16_t sport, dport; /* ICMP: sport is the checksum, dport 0 */
	uint8_t hops; /* to the target; 0: not known */
};

/* A router of one direction: an address; or without one, the silence of a hop. */
struct record_router {
	char id[RECORD_ID_SIZE]; /* "t3a": there, hop 3, the first */
	uint8_t direction; /* enum record_direction */
	uint64_t hops; /* bit h - 1: seen at hop h */
	struct addr addr; /* family 0: silence */
	char name[RECORD_NAME_SIZE]; /* "": none */
	uint32_t asn; /* 0: not known */
	uint32_t flows; /* that met it */
	bool is_end; /* the target, or of the return path this host */
	char marks[RECORD_MARKS][RECORD_MARK_SIZE];
	uint8_t mark_count;
	/* bits by enum record_field: a balancer that is known to choose by it, and not to; both 0: nothing is known */
	uint8_t balances, balances_not;
	uint32_t same_as; /* 1 + the first router of its group, which are one router; 0: of none */
};

struct record_link {
	uint32_t from, to; /* routers */
	uint32_t flows;
	bool is_per_packet;
};

struct record_probe {
	uint32_t flow; /* its id */
	uint8_t direction;
	uint8_t ttl, hop, attempt; /* hop: of its direction */
	uint8_t type, code, ttl_received;
	uint32_t sent_us; /* since the start */
	int64_t rtt_us; /* -1: not answered */
	int32_t router; /* RECORD_NO_ROUTER: not answered */
	uint8_t duplicates;
};

/* Behind this hop packets may be so large. */
struct record_fall {
	uint8_t hop; /* of its direction; 0: in front of the first */
	bool has_hop;
	bool is_black_hole; /* else a router has said so */
	uint16_t mtu;
	struct addr from; /* that router; family 0: a black hole */
};

/* How large packets may be, one way, as far as it was found out. */
struct record_mtu {
	uint16_t first, path; /* of the first link, and of the whole; 0: not asked */
	uint8_t hops; /* as far as it is known */
	bool is_cut_off; /* the path goes on behind that */
	uint8_t fall_count;
	struct record_fall falls[RECORD_FALLS];
};

/* An option of the command line that a trace was made with, beside target and protocol. */
struct record_option {
	char name[RECORD_OPTION_SIZE], value[RECORD_OPTION_SIZE]; /* value "": it has none */
};

struct trace_record {
	uint8_t version; /* RECORD_VERSION, where it was read */
	char target_name[RECORD_NAME_SIZE]; /* as it was asked for; "": by its address */
	struct addr target, source;
	char protocol[8]; /* "udp", "tcp", "icmp" */
	char started[32]; /* RFC 3339, UTC */
	double seconds;
	double wanted, bound; /* probability that anything is missing; bound: as reached */
	char reverse[12]; /* "uturn", "request", "none" */
	char cut_off[RECORD_MARK_SIZE]; /* why the bound is not what was wanted; "": it is */
	bool is_reached, is_plain;
	uint32_t
		sent; /* probes in all, with those that probes[] leaves out: questions, whether there is a server; 0: not known */
	uint32_t unproven; /* answers that did not prove to be about a probe, and are not counted */
	uint32_t dropped; /* packets that were lost in this host, answers perhaps */
	struct record_mtu mtu[RECORD_DIRECTIONS];
	bool has_options; /* false: of a version that did not save them */
	struct record_option options[RECORD_OPTIONS];
	unsigned option_count;
	bool has_aliases; /* which addresses are one router was asked */
	struct record_flow *flows;
	struct record_router *routers;
	struct record_link *links;
	struct record_probe *probes;
	size_t flow_count, router_count, link_count, probe_count;
	size_t flow_room, router_room, link_room, probe_room;
};

void trace_record_init(struct trace_record *r);
void trace_record_done(struct trace_record *r);

/* Each adds one, all zero, and returns it; NULL: no memory. */
struct record_flow *record_add_flow(struct trace_record *r);
struct record_router *record_add_router(struct trace_record *r);
struct record_link *record_add_link(struct trace_record *r);
struct record_probe *record_add_probe(struct trace_record *r);

/* Adds a mark, cut to its size; one that is there already is not added twice, and one too many is left out. */
void record_mark(struct record_router *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool record_has_mark(const struct record_router *r, const char *mark);

/* False: there is no room. */
bool record_add_option(struct trace_record *r, const char *name, const char *value);

/* These two are one router, as are those that either was found to be one with before. */
void record_join(struct trace_record *r, uint32_t one, uint32_t other);

/* The router with this id, or -1. */
int record_find_router(const struct trace_record *r, const char *id);
/* The flow with this id, or -1; they are in ascending order. */
int record_find_flow(const struct trace_record *r, uint32_t id);

/* Flows that were asked at this hop, each once. */
unsigned record_flows_at(const struct trace_record *r, enum record_direction direction, unsigned hop);
/* The highest hop with a router; 0: none. */
unsigned record_last_hop(const struct trace_record *r, enum record_direction direction);

#endif
