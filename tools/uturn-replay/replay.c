/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "packet_text.h"
#include "state.h"

/* Time at the start of a replay, not 0: the clock of a host runs long before uturnd starts. */
static const uint64_t start_ns = 1000000000000;
static const double ns_per_s = 1e9;

enum verdict replay_wrong(struct replay *r, const char *expected, const char *got)
{
	script_complain(r->script, r->now->line, "expected %s%s%s, got %s", r->now->word, *expected ? " " : "",
		expected, got);
	return WRONG;
}

enum verdict replay_unreadable(struct replay *r, const char *words)
{
	script_complain(r->script, r->now->line, "%s: %s", r->now->word, words);
	return UNREADABLE;
}

/* The engine as configured by now; false where the configuration is wrong. */
static bool prepare(struct replay *r)
{
	struct engine_settings settings;
	struct config config;

	if (!r->is_stale)
		return true;
	if (!settings_apply(r->settings, &config))
		return false;
	r->is_stale = false;
	settings = engine_settings_of(&config);
	if (r->memory) {
		engine_configure(&r->engine, &settings);
		return true;
	}
	r->memory = calloc(1, engine_bytes(&settings));
	if (!r->memory) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	engine_init(&r->engine, &settings, r->memory, packet_text_secret);
	return true;
}

struct span replay_packet(const struct script *script, const struct statement *s)
{
	static uint8_t room[PACKET_TEXT_SIZE];
	struct writer out = writer_of(room, sizeof(room));
	char why[PACKET_WHY_SIZE];
	uint8_t *exact;

	if (!packet_read(s->rest, &out, why)) {
		script_complain(script, s->line, "%s: %s", s->word, why);
		return span_of(NULL, 0);
	}
	exact = malloc(out.len ? out.len : 1);
	if (!exact) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	memcpy(exact, room, out.len);
	return span_of(exact, out.len);
}

/* Outcomes that no statement expected are errors. */
static void end_event(struct replay *r)
{
	static char text[2 * PACKET_TEXT_SIZE + 8];
	struct outcomes *o = &r->outcomes;

	if (r->is_printed && r->event_line)
		outcomes_print(o);
	for (size_t i = 0; i < o->count && !r->is_printed; i++) {
		if (o->at[i].packet_len && !o->at[i].is_expected) {
			packet_write(span_of(o->at[i].packet, o->at[i].packet_len), text, sizeof(text));
			script_complain(r->script, r->event_line, "unexpected outcome: reason %s, sends %s",
				reason_table[o->at[i].reason].counter, text);
			r->has_failed = true;
		} else if (o->of_time && i >= r->told) {
			script_complain(r->script, r->event_line, "unexpected outcome: reason %s",
				reason_table[o->at[i].reason].counter);
			r->has_failed = true;
		}
	}
	outcomes_clear(o);
	r->told = 0;
	r->event_line = 0;
}

static void begin_event(struct replay *r)
{
	end_event(r);
	r->event_line = r->now->line;
}

/* A buffer of the exact size on the heap, so that an overrun by one byte is caught. */
static struct writer room(void)
{
	uint8_t *at = malloc(ENGINE_PACKET_MAX);

	if (!at) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	return writer_of(at, ENGINE_PACKET_MAX);
}

static void keep(struct replay *r, enum act act, const struct writer *out)
{
	size_t len = out->overflow ? 0 : out->len;

	outcomes_add(&r->outcomes, (struct outcome){ r->engine.event.reason, act, out->at, len, false });
}

static enum verdict on_packet(struct replay *r)
{
	struct span packet = replay_packet(r->script, r->now);
	struct writer out;
	enum act act = ACT_PASS;

	if (!packet.at)
		return UNREADABLE;
	out = room();
	r->outcomes.of_probe = r->now->word[0] == 'p';
	if (r->outcomes.of_probe)
		act = engine_on_probe(&r->engine, packet, r->now_ns, &out);
	else
		engine_on_error(&r->engine, packet, r->now_ns, &out);
	keep(r, act, &out);
	free((void *)packet.at);
	return RIGHT;
}

/* What a peer has captured, error or reply (uturn-peer(7)). */
static enum verdict on_peer(struct replay *r)
{
	struct span packet = replay_packet(r->script, r->now);
	struct writer out;

	if (!packet.at)
		return UNREADABLE;
	out = room();
	r->outcomes.of_probe = false;
	engine_on_peer(&r->engine, packet, r->now_ns, &out);
	keep(r, ACT_PASS, &out);
	free((void *)packet.at);
	return RIGHT;
}

/* No outcome where it is not an answer to a return probe. */
static enum verdict on_reply(struct replay *r)
{
	struct span packet = replay_packet(r->script, r->now);
	struct writer out;

	if (!packet.at)
		return UNREADABLE;
	out = room();
	if (engine_on_reply(&r->engine, packet, r->now_ns, &out))
		keep(r, ACT_PASS, &out);
	else
		free(out.at);
	free((void *)packet.at);
	return RIGHT;
}

static enum verdict on_time(struct replay *r)
{
	struct writer out = room();

	r->outcomes.of_time = true;
	while (engine_on_time(&r->engine, r->now_ns, &out)) {
		keep(r, ACT_PASS, &out);
		out = room();
	}
	free(out.at);
	return RIGHT;
}

static enum verdict at(struct replay *r)
{
	char *end;
	double seconds = strtod(r->now->rest, &end);
	uint64_t now_ns;

	if (end == r->now->rest || *end || !(seconds >= 0 && seconds < 1e6))
		return replay_unreadable(r, "expected seconds since the start");
	now_ns = start_ns + (uint64_t)(seconds * ns_per_s + 0.5);
	if (now_ns < r->now_ns)
		return replay_unreadable(r, "time cannot go back");
	r->now_ns = now_ns;
	return RIGHT;
}

static enum verdict config(struct replay *r)
{
	struct setting line = { SETTING_RECORDING, r->script->name, r->now->line, r->now->rest };

	settings_add(r->settings, line);
	r->is_stale = true;
	return RIGHT;
}

/* Discards the configuration of the recording, as a reload of uturnd does. */
static enum verdict reload(struct replay *r)
{
	settings_clear(r->settings, SETTING_RECORDING);
	r->is_stale = true;
	return RIGHT;
}

static const struct verb {
	const char *word;
	enum verdict (*run)(struct replay *r);
	enum { SETTING, EVENT, EXPECTATION } kind;
} verbs[] = {
	{ "config", config, SETTING },
	{ "reload", reload, SETTING },
	{ "at", at, SETTING },
	{ "probe", on_packet, EVENT },
	{ "error", on_packet, EVENT },
	{ "reply", on_reply, EVENT },
	{ "peer", on_peer, EVENT },
	{ "time", on_time, EVENT },
	{ "reason", expect_reason, EXPECTATION },
	{ "sends", expect_packet, EXPECTATION },
	{ "pass", expect_act, EXPECTATION },
	{ "take", expect_act, EXPECTATION },
	{ "counter", expect_counter, EXPECTATION },
	{ "flights", expect_flights, EXPECTATION },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static const struct verb *verb_find(const struct script *script, const struct statement *s)
{
	const char *names[VERBS], *near;

	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(verbs[i].word, s->word) == 0)
			return &verbs[i];
		names[i] = verbs[i].word;
	}
	near = text_nearest(s->word, names, VERBS);
	if (near)
		script_complain(script, s->line, "unknown word '%s', did you mean '%s'?", s->word, near);
	else
		script_complain(script, s->line, "unknown word '%s', uturn-replay(1) lists them", s->word);
	return NULL;
}

static enum verdict run_statement(struct replay *r)
{
	const struct verb *verb = verb_find(r->script, r->now);

	if (!verb)
		return UNREADABLE;
	if (verb->kind != EXPECTATION)
		end_event(r);
	if (r->is_printed)
		printf("%s%s%s\n", r->now->word, *r->now->rest ? " " : "", r->now->rest);
	if (verb->kind == EVENT) {
		if (!prepare(r))
			return UNREADABLE;
		begin_event(r);
	}
	return verb->run(r);
}

static bool expects_nothing(const struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		for (size_t v = 0; v < VERBS; v++)
			if (verbs[v].kind == EXPECTATION && strcmp(verbs[v].word, script->statements[i].word) == 0)
				return false;
	return true;
}

bool replay_run(const struct script *script, struct settings *settings)
{
	struct replay *r = calloc(1, sizeof(*r));
	bool is_right;

	if (!r) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	*r = (struct replay){ .script = script, .settings = settings, .is_stale = true, .now_ns = start_ns };
	r->is_printed = expects_nothing(script);
	for (size_t i = 0; i < script->count; i++) {
		enum verdict verdict;

		r->now = &script->statements[i];
		verdict = run_statement(r);
		r->has_failed |= verdict != RIGHT;
		if (verdict == UNREADABLE)
			break;
	}
	end_event(r);
	is_right = !r->has_failed;
	settings_clear(settings, SETTING_RECORDING);
	free(r->memory);
	free(r);
	return is_right;
}

bool replay_print_bytes(const struct script *script)
{
	for (size_t i = 0; i < script->count; i++) {
		const struct statement *s = &script->statements[i];
		struct span packet;

		if (strcmp(s->word, "probe") != 0 && strcmp(s->word, "error") != 0 && strcmp(s->word, "reply") != 0 &&
			strcmp(s->word, "peer") != 0 && strcmp(s->word, "sends") != 0)
			continue;
		if (strcmp(s->rest, "nothing") == 0)
			continue;
		packet = replay_packet(script, s);
		if (!packet.at)
			return false;
		printf("%s:%u: %s ", script->name, s->line, s->word);
		for (size_t b = 0; b < packet.len; b++)
			printf("%02x", packet.at[b]);
		putchar('\n');
		free((void *)packet.at);
	}
	return true;
}
