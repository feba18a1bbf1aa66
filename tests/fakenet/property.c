/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that begin with `!`: a table of what may be said of the network, of routers, and of links. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fakenet/network.h"

const char *const field_names[FIELDS + 1] = { "from", "to", "protocol", "sport", "dport", "icmp", "dscp", "label",
	"packet", NULL };
const char *const id_names[ID_KINDS + 1] = { "shared", "interface", "random", "zero", "copied", NULL };
const char *const nat_names[NAT_KINDS + 1] = { "none", "sum", "quote", "full", NULL };
const char *const own_names[OWN_KINDS + 1] = { "first", "asked", "silent", NULL };
const char *const host_names[HOST_KINDS + 1] = { "closed", "open", "silent", NULL };

const char *const inflection_names[INFLECTION_KINDS + 1] = { "first", "second", "silent", NULL };

enum subject { OF_NETWORK, OF_ROUTER, OF_LINK };

struct property {
	const char *name;
	enum subject subject;
	bool (*set)(const struct property *p, void *of, char **words);
	size_t offset;
	double low, high;
	const char *const *choices;
};

static void *field_of(const struct property *p, void *of)
{
	return (char *)of + p->offset;
}

static bool set_flag(const struct property *p, void *of, char **words)
{
	*(bool *)field_of(p, of) = true;
	return !words[0];
}

static bool take_number(const struct property *p, const char *word, double *number)
{
	char *end;

	if (!word)
		return false;
	*number = strtod(word, &end);
	return end != word && !*end && *number >= p->low && *number <= p->high;
}

static bool set_real(const struct property *p, void *of, char **words)
{
	return take_number(p, words[0], field_of(p, of)) && !words[1];
}

static bool set_int(const struct property *p, void *of, char **words)
{
	double number;

	if (!take_number(p, words[0], &number) || words[1])
		return false;
	*(int *)field_of(p, of) = (int)number;
	return true;
}

static int index_of(const char *const *choices, const char *word)
{
	for (int i = 0; word && choices[i]; i++)
		if (strcmp(choices[i], word) == 0)
			return i;
	return -1;
}

static bool set_choice(const struct property *p, void *of, char **words)
{
	const int index = index_of(p->choices, words[0]);

	*(unsigned *)field_of(p, of) = (unsigned)index;
	return index >= 0 && !words[1];
}

static bool set_fields(const struct property *p, void *of, char **words)
{
	unsigned *fields = field_of(p, of);

	*fields = 0;
	for (; *words; words++) {
		const int index = index_of(field_names, *words);

		if (index < 0)
			return false;
		*fields |= 1U << index;
	}
	return true;
}

static bool set_limit(const struct property *p, void *of, char **words)
{
	struct bucket *limit = field_of(p, of);
	double burst, per_s;

	if (!take_number(p, words[0], &burst) || !take_number(p, words[1], &per_s) || words[2])
		return false;
	limit->burst = (unsigned)burst;
	limit->per_s = (unsigned)per_s;
	return true;
}

/* "id shared 20": so many a second to others. */
static bool set_id(const struct property *p, void *of, char **words)
{
	struct router *r = of;
	const int index = index_of(id_names, words[0]);
	double rate = 0;

	if (index < 0 || (words[1] && !take_number(p, words[1], &rate)))
		return false;
	r->id = (enum id_kind)index;
	r->id_rate = (unsigned)rate;
	return true;
}

static bool set_mpls(const struct property *p, void *of, char **words)
{
	struct router *r = of;
	double label;

	for (r->mpls_count = 0; *words; words++) {
		if (r->mpls_count == NETWORK_LABELS || !take_number(p, *words, &label))
			return false;
		r->mpls[r->mpls_count++] = (uint32_t)label;
	}
	return r->mpls_count > 0;
}

static bool set_name(const struct property *p, void *of, char **words)
{
	struct router *r = of;

	(void)p;
	if (!words[0] || strlen(words[0]) >= sizeof(r->interface_name) || words[1])
		return false;
	strcpy(r->interface_name, words[0]);
	return true;
}

static bool set_mtu(const struct property *p, void *of, char **words)
{
	struct link *l = of;
	double mtu;

	if (!take_number(p, words[0], &mtu) || words[1])
		return false;
	l->mtu = (uint16_t)mtu;
	l->is_reported = strcmp(p->name, "mtu") == 0;
	return true;
}

#define NETWORK(field) offsetof(struct network, field)
#define ROUTER(field) offsetof(struct router, field)
#define LINK(field) offsetof(struct link, field)

static const struct property properties[] = {
	{ "delay", OF_NETWORK, set_real, NETWORK(delay_ms), 0, 10000, NULL },
	{ "jitter", OF_NETWORK, set_real, NETWORK(jitter_ms), 0, 10000, NULL },
	{ "loss", OF_NETWORK, set_real, NETWORK(loss), 0, 100, NULL },
	{ "mtu", OF_NETWORK, set_int, NETWORK(mtu), 576, 65535, NULL },
	{ "silent", OF_ROUTER, set_flag, ROUTER(is_silent), 0, 0, NULL },
	{ "hidden", OF_ROUTER, set_flag, ROUTER(is_hidden), 0, 0, NULL },
	{ "zero-ttl", OF_ROUTER, set_flag, ROUTER(is_zero_ttl), 0, 0, NULL },
	{ "uturn", OF_ROUTER, set_flag, ROUTER(is_uturn), 0, 0, NULL },
	{ "server", OF_ROUTER, set_flag, ROUTER(is_server), 0, 0, NULL },
	{ "inflection", OF_ROUTER, set_choice, ROUTER(inflection), 0, 0, inflection_names },
	{ "self", OF_ROUTER, set_flag, ROUTER(is_self), 0, 0, NULL },
	{ "turns", OF_ROUTER, set_limit, ROUTER(turns), 0, 1000000, NULL },
	{ "duplicates", OF_ROUTER, set_flag, ROUTER(has_duplicates), 0, 0, NULL },
	{ "interfaces", OF_ROUTER, set_flag, ROUTER(has_interfaces), 0, 0, NULL },
	{ "interface-address", OF_ROUTER, set_flag, ROUTER(has_interface_address), 0, 0, NULL },
	{ "mtu-zero", OF_ROUTER, set_flag, ROUTER(has_mtu_zero), 0, 0, NULL },
	{ "balance", OF_ROUTER, set_fields, ROUTER(fields), 0, 0, NULL },
	{ "limit", OF_ROUTER, set_limit, ROUTER(limit), 0, 1000000, NULL },
	{ "slow", OF_ROUTER, set_real, ROUTER(slow_ms), 0, 10000, NULL },
	{ "reply-ttl", OF_ROUTER, set_int, ROUTER(initial_ttl), 1, 255, NULL },
	{ "back", OF_ROUTER, set_int, ROUTER(back_hops), 1, 64, NULL },
	{ "quote", OF_ROUTER, set_int, ROUTER(quote_bytes), 8, 1500, NULL },
	{ "quote-ttl", OF_ROUTER, set_int, ROUTER(quote_ttl), 1, 255, NULL },
	{ "refuse", OF_ROUTER, set_int, ROUTER(refuse_code), 1, 15, NULL },
	{ "dscp", OF_ROUTER, set_int, ROUTER(dscp), 0, 63, NULL },
	{ "ecn", OF_ROUTER, set_int, ROUTER(ecn), 0, 3, NULL },
	{ "label", OF_ROUTER, set_int, ROUTER(label), 0, 0xfffff, NULL },
	{ "mss", OF_ROUTER, set_int, ROUTER(mss), 1, 65535, NULL },
	{ "nat", OF_ROUTER, set_choice, ROUTER(nat), 0, 0, nat_names },
	{ "id", OF_ROUTER, set_id, 0, 0, 100000, NULL },
	{ "own", OF_ROUTER, set_choice, ROUTER(own), 0, 0, own_names },
	{ "udp", OF_ROUTER, set_choice, ROUTER(udp), 0, 0, host_names },
	{ "tcp", OF_ROUTER, set_choice, ROUTER(tcp), 0, 0, host_names },
	{ "icmp", OF_ROUTER, set_choice, ROUTER(icmp), 0, 0, host_names },
	{ "mpls", OF_ROUTER, set_mpls, 0, 0, 0xfffff, NULL },
	{ "name", OF_ROUTER, set_name, 0, 0, 0, NULL },
	{ "delay", OF_LINK, set_real, LINK(delay_ms), 0, 10000, NULL },
	{ "loss", OF_LINK, set_real, LINK(loss), 0, 100, NULL },
	{ "mtu", OF_LINK, set_mtu, 0, 68, 65535, NULL },
	{ "black-hole", OF_LINK, set_mtu, 0, 68, 65535, NULL },
};

static const struct property *find(const char *name, enum subject subject)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (properties[i].subject == subject && strcmp(properties[i].name, name) == 0)
			return &properties[i];
	return NULL;
}

/* `a>b` are the links from a to b, a name alone all that enter the router. */
static bool set_links(struct network *n, const struct property *p, uint16_t from, uint16_t to, char **words)
{
	bool is_set = false;

	for (unsigned i = 0; i < n->link_count; i++) {
		struct link *l = &n->links[i];

		if (l->to == to && (from == NETWORK_NONE || l->from == from)) {
			if (!p->set(p, l, words))
				return false;
			is_set = true;
		}
	}
	return is_set;
}

static bool set_pair(struct network *n, char *subject, char **words)
{
	const struct property *p = words[0] ? find(words[0], OF_LINK) : NULL;
	char *middle = strchr(subject, '>');
	uint16_t from, to;

	*middle = '\0';
	from = network_find(n, subject);
	to = network_find(n, middle + 1);
	return p && from != NETWORK_NONE && to != NETWORK_NONE && set_links(n, p, from, to, words + 1);
}

/* Routers up to the first word that is a property. */
static bool set_routers(struct network *n, char **words)
{
	const struct property *of_router, *of_link;
	uint16_t routers[NETWORK_WAYS];
	unsigned count = 0;

	for (; *words && !find(*words, OF_ROUTER) && !find(*words, OF_LINK); words++)
		if (!network_names(n, *words, false, routers, NETWORK_WAYS, &count))
			return false;
	if (!*words || !count)
		return false;
	of_router = find(*words, OF_ROUTER);
	of_link = find(*words, OF_LINK);
	for (unsigned i = 0; i < count; i++)
		if (of_router ? !of_router->set(of_router, &n->routers[routers[i]], words + 1)
			      : !set_links(n, of_link, NETWORK_NONE, routers[i], words + 1))
			return false;
	return true;
}

bool property_parse(struct network *n, char *text, char *why, size_t why_size)
{
	enum { WORDS = 32 };
	char copy[256], *words[WORDS + 1] = { NULL }, *save;
	const struct property *of_network;
	unsigned count = 0;
	bool is_set = false;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *word = strtok_r(text, " \t", &save); word && count < WORDS; word = strtok_r(NULL, " \t", &save))
		words[count++] = word;
	of_network = count ? find(words[0], OF_NETWORK) : NULL;
	if (of_network)
		is_set = of_network->set(of_network, n, words + 1);
	else if (count)
		is_set = strchr(words[0], '>') ? set_pair(n, words[0], words + 1) : set_routers(n, words);
	if (!is_set)
		snprintf(why, why_size, "'!%s': no such router or property, or a wrong value", copy);
	return is_set;
}
