/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/inband_scene.h"

#include <stdio.h>
#include <string.h>

#include "tests/engine_of.h"
#include "tools/uturn-replay/packet_text.h"

static const uint64_t secret[2] = { 3, 4 };

struct engine engine;
uint64_t now_ns;

char said[8192];
unsigned sent; /* probes, in all */

void begin(const char *lines)
{
	engine_of(&engine, lines, secret);
	now_ns = start_ns;
	said[0] = '\0';
	sent = 0;
}

struct flow flow_of(const char *local, const char *peer, uint16_t peer_port)
{
	return (struct flow){ addr_of(local), addr_of(peer), 80, peer_port };
}

int ask(const struct flow *flow, unsigned max_ttl, unsigned attempts, uint64_t bytes)
{
	struct inband_parameters parameters = { *flow, (uint8_t)max_ttl, (uint8_t)attempts, bytes, 0, 0 };
	const char *why;
	int index = inband_start(&engine, &parameters, now_ns, &why);

	if (index < 0)
		snprintf(said, sizeof(said), "%s", why);
	return index;
}

int ask4(unsigned max_ttl, unsigned attempts, uint64_t bytes)
{
	struct flow flow = flow_of("203.0.113.80", "10.1.1.10", 4000);

	return ask(&flow, max_ttl, attempts, bytes);
}

static void hear(void)
{
	static const char *const ends[] = { "reached", "max-ttl", "closed", "busy", "idle", "limit" };
	const struct inband_report *r = &engine.inband.report;
	size_t len = strlen(said);
	char router[64];
	uint8_t *a;

	if (r->kind == INBAND_REPORT_DONE)
		snprintf(said + len, sizeof(said) - len, " %s:%u", ends[r->end], r->trace->probe_count);
	else if (r->kind == INBAND_REPORT_SILENT)
		snprintf(said + len, sizeof(said) - len, " %u-%u", r->ttl, r->attempt);
	if (r->kind != INBAND_REPORT_HOP)
		return;
	a = (uint8_t *)r->answer->router.bytes;
	snprintf(router, sizeof(router), "%u.%u", a[r->answer->router.family == 4 ? 1 : 3],
		a[r->answer->router.family == 4 ? 2 : 5]);
	snprintf(said + len, sizeof(said) - len, " %u:%s/%u%s", r->ttl, router, r->attempt,
		r->answer->kind == INBAND_REACHED               ? "!"
			: r->answer->kind == INBAND_UNREACHABLE ? "u"
			: r->answer->kind == INBAND_TOO_BIG     ? "b"
								: "");
}

bool segment(bool is_ours, const char *text)
{
	bool is_event = engine_on_segment(&engine, packet_of(text), is_ours, now_ns);

	hear();
	return is_event;
}

enum reason error(const char *text)
{
	struct writer out = packet_room(ENGINE_PACKET_MAX);

	engine_on_error(&engine, packet_of(text), now_ns, &out);
	assert_int_equal(out.len, 0);
	hear();
	return engine.event.reason;
}

/* The TTLs asked now, as "1 2 3"; each probe's text in the last argument, if there is one. */
const char *pass(uint64_t later_ns, char (*packets)[256])
{
	static char ttls[512];
	size_t len = 0;

	now_ns += later_ns;
	ttls[0] = '\0';
	for (;;) {
		struct writer out = packet_room(128);

		if (!engine_on_time(&engine, now_ns, &out))
			return ttls;
		hear();
		if (!out.len)
			continue;
		len += (size_t)snprintf(ttls + len, sizeof(ttls) - len, len ? " %u" : "%u", engine.event.ttl);
		assert_int_equal(engine.event.reason, REASON_PROBED);
		if (packets)
			packet_write(span_of(out.at, out.len), packets[sent], sizeof(packets[0]));
		sent++;
	}
}

/* Fails where something else was said since the last time. */
void assert_said(const char *words)
{
	assert_string_equal(said, words);
	said[0] = '\0';
}

/* Time Exceeded of router 10.2.N.1 about the probe of this TTL and attempt, base 1200 */
enum reason expired(unsigned router, unsigned ttl, unsigned attempt)
{
	char text[256];

	snprintf(text, sizeof(text),
		"ip4 10.2.%u.1 > 203.0.113.80 | expired | " PROBE "1 | tcp 80 > 4000 seq %u ack 77 flags A | cut 28",
		router, 1199 - attempt * 32 - ttl);
	return error(text);
}

bool duplicate(unsigned ttl, unsigned attempt)
{
	char text[256];
	unsigned seq = 1199 - attempt * 32 - ttl;

	snprintf(text, sizeof(text), PEERS "seq 77 ack 1200 flags A options 0101050a%08x%08x", seq, seq + 1);
	return segment(false, text);
}

/* A trace whose connection stands at 1200, three routers away. */
int begun(unsigned max_ttl, unsigned attempts)
{
	int index;

	begin("");
	index = ask4(max_ttl, attempts, 500);
	assert_false(segment(true, OURS "seq 1000 ack 77 win 501 flags PA " TIMES "| pattern 200"));
	assert_false(segment(false, PEERS "seq 77 ack 1200 flags A"));
	return index;
}
