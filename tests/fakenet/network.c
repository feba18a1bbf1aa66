/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Addresses: 10.INTERFACE.NUMBER, fd00:INTERFACE::NUMBER. */
enum { FIRST_NET4 = 10, SOURCE_NUMBER = 10 };

static const struct addr target4 = { 4, { 203, 0, 113, 80 } };
static const struct addr target6 = { 6, { 0x20, 0x01, 0x0d, 0xb8, 0, 0x80, [15] = 0x80 } };

static const unsigned default_fields = 1 << FIELD_FROM | 1 << FIELD_TO | 1 << FIELD_PROTOCOL | 1 << FIELD_SPORT |
	1 << FIELD_DPORT | 1 << FIELD_ICMP;

uint16_t network_find(const struct network *n, const char *name)
{
	for (unsigned i = 0; i < n->router_count; i++)
		if (strcmp(n->routers[i].name, name) == 0)
			return (uint16_t)i;
	return NETWORK_NONE;
}

static uint16_t add_router(struct network *n, const char *name)
{
	struct router *r = &n->routers[n->router_count];

	if (n->router_count == NETWORK_ROUTERS || strlen(name) >= sizeof(r->name))
		return NETWORK_NONE;
	*r = (struct router){
		.fields = default_fields,
		.initial_ttl = 64,
		.dscp = -1,
		.ecn = -1,
		.label = -1,
		.id = ID_RANDOM,
		.turns = { .burst = 200, .per_s = 200 },
	};
	strcpy(r->name, name);
	return (uint16_t)n->router_count++;
}

static bool add_name(struct network *n, const char *name, bool is_new, uint16_t *routers, unsigned most,
	unsigned *count)
{
	uint16_t router = network_find(n, name);

	if (router == NETWORK_NONE && is_new)
		router = add_router(n, name);
	if (router == NETWORK_NONE || *count == most)
		return false;
	routers[(*count)++] = router;
	return true;
}

bool network_names(struct network *n, char *words, bool is_new, uint16_t *routers, unsigned most, unsigned *count)
{
	char *save, name[NAME_SIZE * 2];

	for (char *word = strtok_r(words, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		const size_t letters = strcspn(word, "0123456789");
		unsigned from, to;

		if (sscanf(word + letters, "%u..%u", &from, &to) != 2) {
			if (!add_name(n, word, is_new, routers, most, count))
				return false;
			continue;
		}
		for (; from <= to; from++) {
			snprintf(name, sizeof(name), "%.*s%u", (int)letters, word, from);
			if (!add_name(n, name, is_new, routers, most, count))
				return false;
		}
	}
	return true;
}

static bool add_link(struct network *n, uint16_t from, uint16_t to, bool is_back)
{
	struct router *source = &n->routers[from], *sink = &n->routers[to];

	if (n->link_count == NETWORK_LINKS || source->link_count == NETWORK_WAYS ||
		(to > NETWORK_TARGET && sink->interface_count == NETWORK_INTERFACES))
		return false;
	source->links[source->link_count++] = (uint16_t)n->link_count;
	n->links[n->link_count++] = (struct link){
		.from = from,
		.to = to,
		.interface = ++sink->interface_count,
		.is_back = is_back,
		.delay_ms = -1,
		.loss = -1,
	};
	return true;
}

/* `a: b c` all to all, `a | b` each to its own. */
static bool parse_links(struct network *n, char *line, char *middle, bool *is_back)
{
	uint16_t from[NETWORK_WAYS], to[NETWORK_WAYS];
	unsigned from_count = 0, to_count = 0;
	const char kind = *middle;

	*middle = '\0';
	if (!network_names(n, line, true, from, NETWORK_WAYS, &from_count) ||
		!network_names(n, middle + 1, true, to, NETWORK_WAYS, &to_count) || !from_count || !to_count ||
		(kind == '|' && from_count != to_count))
		return false;
	*is_back |= from[0] == NETWORK_TARGET;
	for (unsigned i = 0; i < from_count; i++)
		for (unsigned j = 0; j < to_count; j++)
			if ((kind == ':' || i == j) && !add_link(n, from[i], to[j], *is_back))
				return false;
	return true;
}

static void reach(struct network *n, unsigned router, bool is_back)
{
	struct router *r = &n->routers[router];
	bool *is_reached = is_back ? &r->is_back : &r->is_there;

	if (*is_reached)
		return;
	*is_reached = true;
	for (unsigned i = 0; i < r->link_count; i++)
		if (n->links[r->links[i]].is_back == is_back)
			reach(n, n->links[r->links[i]].to, is_back);
}

/* Breadth first from each router, against the direction of the links. */
static void measure(struct network *n)
{
	static uint16_t queue[NETWORK_ROUTERS];

	for (unsigned to = 0; to < n->router_count; to++) {
		uint16_t *hops = n->hops_to[to];
		unsigned first = 0, last = 1;

		memset(hops, 0xff, sizeof(n->hops_to[to]));
		hops[to] = 0;
		queue[0] = (uint16_t)to;
		while (first < last) {
			const uint16_t at = queue[first++];

			for (unsigned i = 0; i < n->link_count; i++) {
				if (n->links[i].to != at || hops[n->links[i].from] != NETWORK_NONE)
					continue;
				hops[n->links[i].from] = hops[at] + 1;
				queue[last++] = n->links[i].from;
			}
		}
	}
}

static bool parse_line(struct network *n, char *line, bool *is_back, char *why, size_t why_size)
{
	char copy[256], *middle;

	line += strspn(line, " \t");
	if (!*line)
		return true;
	if (*line == '!')
		return property_parse(n, line + 1, why, why_size);
	snprintf(copy, sizeof(copy), "%s", line);
	middle = strpbrk(line, ":|");
	if (middle && parse_links(n, line, middle, is_back))
		return true;
	snprintf(why, why_size, "'%s' is not 'routers: routers', 'routers | routers' or '! property'", copy);
	return false;
}

bool network_parse(struct network *n, const char *text, char *why, size_t why_size)
{
	char *copy = strdup(text), *save;
	bool is_back = false, is_right = true;

	memset(n, 0, sizeof(*n));
	n->delay_ms = 0.1;
	n->mtu = 1500;
	add_router(n, "S");
	add_router(n, "T");
	for (char *c = copy; c && *c; c++)
		if (*c == '#')
			while (*c && *c != '\n')
				*c++ = ' ';
	for (char *line = copy ? strtok_r(copy, ";\n", &save) : NULL; line && is_right;
		line = strtok_r(NULL, ";\n", &save))
		is_right = parse_line(n, line, &is_back, why, why_size);
	free(copy);
	if (!is_right)
		return false;
	reach(n, NETWORK_SOURCE, false);
	reach(n, NETWORK_TARGET, true);
	measure(n);
	return true;
}

uint64_t network_mix(uint64_t x)
{
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

uint64_t network_random(struct network *n)
{
	n->random += 0x9e3779b97f4a7c15;
	return network_mix(n->random);
}

bool network_chance(struct network *n, double percent)
{
	return percent > 0 && (double)(network_random(n) >> 11) / (double)(UINT64_C(1) << 53) < percent / 100;
}

void network_seed(struct network *n, uint64_t seed, uint64_t now_ns)
{
	n->random = network_mix(seed + 1);
	for (unsigned i = 0; i < n->router_count; i++) {
		struct router *r = &n->routers[i];

		r->hash_seed = network_random(n);
		r->born_ns = r->limit.at_ns = now_ns;
		r->limit.tokens = r->limit.burst;
		r->turns.at_ns = now_ns;
		r->turns.tokens = r->turns.burst;
		for (unsigned j = 0; j <= NETWORK_INTERFACES; j++)
			r->ids[j] = (uint16_t)network_random(n);
	}
}

struct addr network_address(const struct network *n, unsigned router, unsigned interface, uint8_t family)
{
	struct addr a = { .family = family };

	(void)n;
	if (router == NETWORK_TARGET) {
		a = family == 4 ? target4 : target6;
		a.bytes[family == 4 ? 3 : 15] += (uint8_t)interface;
		return a;
	}
	if (router == NETWORK_SOURCE)
		router = SOURCE_NUMBER, interface = 255;
	a.bytes[0] = family == 4 ? FIRST_NET4 : 0xfd;
	a.bytes[family == 4 ? 1 : 3] = (uint8_t)interface;
	store_u16(a.bytes + (family == 4 ? 2 : 14), (uint16_t)router);
	return a;
}

struct addr network_answering(const struct network *n, const struct link *by, uint8_t family)
{
	const bool has_more = by->to != NETWORK_TARGET && n->routers[by->to].has_interfaces;

	return network_address(n, by->to, has_more ? by->interface : 0, family);
}

uint16_t network_owner(const struct network *n, const struct addr *a, unsigned *interface)
{
	const bool is_four = a->family == 4;
	const unsigned router = load_u16(a->bytes + (is_four ? 2 : 14));
	struct addr expected;

	for (*interface = 0; *interface <= 1; (*interface)++) {
		expected = network_address(n, NETWORK_TARGET, *interface, a->family);
		if (addr_equal(&expected, a))
			return NETWORK_TARGET;
	}
	*interface = a->bytes[is_four ? 1 : 3];
	if (router <= NETWORK_TARGET || router >= n->router_count || *interface > n->routers[router].interface_count)
		return NETWORK_NONE;
	expected = network_address(n, router, *interface, a->family);
	return addr_equal(&expected, a) ? (uint16_t)router : NETWORK_NONE;
}

bool bucket_take(struct bucket *b, uint64_t now_ns)
{
	if (!b->burst)
		return true;
	if (now_ns > b->at_ns) {
		b->tokens += (double)(now_ns - b->at_ns) * b->per_s / 1e9;
		b->at_ns = now_ns;
	}
	if (b->tokens > b->burst)
		b->tokens = b->burst;
	if (b->tokens < 1)
		return false;
	b->tokens--;
	return true;
}
