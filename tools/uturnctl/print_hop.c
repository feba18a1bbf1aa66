/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print_hop.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? text : "";
}

static void print_labels(const json_t *answer)
{
	const json_t *stack = json_object_get(answer, "mpls");

	for (size_t i = 0; i < json_array_size(stack); i++) {
		const json_t *label = json_array_get(stack, i);

		printf("%sL=%" JSON_INTEGER_FORMAT ",E=%" JSON_INTEGER_FORMAT ",S=%d,T=%" JSON_INTEGER_FORMAT "%s",
			i ? "/" : " <MPLS:", json_integer_value(json_object_get(label, "label")),
			json_integer_value(json_object_get(label, "tc")),
			json_is_true(json_object_get(label, "bottom")),
			json_integer_value(json_object_get(label, "ttl")), i + 1 < json_array_size(stack) ? "" : ">");
	}
}

/* The router is named where it is not that of the answer before. */
static void print_answer(const json_t *answer, const char **router)
{
	const char *own = text_of(answer, "router"), *kind = text_of(answer, "kind");

	if (strcmp(own, *router) != 0) {
		printf("  %s", own);
		print_labels(answer);
	}
	*router = own;
	printf("  %.3f ms", json_number_value(json_object_get(answer, "rtt_ms")));
	if (strcmp(kind, "unreachable") == 0 || strcmp(kind, "too-big") == 0)
		printf(" !<%" JSON_INTEGER_FORMAT "-%" JSON_INTEGER_FORMAT ">",
			json_integer_value(json_object_get(answer, "icmp_type")),
			json_integer_value(json_object_get(answer, "icmp_code")));
}

static void print_hop(const struct hops *h, int hop)
{
	const json_t *list = h->answers[hop], *last = json_array_get(list, json_array_size(list) - 1);
	const char *router = "";
	int missing = h->attempts;

	printf("%2d", hop);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *answer = json_array_get(list, i);

		if (strcmp(text_of(answer, "kind"), "silent") == 0)
			continue;
		print_answer(answer, &router);
		missing--;
	}
	for (; missing > 0; missing--)
		fputs(missing == h->attempts ? "  *" : " *", stdout);
	if (json_is_true(json_object_get(last, "behind_nat")))
		fputs("  (behind NAT)", stdout);
	if (strcmp(text_of(last, "kind"), "reached") == 0)
		fputs("  (the peer)", stdout);
	putchar('\n');
}

static bool is_complete(const struct hops *h, int hop)
{
	const json_t *list = h->answers[hop];

	return (int)json_array_size(list) >= h->attempts ||
		strcmp(text_of(json_array_get(list, 0), "kind"), "silent") == 0;
}

void hops_print(struct hops *h, const json_t *line)
{
	json_int_t hop = json_integer_value(json_object_get(line, "hop"));
	bool is_done = json_is_true(json_object_get(line, "done"));
	int last = is_done ? (int)json_integer_value(json_object_get(line, "hops")) : HOPS_MOST;

	if (json_object_get(line, "tracing"))
		h->attempts = (int)json_integer_value(json_object_get(line, "attempts"));
	if (hop >= 1 && hop <= HOPS_MOST) {
		if (!h->answers[hop])
			h->answers[hop] = json_array();
		json_array_append(h->answers[hop], (json_t *)line);
		if (strcmp(text_of(line, "kind"), "reached") == 0 && (!h->end || hop < h->end))
			h->end = (int)hop;
	}
	if (h->end && h->end < last)
		last = h->end;
	while (h->printed < last && h->printed < HOPS_MOST && (is_done || is_complete(h, h->printed + 1)))
		print_hop(h, ++h->printed);
	if (!is_done)
		return;
	for (size_t i = 0; i <= HOPS_MOST; i++)
		json_decref(h->answers[i]);
}
