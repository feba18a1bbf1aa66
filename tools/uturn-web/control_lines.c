/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_lines.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"

static void flow_end(char *text, size_t size, const struct addr *a, uint16_t port)
{
	char addr[ADDR_TEXT_SIZE];

	snprintf(text, size, a->family == 6 ? "[%s]:%u" : "%s:%u", addr_text(a, addr), port);
}

size_t control_lines_ask(const struct record *r, char request[CONTROL_REQUEST_SIZE])
{
	char local[ADDR_TEXT_SIZE + 8], peer[ADDR_TEXT_SIZE + 8];

	flow_end(local, sizeof(local), &r->local, r->local_port);
	flow_end(peer, sizeof(peer), &r->peer, r->peer_port);
	return (size_t)snprintf(request, CONTROL_REQUEST_SIZE,
		"{\"op\":\"trace\",\"flow\":{\"local\":\"%s\",\"peer\":\"%s\"},\"max-ttl\":%u,\"attempts\":%u}\n",
		local, peer, r->max_ttl, r->attempts);
}

/* A whole number in this range, or `otherwise`. */
static int number(const json_t *object, const char *key, int low, int high, int otherwise)
{
	json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < low || json_integer_value(value) > high)
		return otherwise;
	return (int)json_integer_value(value);
}

/* A time, or -1 where there is none or it is out of range. */
static double milliseconds(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	double ms = json_is_number(value) ? json_number_value(value) : -1;

	return ms >= 0 && ms < 1e6 ? ms : -1;
}

static int choice(const json_t *object, const char *key, const char *const *names, int count)
{
	const char *word = json_string_value(json_object_get(object, key));

	for (int i = 0; word && i < count; i++)
		if (strcmp(word, names[i]) == 0)
			return i;
	return -1;
}

static struct addr address(const json_t *object)
{
	const char *text = json_string_value(json_object_get(object, "router"));
	struct addr a = { 0, { 0 } };

	if (text)
		addr_parse(text, &a);
	return a;
}

static void read_labels(const json_t *labels, struct control_reply *reply)
{
	for (size_t i = 0; i < json_array_size(labels) && i < RECORD_LABELS; i++) {
		const json_t *one = json_array_get(labels, i);

		reply->labels[i] = (struct label){
			.label = (uint32_t)number(one, "label", 0, 0xfffff, 0),
			.tc = (uint8_t)number(one, "tc", 0, 7, 0),
			.ttl = (uint8_t)number(one, "ttl", 0, 255, 0),
			.bottom = json_is_true(json_object_get(one, "bottom")),
		};
		reply->answer.label_count++;
	}
	reply->answer.labels = reply->labels;
}

static enum reply_kind read_answer(const json_t *o, struct control_reply *reply)
{
	int hop = number(o, "hop", 1, RECORD_HOPS, 0), kind = choice(o, "kind", kind_names, KINDS);
	struct answer *a = &reply->answer;

	reply->router = address(o);
	if (!hop || kind < 0 || (kind != KIND_SILENT && !reply->router.family))
		return REPLY_NOTHING;
	a->hop = (uint8_t)hop;
	a->kind = (uint8_t)kind;
	if (a->kind == KIND_SILENT)
		reply->router.family = 0;
	a->attempt = (uint8_t)number(o, a->kind == KIND_SILENT ? "attempts" : "attempt", 0, 255, 0);
	a->router = -1;
	a->rtt_ms = milliseconds(o, "rtt_ms");
	a->behind_nat = json_is_true(json_object_get(o, "behind_nat"));
	a->icmp_type = (int16_t)number(o, "icmp_type", 0, 255, -1);
	a->icmp_code = (int16_t)number(o, "icmp_code", 0, 255, -1);
	read_labels(json_object_get(o, "mpls"), reply);
	return REPLY_ANSWER;
}

static enum reply_kind read_done(const json_t *o, struct control_reply *reply)
{
	const json_t *summary = json_object_get(o, "summary");
	int end = choice(o, "end", end_names, ENDS);

	reply->end = end < 0 ? END_CLOSED : (enum end)end;
	reply->hops = (unsigned)number(o, "hops", 0, RECORD_HOPS, 0);
	reply->probes = (unsigned)number(o, "probes", 0, 100000, 0);
	for (size_t i = 0; i < json_array_size(summary) && reply->row_count < RECORD_ROWS; i++) {
		const json_t *one = json_array_get(summary, i);
		int hop = number(one, "hop", 1, RECORD_HOPS, 0);

		if (!hop)
			continue;
		reply->rows[reply->row_count++] = (struct row){
			.hop = (uint8_t)hop,
			.router = address(one),
			.sent = (uint16_t)number(one, "sent", 0, 1000, 0),
			.received = (uint16_t)number(one, "received", 0, 1000, 0),
			.min_ms = milliseconds(one, "min_ms"),
			.avg_ms = milliseconds(one, "avg_ms"),
			.max_ms = milliseconds(one, "max_ms"),
		};
	}
	return REPLY_DONE;
}

static void read_words(const char *words, struct control_reply *reply)
{
	snprintf(reply->words, sizeof(reply->words), "%s", words);
	for (char *c = reply->words; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static enum reply_kind read_status(const json_t *o, const char *version, struct control_reply *reply)
{
	read_words(version, reply);
	reply->is_inband_off = json_is_false(json_object_get(json_object_get(o, "frontends"), "inband"));
	reply->is_drained = json_object_get(o, "draining_s") != NULL;
	return REPLY_STATUS;
}

enum reply_kind control_lines_read(const char *line, size_t len, struct control_reply *reply)
{
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *error = json_string_value(json_object_get(o, "error"));
	const char *version = json_string_value(json_object_get(o, "version"));
	enum reply_kind what = REPLY_NOTHING;

	memset(reply, 0, sizeof(*reply));
	if (error) {
		read_words(error, reply);
		what = REPLY_ERROR;
	} else if (json_is_true(json_object_get(o, "done")))
		what = read_done(o, reply);
	else if (json_object_get(o, "hop"))
		what = read_answer(o, reply);
	else if (json_is_true(json_object_get(o, "tracing"))) {
		reply->max_ttl = (unsigned)number(o, "max-ttl", 1, RECORD_HOPS, RECORD_HOPS);
		reply->attempts = (unsigned)number(o, "attempts", 1, RECORD_ATTEMPTS, RECORD_ATTEMPTS);
		what = REPLY_ACCEPTED;
	} else if (version)
		what = read_status(o, version, reply);
	json_decref(o);
	return what;
}
