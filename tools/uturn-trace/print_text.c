/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "print.h"
#include "record/record_fields.h"
#include "record_mtu.h"
#include "record_shares.h"

enum { LABEL_SIZE = ADDR_TEXT_SIZE + RECORD_NAME_SIZE + 32 };

/* One line of a hop. */
struct entry {
	uint32_t router;
	struct record_share share;
	char label[LABEL_SIZE]; /* address, name and AS; "*" for silence */
};

static void write_label(const struct record_router *r, char label[LABEL_SIZE])
{
	char text[ADDR_TEXT_SIZE];
	int len;

	if (!r->addr.family) {
		strcpy(label, "*");
		return;
	}
	len = snprintf(label, LABEL_SIZE, "%s", addr_text(&r->addr, text));
	if (*r->name)
		len += snprintf(label + len, LABEL_SIZE - (size_t)len, " %s", r->name);
	if (r->asn)
		snprintf(label + len, LABEL_SIZE - (size_t)len, " AS%u", r->asn);
}

/* The largest share first, silence last. */
static int compare(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	if ((one->label[0] == '*') != (other->label[0] == '*'))
		return one->label[0] == '*' ? 1 : -1;
	if (one->share.flows != other->share.flows)
		return one->share.flows < other->share.flows ? 1 : -1;
	return strcmp(one->label, other->label);
}

/* The lines of a hop, for the caller to free; *count 0 where there are none, or no memory. */
static struct entry *entries_of(const struct trace_record *r, enum record_direction d, unsigned hop, size_t *count)
{
	struct entry *entries = calloc(r->router_count + 1, sizeof(*entries));
	struct record_share *shares = calloc(r->router_count + 1, sizeof(*shares));
	const bool has_shares = entries && shares && record_shares(r, d, hop, shares);

	*count = 0;
	for (uint32_t i = 0; has_shares && i < r->router_count; i++) {
		if (r->routers[i].direction != d || !(r->routers[i].hops >> (hop - 1) & 1))
			continue;
		entries[*count].router = i;
		entries[*count].share = shares[i];
		write_label(&r->routers[i], entries[(*count)++].label);
	}
	free(shares);
	if (entries)
		qsort(entries, *count, sizeof(*entries), compare);
	return entries;
}

/* Silence has no share. */
static size_t count_addresses(const struct trace_record *r, const struct entry *entries, size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += r->routers[entries[i].router].addr.family != 0;
	return found;
}

static size_t widest(const struct trace_record *r)
{
	char label[LABEL_SIZE];
	size_t width = 0;

	for (size_t i = 0; i < r->router_count; i++) {
		write_label(&r->routers[i], label);
		width = strlen(label) > width ? strlen(label) : width;
	}
	return width;
}

static void write_marks(const struct trace_record *r, const struct record_router *router, char *text, size_t size)
{
	const struct record_router *first = router->same_as ? &r->routers[router->same_as - 1] : router;
	const bool turns = router->is_end && router->direction == RECORD_THERE && record_last_hop(r, RECORD_BACK);
	char fields[RECORD_FIELDS_TEXT], address[ADDR_TEXT_SIZE];
	size_t len = 0;

	*text = '\0';
	record_fields_text(r, router, fields);
	if (*fields)
		len = (size_t)snprintf(text, size, "  %s", fields);
	for (unsigned i = 0; i < router->mark_count && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "  %s", router->marks[i]);
	/* an address that is met in both directions is one router anyway */
	if (!addr_equal(&first->addr, &router->addr) && len < size)
		len += (size_t)snprintf(text + len, size - len, "  same as %s", addr_text(&first->addr, address));
	if (turns && len < size)
		snprintf(text + len, size - len, "  ** inflection point");
	else if (router->is_end && router->direction == RECORD_BACK && len < size)
		snprintf(text + len, size - len, "  ** this host");
}

static void print_entry(FILE *out, const struct trace_record *r, const struct entry *e, const char *number,
	bool is_alone, size_t width)
{
	char share[16] = "", time[24] = "",
	     marks[RECORD_MARKS * RECORD_MARK_SIZE + RECORD_FIELDS_TEXT + ADDR_TEXT_SIZE + 48];
	char line[LABEL_SIZE + sizeof(marks) + 64];
	int len;

	if (!is_alone && e->share.flows)
		snprintf(share, sizeof(share), "%.0f %%", 100.0 * e->share.flows / e->share.of);
	if (e->share.rtt_us >= 0)
		snprintf(time, sizeof(time), "%.1f ms", (double)e->share.rtt_us / 1000);
	write_marks(r, &r->routers[e->router], marks, sizeof(marks));
	len = snprintf(line, sizeof(line), "%2s  %-*s  %4s  %9s%s", number, (int)width, e->label, share, time, marks);
	while (len > 0 && (size_t)len < sizeof(line) && line[len - 1] == ' ')
		line[--len] = '\0';
	fprintf(out, "%s\n", line);
}

static void print_direction(FILE *out, const struct trace_record *r, enum record_direction d, unsigned first)
{
	const unsigned last = record_last_hop(r, d);
	const size_t width = widest(r);

	for (unsigned hop = 1; hop <= last; hop++) {
		size_t count;
		struct entry *entries = entries_of(r, d, hop, &count);
		const bool is_alone = count_addresses(r, entries, count) == 1;
		char number[8];

		snprintf(number, sizeof(number), "%u", first + hop);
		for (size_t i = 0; i < count; i++)
			print_entry(out, r, &entries[i], i ? "" : number, is_alone, width);
		if (!count)
			fprintf(out, "%2s  *\n", number);
		free(entries);
	}
}

void print_text_head(FILE *out, const struct trace_record *r)
{
	char text[ADDR_TEXT_SIZE];

	addr_text(&r->target, text);
	if (*r->target_name && strcmp(r->target_name, text) != 0)
		fprintf(out, "%s (%s)", r->target_name, text);
	else
		fprintf(out, "%s", text);
	fprintf(out, ", %s, %zu flow%s; ", r->protocol, r->flow_count, r->flow_count == 1 ? "" : "s");
	if (*r->cut_off)
		fprintf(out, "bound %.2g, wanted %.2g: %s\n", r->bound, r->wanted, r->cut_off);
	else
		fprintf(out, "anything missing: less than %.2g %%\n", 100 * r->bound);
}

/* One line for each direction that was asked. */
static void print_mtu(FILE *out, const struct trace_record *r)
{
	char words[RECORD_MTU_WORDS];

	for (enum record_direction d = RECORD_THERE; d < RECORD_DIRECTIONS; d++)
		if (r->mtu[d].first)
			fprintf(out, "mtu %-5s  %s\n", d == RECORD_THERE ? "there" : "back",
				record_mtu_words(r, d, words));
}

void print_text_back(FILE *out, const struct trace_record *r)
{
	fprintf(out, "back%s\n", strcmp(r->reverse, "request") == 0 ? ", by request" : "");
}

void print_text_foot(FILE *out, const struct trace_record *r)
{
	print_mtu(out, r);
	fprintf(out, "%zu probes, %.2f s", r->sent > r->probe_count ? r->sent : r->probe_count, r->seconds);
	if (r->unproven)
		fprintf(out, ", %u unproven answers", r->unproven);
	if (r->dropped)
		fprintf(out, ", %u dropped packets", r->dropped);
	fputc('\n', out);
}

void print_text(FILE *out, const struct trace_record *r)
{
	const unsigned last = record_last_hop(r, RECORD_THERE);

	print_text_head(out, r);
	fputs("there\n", out);
	print_direction(out, r, RECORD_THERE, 0);
	if (!r->is_reached)
		fputs("not reached\n", out);
	if (record_last_hop(r, RECORD_BACK)) {
		print_text_back(out, r);
		print_direction(out, r, RECORD_BACK, last);
	}
	print_text_foot(out, r);
}
