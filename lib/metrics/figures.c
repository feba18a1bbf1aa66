/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics/figures.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "metrics/exposition.h"
#include "metrics/host_state.h"
#include "packet/reason.h"

enum { QUEUES_MOST = 65536, BOUNDS_MOST = 64, PEER_TEXT_SIZE = 64 };

static const struct metric metrics[] = {
#define X(enumerator, name, type, labels, words) { "uturn_" name, METRIC_##type, words },
	FIGURES(X)
#undef X
};

/* The number of a field; false where there is none, or it is negative. */
static bool number_of(const json_t *object, const char *name, double *value)
{
	const json_t *field = json_object_get(object, name);

	*value = json_number_value(field);
	return json_is_number(field) && *value >= 0;
}

static bool count_of(const json_t *object, const char *name, uint64_t *count)
{
	const json_t *field = json_object_get(object, name);
	json_int_t value = json_integer_value(field);

	*count = value < 0 ? 0 : (uint64_t)value;
	return json_is_integer(field) && value >= 0;
}

static void put_number(struct exposition *e, enum figure figure, const json_t *object, const char *name)
{
	double value;

	if (number_of(object, name, &value))
		exposition_sample(e, &metrics[figure], "", NULL, value);
}

static void put_count(struct exposition *e, enum figure figure, const json_t *object, const char *name)
{
	uint64_t count;

	if (count_of(object, name, &count))
		exposition_count(e, &metrics[figure], NULL, count);
}

static void put_packets(struct exposition *e, const json_t *counters)
{
	static const char *const classes[] = {
		[KIND_DONE] = "did",
		[KIND_PASS] = "passed",
		[KIND_DROP] = "dropped",
		[KIND_FAULT] = "lost",
	};
	uint64_t count;

	for (size_t i = REASON_OK + 1; i < REASON_COUNT; i++) {
		const struct reason_row *row = &reason_table[i];
		const struct label labels[METRIC_LABELS] = { { "class", classes[row->kind] },
			{ "outcome", row->counter } };

		if (count_of(counters, row->counter, &count))
			exposition_count(e, &metrics[FIGURE_PACKETS], labels, count);
	}
}

static void put_traces(struct exposition *e, const json_t *traces)
{
	uint64_t count;

	for (size_t i = 0; i < json_array_size(traces); i++) {
		const json_t *one = json_array_get(traces, i);
		const char *frontend = json_string_value(json_object_get(one, "frontend"));
		const char *end = json_string_value(json_object_get(one, "end"));
		const struct label labels[METRIC_LABELS] = { { "frontend", frontend }, { "end", end } };

		if (frontend && end && count_of(one, "count", &count))
			exposition_count(e, &metrics[FIGURE_TRACES], labels, count);
	}
}

/* Each bucket but the last has a bound, and no count is negative; anything else is left out. */
static bool is_histogram(const json_t *relay)
{
	const json_t *bounds = json_object_get(relay, "bounds"), *counts = json_object_get(relay, "counts");
	size_t size = json_array_size(bounds);
	double before = 0;

	if (size == 0 || size > BOUNDS_MOST || json_array_size(counts) != size + 1)
		return false;
	for (size_t i = 0; i <= size; i++) {
		const json_t *bound = json_array_get(bounds, i), *count = json_array_get(counts, i);

		if (!json_is_integer(count) || json_integer_value(count) < 0)
			return false;
		if (i < size && (!json_is_number(bound) || json_number_value(bound) <= before))
			return false;
		before = json_number_value(bound);
	}
	return true;
}

/* Cumulative, with a count that is that of the last bucket, as Prometheus wants them. */
static void put_relay(struct exposition *e, const json_t *relay)
{
	const struct metric *m = &metrics[FIGURE_RELAY];
	const json_t *bounds = json_object_get(relay, "bounds"), *counts = json_object_get(relay, "counts");
	size_t size = json_array_size(bounds);
	double total = 0, sum;

	if (!number_of(relay, "sum", &sum) || !is_histogram(relay))
		return;
	for (size_t i = 0; i <= size; i++) {
		char bound[32] = "+Inf";
		const struct label labels[METRIC_LABELS] = { { "le", bound }, { NULL, NULL } };

		if (i < size)
			snprintf(bound, sizeof(bound), "%.12g", json_number_value(json_array_get(bounds, i)));
		total += (double)json_integer_value(json_array_get(counts, i));
		exposition_sample(e, m, "_bucket", labels, total);
	}
	exposition_sample(e, m, "_sum", NULL, sum);
	exposition_sample(e, m, "_count", NULL, total);
}

/* As uturnd.conf has it; false where a peer has no address or port. */
static bool peer_text(const json_t *peer, char text[PEER_TEXT_SIZE])
{
	const char *address = json_string_value(json_object_get(peer, "address"));
	uint64_t port;

	if (!address || !count_of(peer, "port", &port))
		return false;
	snprintf(text, PEER_TEXT_SIZE, strchr(address, ':') ? "[%s]:%" PRIu64 : "%s:%" PRIu64, address, port);
	return true;
}

/* The same figure of each. */
static void put_peers(struct exposition *e, enum figure figure, const json_t *peers, const char *name)
{
	char text[PEER_TEXT_SIZE];
	const struct label labels[METRIC_LABELS] = { { "peer", text }, { NULL, NULL } };
	uint64_t count;

	for (size_t i = 0; i < json_array_size(peers); i++) {
		const json_t *peer = json_array_get(peers, i);

		if (peer_text(peer, text) && count_of(peer, name, &count))
			exposition_count(e, &metrics[figure], labels, count);
	}
}

static void put_peers_silent(struct exposition *e, const json_t *peers, const json_t *status)
{
	char text[PEER_TEXT_SIZE];
	const struct label labels[METRIC_LABELS] = { { "peer", text }, { NULL, NULL } };
	double silent_s;

	for (size_t i = 0; i < json_array_size(peers); i++) {
		const json_t *peer = json_array_get(peers, i);
		const bool is_heard = json_object_get(peer, "last_heard_s");

		if (peer_text(peer, text) &&
			number_of(is_heard ? peer : status, is_heard ? "last_heard_s" : "uptime_s", &silent_s))
			exposition_sample(e, &metrics[FIGURE_PEER_SILENT], "", labels, silent_s);
	}
}

static void put_peers_refused(struct exposition *e, const json_t *peers)
{
	char text[PEER_TEXT_SIZE];
	uint64_t count;

	for (size_t i = 0; i < json_array_size(peers); i++) {
		const json_t *peer = json_array_get(peers, i), *refused = json_object_get(peer, "refused_by");

		if (!peer_text(peer, text))
			continue;
		for (size_t reason = REASON_OK + 1; reason < REASON_COUNT; reason++) {
			const struct label labels[METRIC_LABELS] = { { "peer", text },
				{ "outcome", reason_table[reason].counter } };

			if (count_of(refused, reason_table[reason].counter, &count))
				exposition_count(e, &metrics[FIGURE_PEER_REFUSED], labels, count);
		}
	}
}

/* What is counted of those of uturnd's queues that there are: lengths, or losses. */
static void put_queues(struct exposition *e, const struct figures_found *found, bool are_lengths)
{
	const char *text = json_string_value(json_object_get(found->status, "queue"));
	const struct metric *m = &metrics[are_lengths ? FIGURE_QUEUE_LENGTH : FIGURE_QUEUE_DROPPED];
	unsigned first, last;
	struct host_queue queue;
	char number[16];
	const struct label lengths[METRIC_LABELS] = { { "queue", number }, { NULL, NULL } },
			   full[METRIC_LABELS] = { { "queue", number }, { "why", "full" } },
			   overrun[METRIC_LABELS] = { { "queue", number }, { "why", "overrun" } };

	if (!found->queues || !host_queues_of(text, &first, &last))
		return;
	for (unsigned i = first; i < QUEUES_MOST && i <= last; i++) {
		if (!host_queue_find(found->queues, i, &queue))
			continue;
		snprintf(number, sizeof(number), "%u", i);
		if (are_lengths) {
			exposition_count(e, m, lengths, queue.waiting);
			continue;
		}
		exposition_count(e, m, full, queue.dropped);
		exposition_count(e, m, overrun, queue.lost);
	}
}

static void put_rules(struct exposition *e, const json_t *rules)
{
	static const char *const families[] = { "ipv4", "ipv6" };
	uint64_t repaired;

	for (int i = 0; i < 2; i++) {
		const json_t *family = json_object_get(rules, families[i]);
		const char *state = json_string_value(json_object_get(family, "state"));

		if (state)
			exposition_count(e, &metrics[FIGURE_RULES_PRESENT],
				(struct label[METRIC_LABELS]){ { "family", families[i] } },
				strcmp(state, "present") == 0);
	}
	for (int i = 0; i < 2; i++)
		if (count_of(json_object_get(rules, families[i]), "repaired", &repaired))
			exposition_count(e, &metrics[FIGURE_RULES_REPAIRED],
				(struct label[METRIC_LABELS]){ { "family", families[i] } }, repaired);
}

static void put_daemon(struct exposition *e, const struct figures_found *found)
{
	const json_t *status = found->status, *peers = json_object_get(status, "peers");
	const char *version = json_string_value(json_object_get(status, "version"));

	if (version)
		exposition_count(e, &metrics[FIGURE_BUILD_INFO],
			(struct label[METRIC_LABELS]){ { "version", version } }, 1);
	put_number(e, FIGURE_START_TIME, status, "start_time_s");
	put_packets(e, found->counters);
	put_count(e, FIGURE_FLIGHTS, status, "flights");
	put_count(e, FIGURE_FLIGHTS_CAPACITY, status, "capacity");
	put_traces(e, json_object_get(status, "traces_total"));
	put_count(e, FIGURE_PROBERS, status, "probers_60s");
	put_count(e, FIGURE_DRAINING, status, "draining_s");
	put_relay(e, json_object_get(status, "relay_seconds"));
	put_peers_silent(e, peers, status);
	put_peers(e, FIGURE_PEER_SENT, peers, "sent");
	put_peers(e, FIGURE_PEER_RECEIVED, peers, "received");
	put_peers(e, FIGURE_PEER_MATCHED, peers, "matched");
	put_peers_refused(e, peers);
	put_queues(e, found, true);
	put_queues(e, found, false);
}

char *figures_text(const struct figures_found *found)
{
	struct exposition e;

	exposition_open(&e);
	exposition_count(&e, &metrics[FIGURE_UP], NULL, found->status != NULL);
	if (found->status)
		put_daemon(&e, found);
	put_rules(&e, found->rules);
	if (found->certificate_expiry > 0)
		exposition_sample(&e, &metrics[FIGURE_CERTIFICATE_EXPIRY], "", NULL, (double)found->certificate_expiry);
	return exposition_close(&e);
}
