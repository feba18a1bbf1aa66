/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a probe proves itself by. Every probe of a run has an index, from 0 up;
 * `low` names it and `high` proves it, 16 bits each, so that a quote of 8 bytes
 * and the IPv4 id is enough, and a forger who does not see it has to guess all 32:
 *
 * UDP, IPv4   id low, checksum high, and 48 bits in the payload
 * UDP, IPv6   checksum low, and the 48 bits
 * TCP         sequence number low, high
 * ICMP        identifier low, sequence number high; the checksum is the flow's
 * request     identifier low
 * UDP of an aim with a payload (packet/request_payload.h): the same, and what the
 *             target answers repeats the 48 bits
 *
 * A datagram that a u-turn host sends back quotes nothing: its checksum is the
 * probe's, 16 bits, and so it is believed of none but a probe of that flow's
 * return path that is still waited for (answers.c, run_probes.c).
 *
 * The IPv4 id is low of every probe. Two runs have different keys. Nothing is
 * kept but the key.
 */
#ifndef UTURN_TRACE_IDENTITY_H
#define UTURN_TRACE_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "aim.h"
#include "packet/build.h"
#include "packet/bytes.h"
#include "variation.h"

enum {
	IDENTITY_COUNT = 65535,
	IDENTITY_PACKET_MOST = 65535 /* bytes of a probe */,
	IDENTITY_TEXT = REQUEST_KEY_OFFSET,
	IDENTITY_KEY = 6
};

struct identity {
	uint64_t key[2];
};

/* 1..65535, each index below IDENTITY_COUNT another one. */
uint16_t identity_low(const struct identity *id, unsigned index);
/* The index that has this low, or -1 for 0. */
int identity_index(const struct identity *id, uint16_t low);
uint16_t identity_high(const struct identity *id, unsigned index);

/* What makes a probe, beside the run's key and aim, so that its packet need not be kept. */
struct identity_probe {
	unsigned index, flow;
	uint8_t ttl;
	bool is_neutral; /* a datagram that no u-turn host turns: it begins with the text of packet/neutral.h */
	bool is_short; /* too small for an answer of the target, where that takes more than other probes have */
	struct variation variation;
};

/* The IPv6 flow label of a flow, unless it is varied. */
uint32_t identity_label(const struct aim *aim, unsigned flow);

/* The packet of a probe, appended to *out; aim->protocol says of which protocol. */
void identity_build(const struct identity *id, const struct aim *aim, const struct identity_probe *probe,
	struct writer *out);

/* What a UDP probe carries: a text, and the 48 bits; REQUEST_KEY_OFFSET and IDENTITY_KEY bytes. */
void identity_payload(const struct identity *id, unsigned index, bool is_neutral, struct writer *out);
/* The index that this payload is of, or -1. */
int identity_of_payload(const struct identity *id, struct span payload);
/* The same for a payload of any kind. */
int identity_of_kind(const struct identity *id, enum payload_kind kind, struct span payload);

#endif
