/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>

#include "packet_text.h"
#include "script.h"

static char *text_of(struct span packet)
{
	static char text[2 * PACKET_TEXT_SIZE + 8];

	packet_write(packet, text, sizeof(text));
	return text;
}

void outcomes_add(struct outcomes *o, struct outcome added)
{
	o->at = realloc(o->at, sizeof(added) * (o->count + 1));
	if (!o->at) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	o->at[o->count++] = added;
}

void outcomes_clear(struct outcomes *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->at[i].packet);
	free(o->at);
	*o = (struct outcomes){ 0 };
}

void outcomes_print(const struct outcomes *o)
{
	if (!o->count)
		puts("reason nothing");
	for (size_t i = 0; i < o->count; i++) {
		const struct outcome *one = &o->at[i];

		printf("reason %s\n", reason_table[one->reason].counter);
		if (o->of_probe)
			puts(one->act == ACT_PASS ? "pass" : "take");
		printf("sends %s\n", one->packet_len ? text_of(span_of(one->packet, one->packet_len)) : "nothing");
	}
}

static const char *text_or_nothing(struct span packet)
{
	return packet.len ? text_of(packet) : "nothing";
}

/* Sixteen bytes of either, from the first line that differs. */
static void print_bytes(const char *word, struct span s, size_t from)
{
	fprintf(stderr, "  %-9s %4zu:", word, from);
	for (size_t i = from; i < from + 16 && i < s.len; i++)
		fprintf(stderr, " %02x", s.at[i]);
	fputc('\n', stderr);
}

void outcome_complain_packet(const struct script *script, unsigned line, struct span expected, struct span got)
{
	size_t at = 0;

	script_complain(script, line, "unexpected packet");
	fprintf(stderr, "  expected  %s\n", text_or_nothing(expected));
	fprintf(stderr, "  got       %s\n", text_or_nothing(got));
	if (!expected.len || !got.len)
		return;
	while (at < expected.len && at < got.len && expected.at[at] == got.at[at])
		at++;
	fprintf(stderr, "  the first byte that differs is %zu, of %zu expected and %zu got\n", at, expected.len,
		got.len);
	print_bytes("expected", expected, at / 16 * 16);
	print_bytes("got", got, at / 16 * 16);
}
