/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network as a file describes it: routers, the links between them, and what
 * is odd about each. README.md in this folder has the notation.
 *
 * Router 0 is the source, router 1 the target. A link has a direction, that of
 * the packets on it: towards the target, or those that come after a `T:` line,
 * towards the source. Times are nanoseconds of one clock, of the caller's choice.
 */
#ifndef UTURN_TESTS_FAKENET_NETWORK_H
#define UTURN_TESTS_FAKENET_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

enum {
	NETWORK_ROUTERS = 1024,
	NETWORK_LINKS = 8192,
	NETWORK_WAYS = 256, /* links that leave a router */
	NETWORK_INTERFACES = 64, /* addresses of a router, beside its first */
	NETWORK_LABELS = 4,
	NETWORK_TURNED = 32, /* highest TTL that a u-turn host turns */
	NETWORK_SOURCE = 0,
	NETWORK_TARGET = 1,
	NETWORK_NONE = 0xffff,
	NAME_SIZE = 24,
};

/* What a router chooses the next link by. */
enum field {
	FIELD_FROM,
	FIELD_TO,
	FIELD_PROTOCOL,
	FIELD_SPORT, /* of an ICMP message type and code */
	FIELD_DPORT,
	FIELD_ICMP, /* its checksum */
	FIELD_DSCP,
	FIELD_LABEL, /* IPv6 flow label */
	FIELD_PACKET, /* chance: per packet */
	FIELDS,
};
extern const char *const field_names[FIELDS + 1]; /* NULL at the end */

/* Which IPv4 id an answer has. */
enum id_kind { ID_SHARED, ID_INTERFACE, ID_RANDOM, ID_ZERO, ID_COPIED, ID_KINDS };
extern const char *const id_names[ID_KINDS + 1];

/* What of a quote a NAT translates back. */
enum nat_kind { NAT_NONE, NAT_SUM, NAT_QUOTE, NAT_FULL, NAT_KINDS };
extern const char *const nat_names[NAT_KINDS + 1];

/* From which of its addresses a router says that a port of its own is closed. */
enum own_kind { OWN_FIRST, OWN_ASKED, OWN_SILENT, OWN_KINDS };
extern const char *const own_names[OWN_KINDS + 1];

/* Whether the target answers: a datagram to a closed port, a SYN, an echo request. */
enum host_kind { HOST_CLOSED, HOST_OPEN, HOST_SILENT, HOST_KINDS };
extern const char *const host_names[HOST_KINDS + 1];

/* Which address of a u-turn host is seen at the inflection point. */
enum inflection_kind { INFLECTION_FIRST, INFLECTION_SECOND, INFLECTION_SILENT, INFLECTION_KINDS };
extern const char *const inflection_names[INFLECTION_KINDS + 1];

struct bucket {
	unsigned burst, per_s; /* burst 0: no limit */
	double tokens; /* as of at_ns */
	uint64_t at_ns;
};

struct link {
	uint16_t from, to;
	uint16_t interface; /* of `to`: 1 and up, in the order of the file */
	bool is_back; /* towards the source */
	bool is_reported; /* the MTU: by an error; else packets vanish */
	uint16_t mtu; /* bytes; 0: that of all others */
	double delay_ms, loss; /* one way, percent; below 0: those of the network */
};

struct router {
	char name[NAME_SIZE];
	uint16_t links[NETWORK_WAYS], link_count; /* that leave it */
	uint16_t interface_count; /* links that enter it */
	bool has_interfaces; /* answers with the address of the link that the packet came by */
	bool is_there, is_back; /* reached by packets to the target, to the source */
	bool is_silent, is_hidden, is_zero_ttl, is_uturn, is_server, has_duplicates, has_mtu_zero;
	unsigned fields; /* bits of enum field */
	unsigned initial_ttl, back_hops; /* of its answers; back_hops 0: as many as there */
	unsigned quote_bytes; /* behind the quoted IP header; 0: as many as the RFCs want */
	unsigned quote_ttl, refuse_code; /* 0: as it is; does not refuse */
	int dscp, ecn, label; /* what it writes into packets that it forwards; -1: nothing */
	unsigned mss;
	enum nat_kind nat;
	enum id_kind id;
	enum own_kind own;
	enum host_kind udp, tcp, icmp;
	enum inflection_kind inflection;
	bool is_self; /* answers for routers with its own address */
	unsigned id_rate; /* a second, of packets to others */
	uint32_t mpls[NETWORK_LABELS];
	unsigned mpls_count;
	char interface_name[32]; /* RFC 5837; "": says nothing */
	bool has_interface_address; /* RFC 5837 with the address that it answers with */
	double slow_ms;
	struct bucket limit, turns; /* of errors; of what a u-turn host turns */
	/* of a run */
	uint64_t hash_seed, born_ns;
	uint16_t ids[NETWORK_INTERFACES + 1];
};

struct network {
	struct router routers[NETWORK_ROUTERS];
	struct link links[NETWORK_LINKS];
	unsigned router_count, link_count, mtu;
	double delay_ms, jitter_ms, loss; /* loss: percent of all answers */
	uint64_t arrived_ns[NETWORK_TURNED + 1]; /* when a probe last came to the u-turn host with this TTL; 0: never */
	uint64_t random;
	uint16_t hops_to[NETWORK_ROUTERS][NETWORK_ROUTERS]; /* [b][a]: links from a to b at least; NETWORK_NONE */
};

/* False with words in why where the text is wrong. */
bool network_parse(struct network *n, const char *text, char *why, size_t why_size);
/* One line `! ...`, without its mark. */
bool property_parse(struct network *n, char *text, char *why, size_t why_size);
/* All hashes, ids and chances are made of the seed. */
void network_seed(struct network *n, uint64_t seed, uint64_t now_ns);

/* The router with this name, or NETWORK_NONE. */
uint16_t network_find(const struct network *n, const char *name);
/* `b1..8 c`: adds their numbers; false: no such routers (is_new: they are made), or no room. */
bool network_names(struct network *n, char *words, bool is_new, uint16_t *routers, unsigned most, unsigned *count);

/* Interface 0 is the router's first address. */
struct addr network_address(const struct network *n, unsigned router, unsigned interface, uint8_t family);
/* The address with which it answers what came by this link. */
struct addr network_answering(const struct network *n, const struct link *by, uint8_t family);
/* The router that has this address, or NETWORK_NONE. */
uint16_t network_owner(const struct network *n, const struct addr *a, unsigned *interface);

uint64_t network_random(struct network *n);
/* True in so many percent. */
bool network_chance(struct network *n, double percent);
/* Takes one token. False: none is left. Always true without a limit. */
bool bucket_take(struct bucket *b, uint64_t now_ns);
uint64_t network_mix(uint64_t x);

#endif
