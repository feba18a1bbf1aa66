/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "layers.h"
#include "packet_text.h"

const uint64_t packet_text_secret[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

enum { TEXT_SIZE = 32768, WORDS = 64 };

static const struct {
	const char *word;
	layer_reader *read;
} layers[] = {
	{ "ip4", layer_ip4 },
	{ "ip6", layer_ip6 },
	{ "hop-by-hop", layer_hop_by_hop },
	{ "destination", layer_destination },
	{ "fragment", layer_fragment },
	{ "udp", layer_udp },
	{ "tcp", layer_tcp },
	{ "echo", layer_echo },
	{ "reply", layer_echo },
	{ "expired", layer_error },
	{ "unreachable", layer_error },
	{ "too-big", layer_error },
	{ "icmp", layer_error },
	{ "cut", layer_cut },
	{ "pad", layer_pad },
	{ "ext", layer_extension },
	{ "mpls", layer_mpls },
	{ "object", layer_object },
	{ "interface", layer_interface },
	{ "zeroes", layer_zeroes },
	{ "pattern", layer_pattern },
	{ "text", layer_text },
	{ "neutral", layer_neutral },
	{ "hex", layer_hex },
	{ "padding", layer_padding },
};

static bool read_layer(struct packet_reader *r, char *text)
{
	char *words[WORDS + 1], *rest;
	size_t count = 0;

	for (char *word = strtok_r(text, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		if (count == WORDS)
			return layer_refuse(r, "too many words in a layer", words[0]);
		words[count++] = word;
	}
	words[count] = NULL;
	if (!count)
		return layer_refuse(r, "empty layer", NULL);
	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++)
		if (strcmp(words[0], layers[i].word) == 0)
			return layers[i].read(r, words);
	for (size_t i = 0; i < count; i++)
		if (!layer_put_hex(r, words[i]))
			return false;
	return true;
}

bool packet_read(const char *text, struct writer *out, char why[PACKET_WHY_SIZE])
{
	struct packet_reader r = { .frames = { .out = out }, .why = why, .why_size = PACKET_WHY_SIZE };
	char copy[TEXT_SIZE];
	char *rest = copy, *layer;

	if (strlen(text) >= sizeof(copy))
		return layer_refuse(&r, "the text of the packet is too long", NULL);
	strcpy(copy, text);
	while ((layer = strsep(&rest, "|")) != NULL)
		if (!read_layer(&r, layer))
			return false;
	frames_close_to(&r.frames, 0);
	return !out->overflow || layer_refuse(&r, "the packet is too large", NULL);
}
