/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layers of a packet in text, one function each: words are those of the
 * layer, NULL-terminated, its name first. Each appends to the packet, or
 * returns false with an error message in why.
 */
#ifndef UTURN_REPLAY_LAYERS_H
#define UTURN_REPLAY_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fields.h"
#include "frames.h"

struct packet_reader {
	struct frames frames;
	char *why;
	size_t why_size;
};

typedef bool layer_reader(struct packet_reader *r, char **words);

layer_reader layer_hop_by_hop, layer_destination, layer_fragment;
layer_reader layer_ip4, layer_ip6, layer_udp, layer_tcp, layer_echo;
layer_reader layer_error, layer_pad, layer_extension, layer_mpls, layer_object, layer_interface;
layer_reader layer_hex, layer_zeroes, layer_pattern, layer_text, layer_neutral, layer_cut, layer_padding;

/* For the layers themselves. Each returns false with an error message in why. */
/* Sets why to "subject: message" (subject may be NULL) and returns false. */
bool layer_refuse(struct packet_reader *r, const char *message, const char *subject);
bool layer_put_hex(struct packet_reader *r, const char *text);
bool layer_fields(struct packet_reader *r, enum layer layer, char **words, struct fields *f);
/* The single number that follows the name of the layer. */
bool layer_number(struct packet_reader *r, char **words, uint32_t *value);
/* Makes this the transport of the innermost packet; false where it is not directly behind an IP header. */
bool layer_begin_transport(struct packet_reader *r, enum layer layer, const char *word);

#endif
