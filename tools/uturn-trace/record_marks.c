/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "packet/build.h"

enum { TEXTS = 8, KNOWN = 64, ASYMMETRIC = 2 /* hops */ };

/* What is changed in a probe, one text for each, and the first hop that shows it. */
struct change_text {
	char text[RECORD_MARK_SIZE];
	unsigned hop;
};

void record_mark_router(struct record_router *r, const struct graph_router *known, bool is_per_packet)
{
	if (known->is_limited)
		record_mark(r, "limited, %.2g/s", (double)known->limit_per_s);
	if (known->has_loop)
		record_mark(r, "loop");
	if (is_per_packet)
		record_mark(r, "per packet");
}

static size_t write_changes(const struct aim *aim, const struct quote_changes *c, char texts[TEXTS][RECORD_MARK_SIZE])
{
	size_t count = 0;

	if (c->fields & QUOTE_NAT)
		snprintf(texts[count++], RECORD_MARK_SIZE, "nat");
	if (c->fields & QUOTE_DSCP)
		snprintf(texts[count++], RECORD_MARK_SIZE, "dscp %d>%d", aim->tos >> 2, c->dscp);
	if (c->fields & QUOTE_ECN)
		snprintf(texts[count++], RECORD_MARK_SIZE, "ecn %d>%d", aim->tos & 3, c->ecn);
	if (c->fields & QUOTE_MSS)
		snprintf(texts[count++], RECORD_MARK_SIZE, "mss %d>%d", REQUEST_MSS, c->mss);
	if (c->fields & QUOTE_LENGTH)
		snprintf(texts[count++], RECORD_MARK_SIZE, "length %u", c->length);
	if (c->fields & QUOTE_LABEL)
		snprintf(texts[count++], RECORD_MARK_SIZE, "label 0x%05x", c->label);
	return count;
}

static struct change_text *find_text(struct change_text *known, size_t *count, const char *text)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(known[i].text, text) == 0)
			return &known[i];
	if (*count == KNOWN)
		return NULL;
	known[*count].hop = UINT8_MAX;
	memcpy(known[*count].text, text, RECORD_MARK_SIZE);
	return &known[(*count)++];
}

/* In the quotes of the return path is what the u-turn host made of the probe: only the forward path's say something. */
static bool has_changes(const struct sent_probe *sent, const struct record_probe *p)
{
	return sent->direction == THERE && p->router >= 0 && sent->note.changes.fields;
}

static void mark_changes(struct trace_record *r, const struct record_source *from, bool is_finding,
	struct change_text *known, size_t *count)
{
	char texts[TEXTS][RECORD_MARK_SIZE];
	size_t at = 0;

	for (unsigned i = 0; i < from->sent->count && at < r->probe_count; i++) {
		const struct sent_probe *sent = &from->sent->probes[i];
		const struct record_probe *p = &r->probes[at];
		size_t changes = 0;

		if (sent->id == SEARCH_NONE || sent->question || !from->searches[sent->direction])
			continue;
		at++;
		if (has_changes(sent, p))
			changes = write_changes(from->aim, &sent->note.changes, texts);
		for (size_t j = 0; j < changes; j++) {
			struct change_text *t = find_text(known, count, texts[j]);

			if (t && is_finding && p->hop < t->hop)
				t->hop = p->hop;
			else if (t && !is_finding && p->hop == t->hop)
				record_mark(&r->routers[p->router], "%s", texts[j]);
		}
	}
}

static void mark_labels(struct record_router *r, const struct note *note)
{
	char text[RECORD_MARK_SIZE] = "mpls", own[ADDR_TEXT_SIZE];
	size_t len = strlen(text);

	for (unsigned i = 0; i < note->label_count && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%c%u", i ? '/' : ' ', note->labels[i].label);
	if (note->label_count)
		record_mark(r, "%s", text);
	/* `answer-from self` of uturnd.conf(5) names the router so */
	if (*note->interface && strcmp(note->interface, addr_text(&r->addr, own)) != 0)
		record_mark(r, "interface %s", note->interface);
}

/* Hops that the answer took: what is missing of the least usual initial TTL, and one more. */
static int hops_of(uint8_t ttl_received)
{
	const int initial = ttl_received <= 64 ? 64 : ttl_received <= 128 ? 128 : 255;

	return initial - ttl_received + 1;
}

static void mark_answer(struct trace_record *r, const struct sent_probe *sent, const struct record_probe *p)
{
	struct record_router *router;
	int back;

	if (p->router < 0)
		return;
	/* what had more TTL than its way has hops may have been turned: the answer tells of the return path */
	if (p->direction == RECORD_THERE && p->ttl > p->hop && p->ttl < SEARCH_FAR_HOP)
		return;
	router = &r->routers[p->router];
	mark_labels(router, &sent->note);
	if (p->duplicates)
		record_mark(router, "duplicates");
	if (p->direction != RECORD_THERE || !p->ttl_received)
		return;
	back = hops_of(p->ttl_received);
	if (abs(back - (int)p->hop) <= ASYMMETRIC)
		return;
	record_mark(router, "back~%d", back);
	record_mark(router, "asymmetric");
}

void record_mark_probes(struct trace_record *r, const struct record_source *from)
{
	struct change_text *known = calloc(KNOWN, sizeof(*known));
	size_t count = 0, at = 0;

	if (!known)
		return;
	mark_changes(r, from, true, known, &count);
	mark_changes(r, from, false, known, &count);
	free(known);
	for (unsigned i = 0; i < from->sent->count && at < r->probe_count; i++) {
		const struct sent_probe *sent = &from->sent->probes[i];

		if (sent->id != SEARCH_NONE && !sent->question && from->searches[sent->direction])
			mark_answer(r, sent, &r->probes[at++]);
	}
}
