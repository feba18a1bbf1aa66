/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layers of a packet's text, one function each: words are the layer's,
 * NULL-terminated, its name first. Each appends to the packet, or returns
 * false with words in why.
 */
#ifndef UTURN_REPLAY_LAYERS_H
#define UTURN_REPLAY_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fields.h"
#include "frames.h"

struct reader {
	struct frames frames;
	char *why;
	size_t why_size;
};

typedef bool layer_reader(struct reader *r, char **words);

layer_reader layer_hop_by_hop, layer_destination, layer_fragment;
layer_reader layer_ip4, layer_ip6, layer_udp, layer_tcp, layer_echo;
layer_reader layer_error, layer_pad, layer_extension, layer_mpls, layer_object, layer_interface;
layer_reader layer_hex, layer_zeroes, layer_pattern, layer_text, layer_neutral, layer_cut, layer_padding;

/* For the layers themselves. */
bool layer_refuse(struct reader *r, const char *words, const char *subject);
bool layer_put_hex(struct reader *r, const char *text);
bool layer_fields(struct reader *r, enum layer layer, char **words, struct fields *f);
/* The one number that follows the layer's name. */
bool layer_number(struct reader *r, char **words, uint32_t *value);
/* What stands right behind an IP header. */
bool layer_begin_transport(struct reader *r, enum layer layer, const char *word);

#endif
