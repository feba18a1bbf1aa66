/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *what, const char *text)
{
	fprintf(stderr, "simulate: %s: '%s'\n", what, text);
	exit(2);
}

static unsigned router_of(struct network *n, const char *name)
{
	for (unsigned i = 0; i < n->router_count; i++) {
		if (strcmp(n->routers[i].name, name) == 0)
			return i;
	}
	if (n->router_count == NETWORK_ROUTERS || strlen(name) >= sizeof(n->routers[0].name))
		refuse("no place for router", name);
	strcpy(n->routers[n->router_count].name, name);
	return n->router_count++;
}

/* `b1..8` and `b1 c T`: the routers of these names. */
static unsigned routers_of(struct network *n, char *words, unsigned routers[NETWORK_WAYS])
{
	unsigned count = 0;
	char *save;

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char name[16], letter;
		unsigned from, to;

		if (sscanf(word, "%c%u..%u", &letter, &from, &to) != 3) {
			routers[count++] = router_of(n, word);
			continue;
		}
		for (; from <= to && count < NETWORK_WAYS; from++) {
			snprintf(name, sizeof(name), "%c%u", letter, from);
			routers[count++] = router_of(n, name);
		}
	}
	return count;
}

static void add_way(struct network *n, unsigned from, unsigned to)
{
	struct network_router *r = &n->routers[from];

	if (r->way_count == NETWORK_WAYS)
		refuse("too many ways", r->name);
	r->ways[r->way_count++] = (uint16_t)to;
}

static void parse_property(struct network *n, const char *text)
{
	char name[16], what[16];
	double first = 0, second = 0;
	struct network_router *r;

	if (sscanf(text, " loss %u", &n->loss_percent) == 1)
		return;
	if (sscanf(text, " %15s %15s %lf %lf", name, what, &first, &second) < 2)
		refuse("no property", text);
	r = &n->routers[router_of(n, name)];
	if (strcmp(what, "per-packet") == 0)
		r->is_per_packet = true;
	else if (strcmp(what, "silent") == 0)
		r->is_silent = true;
	else if (strcmp(what, "no-quote") == 0)
		r->has_no_quote = true;
	else if (strcmp(what, "link-loss") == 0)
		r->link_loss_percent = (unsigned)first;
	else if (strcmp(what, "limit") == 0)
		r->limit_burst = first, r->limit_per_s = second;
	else
		refuse("no property", text);
}

static void parse_line(struct network *n, char *line)
{
	unsigned from[NETWORK_WAYS], to[NETWORK_WAYS], from_count, to_count;
	char *middle = strpbrk(line, ":|!"), kind;

	if (!middle)
		refuse("no line of a network", line);
	kind = *middle;
	*middle = 0;
	if (kind == '!') {
		parse_property(n, middle + 1);
		return;
	}
	from_count = routers_of(n, line, from);
	to_count = routers_of(n, middle + 1, to);
	if (kind == '|' && from_count != to_count)
		refuse("not one for each", middle + 1);
	for (unsigned i = 0; i < from_count; i++) {
		for (unsigned j = 0; j < to_count; j++) {
			if (kind == ':' || i == j)
				add_way(n, from[i], to[j]);
		}
	}
}

static void reach(struct network *n, unsigned router)
{
	struct network_router *r = &n->routers[router];

	if (r->is_reachable)
		return;
	r->is_reachable = true;
	n->link_count += r->way_count;
	for (unsigned i = 0; i < r->way_count; i++)
		reach(n, r->ways[i]);
}

void network_parse(struct network *n, const char *text)
{
	char copy[1024], *save;

	if (strlen(text) >= sizeof(copy))
		refuse("too long", text);
	strcpy(copy, text);
	memset(n, 0, sizeof(*n));
	router_of(n, "S");
	router_of(n, "T");
	for (char *line = strtok_r(copy, ";", &save); line; line = strtok_r(NULL, ";", &save))
		parse_line(n, line);
	reach(n, NETWORK_SOURCE);
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

static uint64_t draw(struct network *n)
{
	n->random += 0x9e3779b97f4a7c15;
	return mix(n->random);
}

unsigned network_draw(struct network *n, unsigned below)
{
	return (unsigned)((draw(n) >> 32) * below >> 32);
}

void network_seed(struct network *n, uint64_t seed)
{
	n->random = mix(seed + 1);
	for (unsigned i = 0; i < n->router_count; i++) {
		struct network_router *r = &n->routers[i];

		r->hash_seed = draw(n);
		r->tokens = r->limit_burst;
		r->tokens_ns = 0;
	}
}

static unsigned way_of(struct network *n, const struct network_router *r, uint16_t port)
{
	uint64_t hash;

	if (r->way_count == 1)
		return r->ways[0];
	hash = r->is_per_packet ? draw(n) : mix(r->hash_seed ^ port * 0x9e3779b97f4a7c15);
	return r->ways[(hash >> 32) * r->way_count >> 32];
}

static bool has_token(struct network_router *r, uint64_t now_ns)
{
	if (!r->limit_burst)
		return true;
	r->tokens += (double)(now_ns - r->tokens_ns) * r->limit_per_s / 1e9;
	r->tokens_ns = now_ns;
	if (r->tokens > r->limit_burst)
		r->tokens = r->limit_burst;
	if (r->tokens < 1)
		return false;
	r->tokens--;
	return true;
}

/* 20 ms there and back, 0.2 ms more for each hop, and up to 0.1 ms by chance. */
struct network_answer network_ask(struct network *n, uint64_t now_ns, uint16_t port, unsigned ttl)
{
	struct network_answer a = { 0 };
	unsigned hops = 0;
	bool is_lost = false;

	while (ttl > 0 && a.router != NETWORK_TARGET) {
		a.router = way_of(n, &n->routers[a.router], port);
		is_lost |= n->routers[a.router].link_loss_percent &&
			network_draw(n, 100) < n->routers[a.router].link_loss_percent;
		hops++;
		ttl--;
	}
	a.is_reached = a.router == NETWORK_TARGET;
	a.ttl_left = a.is_reached && !n->routers[NETWORK_TARGET].has_no_quote ? ttl + 1 : 0;
	a.at_ns = now_ns + 20000000 + hops * 200000ULL + network_draw(n, 100000);
	a.is_answered = !is_lost && !n->routers[a.router].is_silent && has_token(&n->routers[a.router], now_ns) &&
		(!n->loss_percent || network_draw(n, 100) >= n->loss_percent);
	return a;
}
