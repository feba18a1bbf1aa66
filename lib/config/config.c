/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "config/config_keywords.h"
#include "config/config_verdict.h"
#include "packet/special.h"

const char config_path[] = "/etc/uturn/uturnd.conf";

static struct keyword_table config_table(void)
{
	struct keyword_table table = { .manual = "uturnd.conf(5)" };

	table.rows = config_keywords(&table.count);
	return table;
}

/*
 * Every prober is allowed unless denied: an allow without any deny in its
 * family would read like a restriction without being one. Bogons, which are
 * denied by default, are the exception.
 */
static bool check_access(struct reading *r)
{
	const struct config_draft *d = r->config;
	const struct config *c = &d->config;
	bool is_denied[2] = { false, false };
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < c->access_count; i++)
		if (!c->access[i].is_allowed)
			is_denied[c->access[i].prefix.addr.family == 6] = true;
	for (unsigned i = 0; i < c->access_count; i++) {
		const struct prefix *p = &c->access[i].prefix;
		bool is6 = p->addr.family == 6;

		if (!d->access_seen[i] || is_denied[is6] || p->length == 0 || prefix_is_bogon(p))
			continue;
		r->line = d->access_seen[i];
		return reading_refuse(r, "allow: %s/%u has no effect while every prober is allowed, add 'deny %s'",
			addr_text(&p->addr, text), p->length, is6 ? "::/0" : "0.0.0.0/0");
	}
	return true;
}

/* One list may be on all hosts: this one is left out. */
static void leave_out(struct config *c, const struct config_peer *own)
{
	for (unsigned i = 0; i < c->peer_count; i++)
		if (own->port == c->peers[i].port && addr_equal(&own->addr, &c->peers[i].addr)) {
			c->peer_count--;
			memmove(&c->peers[i], &c->peers[i + 1], (c->peer_count - i) * sizeof(c->peers[0]));
			c->peers[c->peer_count] = (struct config_peer){ 0 };
			return;
		}
}

static bool check_peers(struct reading *r)
{
	struct config_draft *d = r->config;
	struct config *c = &d->config;

	for (unsigned i = 0; i < c->peer_count; i++) {
		const bool is4 = c->peers[i].addr.family == 4;

		r->line = d->peer_seen[i];
		if (!*c->peer_key)
			return reading_refuse(r,
				"peer: a key is missing, make one by `uturnctl peer-key FILE` and add 'peer-key FILE'");
		if (!(is4 ? c->peer_listen4 : c->peer_listen6).addr.family)
			return reading_refuse(r,
				"peer: an own IPv%d address to send from is missing, add 'peer-listen ADDRESS'",
				is4 ? 4 : 6);
	}
	leave_out(c, &c->peer_listen4);
	leave_out(c, &c->peer_listen6);
	return true;
}

void config_default(struct config *c)
{
	struct config_draft draft;
	unsigned seen[SLOT_COUNT] = { 0 };
	struct keyword_table table = config_table();

	memset(&draft, 0, sizeof(draft));
	keywords_default(&table, &draft, seen);
	*c = draft.config;
}

int config_parse(const char *name, const char *text, size_t len, struct config *c, char *why, size_t why_size)
{
	struct config_draft draft;
	unsigned seen[SLOT_COUNT] = { 0 };
	struct keyword_table table = config_table();
	struct reading r = { &table, name, 0, &draft, seen, why, why_size };

	memset(&draft, 0, sizeof(draft));
	config_default(&draft.config);
	if (!keywords_read(&r, text, len) || !check_access(&r) || !check_peers(&r))
		return -1;
	*c = draft.config;
	return 0;
}

int config_load(const char *path, struct config *c, char *why, size_t why_size)
{
	const char *name = path ? path : config_path;
	struct config read;
	size_t len;
	char *text = keywords_file(name, !path, &len, why, why_size);
	int result;

	if (!text)
		return -1;
	result = config_parse(name, text, len, &read, why, why_size);
	if (result == 0)
		result = config_verdict_choose(config_verdict_path, &read, why, why_size);
	if (result == 0)
		*c = read;
	free(text);
	return result;
}

const char *config_ttl_words(unsigned max_ttl, char words[CONFIG_TTL_WORDS_SIZE])
{
	enum { INITIAL_TTL = 64 };
	unsigned hops = INITIAL_TTL - max_ttl;

	words[0] = '\0';
	if (max_ttl > CONFIG_SYN_TTL_MAX)
		snprintf(words, CONFIG_TTL_WORDS_SIZE,
			"max-ttl %u: ordinary datagrams and pings (initial TTL %d) arrive with a TTL of probes from %u hop%s away on;"
			" SYNs with a TTL above %d are left to the kernel",
			max_ttl, INITIAL_TTL, hops, hops == 1 ? "" : "s", CONFIG_SYN_TTL_MAX);
	return words;
}

unsigned config_workers(const struct config *c)
{
	return c->queue_last - c->queue_first + 1U;
}

static uint32_t part(uint32_t whole, unsigned workers)
{
	return (whole - 1) / workers + 1;
}

void config_share(const struct config *whole, struct config *share)
{
	unsigned workers = config_workers(whole);

	*share = *whole;
	share->in_flight = part(whole->in_flight, workers);
	share->limit_total = part(whole->limit_total, workers);
	share->limit_per_network = part(whole->limit_per_network, workers);
	share->peer_limit = part(whole->peer_limit, workers);
	if (share->limit_per_network < whole->limit_per_prober)
		share->limit_per_network = whole->limit_per_prober < whole->limit_per_network
			? whole->limit_per_prober
			: whole->limit_per_network;
}
