/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The extension structure of ICMP errors (RFC 4884): a header of version and
 * checksum, then objects (MPLS labels: RFC 4950; interfaces: RFC 5837). Spans
 * are borrowed, in network byte order; sizes are bytes.
 */
#ifndef UTURN_PACKET_EXTENSION_H
#define UTURN_PACKET_EXTENSION_H

#include <stdbool.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/*
 * RFC 4884 section 5.5: without a length field the quote ends here. Every
 * message with an extension pads its quote to at least this many bytes.
 */
enum { EXTENSION_OFFSET = 128, EXTENSION_HEADER = 4 };

/*
 * A larger structure is not relayed: with the headers, 128 bytes of quote and
 * an object of ours it would exceed an error's 576 or 1280 bytes.
 */
enum { EXTENSION_MOST4 = 576 - 28 - EXTENSION_OFFSET - 12, EXTENSION_MOST6 = 1280 - 48 - EXTENSION_OFFSET - 24 };

/* True where s is one whole structure: version 2, right checksum (or 0: none), objects that fill it. */
bool extension_is_whole(struct span s);

/* One entry of a label stack (RFC 4950, RFC 3032). */
struct mpls_label {
	uint32_t label;
	uint8_t class, ttl; /* class: its traffic class */
	bool is_bottom;
};

/* The label stack among the objects of a whole structure: at most `most` entries, from the top; returns how many. */
size_t extension_labels(struct span objects, struct mpls_label *labels, size_t most);

/* What a router says of one of its interfaces (RFC 5837). */
enum interface_role { INTERFACE_INCOMING, INTERFACE_SUB_IP, INTERFACE_OUTGOING, INTERFACE_NEXT_HOP };
enum { INTERFACE_NAME_SIZE = 64 };
struct interface_info {
	enum interface_role role;
	bool has_index;
	uint32_t index, mtu; /* mtu: bytes, 0: not said */
	struct addr addr; /* family 0: not said */
	char name[INTERFACE_NAME_SIZE]; /* with a NUL; "": not said, or not printable ASCII */
};

/* The interface objects among those of a whole structure, at most `most`; a malformed one is skipped. Returns how many. */
size_t extension_interfaces(struct span objects, struct interface_info *interfaces, size_t most);

/* Bytes that extension_put() adds for these objects. */
size_t extension_size(struct span objects, const struct addr *hop);

/*
 * Appends a structure of the given objects (as a router sent them, may be
 * empty), followed by an interface information object that names hop as the
 * address of the incoming interface (RFC 5837 section 4.1; hop NULL: none). One
 * of the router's own for that interface is left out then.
 */
void extension_put(struct writer *w, struct span objects, const struct addr *hop);

#endif
