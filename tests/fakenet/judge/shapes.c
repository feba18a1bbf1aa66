/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/judge/shapes.h"

#include <stdarg.h>
#include <stdio.h>

#include "tests/fakenet/network.h"

enum { ALWAYS = 100 };

static unsigned draw(struct plan *p, unsigned low, unsigned high)
{
	p->random += 0x9e3779b97f4a7c15;
	return low + (unsigned)((network_mix(p->random) >> 32) * (high - low + 1) >> 32);
}

static bool happens(struct plan *p, unsigned percent)
{
	return draw(p, 1, ALWAYS) <= percent;
}

static void __attribute__((format(printf, 2, 3))) say(struct plan *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	p->len += (size_t)vsnprintf(p->text + p->len, sizeof(p->text) - p->len, format, args);
	va_end(args);
}

/* UDP more often than not; without privilege nothing else. */
static void choose_protocol(struct plan *p)
{
	if (!p->is_plain && happens(p, 40))
		p->protocol = happens(p, 50) ? PLAN_TCP : PLAN_ICMP;
}

static void say_times(struct plan *p)
{
	say(p, "! delay %g; ! jitter %g\n", draw(p, 1, 40) / 20.0, draw(p, 0, 10) / 20.0);
}

/* What real balancers choose by; ports and ICMP checksum always, or flows of one direction would not differ. */
static void say_balance(struct plan *p, const char *router)
{
	static const char *const more[] = { "from", "to", "protocol", "dscp", "label" };

	say(p, "! %s balance sport dport icmp", router);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (happens(p, 50))
			say(p, " %s", more[i]);
	say(p, "\n");
}

/* h1..hN in a row between S and T; returns N. */
static unsigned say_chain(struct plan *p, unsigned least, unsigned most)
{
	const unsigned count = draw(p, least, most);

	say(p, "S: h1");
	for (unsigned i = 2; i <= count; i++)
		say(p, "; h%u: h%u", i - 1, i);
	say(p, "; h%u: T\n", count);
	choose_protocol(p);
	say_times(p);
	return count;
}

static void make_chain(struct plan *p)
{
	say_chain(p, 1, 20);
}

static void say_wide(struct plan *p, unsigned wide)
{
	choose_protocol(p);
	say(p, "S: a; a: b; b: c1..%u; c1..%u: d; d: T\n", wide, wide);
	say_balance(p, "b");
	say_times(p);
}

static void make_wide(struct plan *p)
{
	say_wide(p, draw(p, 2, 16));
}

static void make_wide64(struct plan *p)
{
	say_wide(p, 64);
}

static void make_mesh(struct plan *p)
{
	const unsigned wide = draw(p, 2, 4);

	choose_protocol(p);
	say(p, "S: a; a: b1..%u; b1..%u: c1..%u; c1..%u: T\n", wide, wide, wide, wide);
	say_balance(p, "a");
	for (unsigned i = 1; i <= wide; i++) {
		char name[16];

		snprintf(name, sizeof(name), "b%u", i);
		say_balance(p, name);
	}
	say_times(p);
}

/* Two branches of other lengths, up to three more. */
static void make_uneven(struct plan *p)
{
	const unsigned more = draw(p, 1, 3);

	choose_protocol(p);
	say(p, "S: a; a: b c1; b: d");
	for (unsigned i = 1; i <= more; i++)
		say(p, "; c%u: c%u", i, i + 1);
	say(p, "; c%u: d; d: T\n", more + 1);
	say_times(p);
}

static void make_parallel_links(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b b%s; b: c c; c: T\n! a b c interfaces\n", happens(p, 50) ? " b" : "");
	say_times(p);
}

static void make_per_packet(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b1..%u; b1..4: c; c: T\n! a balance packet\n", 4);
	say_times(p);
}

static void make_nat(struct plan *p)
{
	const unsigned count = say_chain(p, 3, 8);
	static const char *const kinds[] = { "sum", "full", "quote" };
	/* nothing is left that proves an ICMPv6 quote that was not translated back */
	const bool may_quote = !p->is_plain && !(p->family == 6 && p->protocol == PLAN_ICMP);

	say(p, "! h%u nat %s\n", draw(p, 1, count - 1), kinds[draw(p, 0, may_quote ? 2 : 1)]);
}

static void make_tos(struct plan *p)
{
	const unsigned count = say_chain(p, 3, 8);

	p->tos = (uint8_t)draw(p, 0, 255);
	say(p, "! h%u dscp %u\n! h%u ecn %u\n", draw(p, 1, count - 1), draw(p, 0, 63), draw(p, 1, count - 1),
		draw(p, 0, 3));
	if (happens(p, 30))
		say(p, "! h%u dscp %u\n", draw(p, 1, count - 1), draw(p, 0, 63));
	if (happens(p, 50))
		say(p, "! h%u label %u\n", draw(p, 1, count - 1), draw(p, 0, 0xfffff));
}

static void make_mss(struct plan *p)
{
	unsigned count;

	p->protocol = PLAN_TCP;
	count = say_chain(p, 3, 8);
	p->protocol = PLAN_TCP;
	say(p, "! h%u mss %u\n", draw(p, 1, count - 1), draw(p, 500, 1459));
	if (happens(p, 50))
		say(p, "! T tcp open\n");
}

/* RFC 4950 and RFC 5837, some of them beside others, in front of balancers too. */
static void make_extensions(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b1..4; b1..4: c; c: T\n");
	say_times(p);
	say(p, "! b1 mpls %u\n! b2 mpls %u %u %u\n", draw(p, 0, 0xfffff), draw(p, 0, 0xfffff), draw(p, 0, 0xfffff),
		draw(p, 0, 0xfffff));
	say(p, "! b3 name eth%u\n! c name xe-0/0/%u.100\n! c mpls 3\n", draw(p, 0, 9), draw(p, 0, 9));
	if (happens(p, 50))
		say(p, "! a interface-address\n");
}

/* As little as RFC 792 wants, and every kind of TTL. */
static void make_quotes(struct plan *p)
{
	static const unsigned ttls[] = { 64, 128, 255, 30 };
	const unsigned count = say_chain(p, 3, 10);

	for (unsigned i = 1; i <= count; i++) {
		if (happens(p, 40) && !(p->family == 6 && p->protocol == PLAN_UDP))
			say(p, "! h%u quote %u\n", i, happens(p, 50) ? 8 : draw(p, 8, 64));
		if (happens(p, 40))
			say(p, "! h%u reply-ttl %u\n", i, ttls[draw(p, 0, 3)]);
		if (happens(p, 20))
			say(p, "! h%u back %u\n", i, draw(p, 1, 20));
		if (happens(p, 20))
			say(p, "! h%u duplicates\n", i);
	}
}

static void make_silent(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b; b: c1..4; c1..4: d; d: e; e: T\n");
	say_times(p);
	say(p, "! %s silent\n", happens(p, 50) ? "b" : "c2");
	if (happens(p, 50))
		say(p, "! e silent\n");
	if (happens(p, 50))
		say(p, "! T silent\n");
}

static void make_hidden(struct plan *p)
{
	const unsigned count = say_chain(p, 4, 9);

	say(p, "! h%u %s\n", draw(p, 1, count - 2), happens(p, 50) ? "hidden" : "zero-ttl");
}

/* Stock Linux at one router, or at all of them. */
static void make_limited(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b; b: c1..2; c1..2: d; d: T\n");
	say_times(p);
	if (happens(p, 50))
		say(p, "! %s limit 6 1\n", happens(p, 50) ? "b" : "c2");
	else
		say(p, "! a b c1..2 d T limit 6 1\n");
}

/* A few a second: what most routers do. */
static void make_policed(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b; b: c1..8; c1..8: d; d: T\n");
	say_times(p);
	say(p, "! b c3 limit %u %u\n", draw(p, 5, 20), draw(p, 5, 100));
}

static void make_lossy(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b; b: c1..4; c1..4: d; d: T\n! loss %u\n", draw(p, 1, 5));
	say_times(p);
}

static void make_refused(struct plan *p)
{
	const unsigned count = say_chain(p, 3, 8);
	static const unsigned codes4[] = { 1, 9, 10, 13 }, codes6[] = { 1, 1, 3, 5 };

	say(p, "! h%u refuse %u\n", draw(p, 2, count), (p->family == 4 ? codes4 : codes6)[draw(p, 0, 3)]);
}

static void make_loop(struct plan *p)
{
	choose_protocol(p);
	say(p, "S: a; a: b; b: c; c: %s\n", happens(p, 50) ? "b" : "d; d: b");
	say_times(p);
}

/* Layers of routers, each behind some of the layer before, with whatever can be odd about them. */
static void make_any(struct plan *p)
{
	const unsigned layers = draw(p, 2, 7);
	unsigned before = 1, number = 1;

	choose_protocol(p);
	say(p, "S: a0\n");
	for (unsigned layer = 0; layer < layers; layer++) {
		const unsigned wide = happens(p, 50) ? 1 : draw(p, 2, 5);
		const bool is_mesh = happens(p, 50) || wide != before;
		const unsigned first = number - before;

		say(p, "a%u..%u %c a%u..%u\n", first, number - 1, is_mesh ? ':' : '|', number, number + wide - 1);
		number += wide;
		before = wide;
	}
	say(p, "a%u..%u: T\n", number - before, number - 1);
	for (unsigned i = 0; i < number; i++) {
		char name[16];

		snprintf(name, sizeof(name), "a%u", i);
		say_balance(p, name);
		if (happens(p, 8))
			say(p, "! a%u silent\n", i);
		if (happens(p, 15))
			say(p, "! a%u mpls %u\n", i, draw(p, 16, 0xfffff));
		if (happens(p, 15))
			say(p, "! a%u name ge%u\n", i, i);
		if (happens(p, 10))
			say(p, "! a%u slow %u\n", i, draw(p, 1, 50));
		if (happens(p, 20))
			say(p, "! a%u reply-ttl 255\n", i);
	}
	say_times(p);
}

/* From T to S over up to six routers, or a few beside each other. */
static void say_return(struct plan *p)
{
	const unsigned count = draw(p, 1, 6), wide = happens(p, 50) ? draw(p, 2, 6) : 1;

	say(p, "T: r1");
	for (unsigned i = 2; i <= count; i++)
		say(p, "; r%u: r%u", i - 1, i);
	say(p, "; r%u: w1..%u; w1..%u: z; z: S\n", count, wide, wide);
	if (happens(p, 30))
		say(p, "! r%u mpls %u\n", draw(p, 1, count), draw(p, 16, 0xfffff));
	if (happens(p, 30))
		say(p, "! w1 name ge0\n");
	if (happens(p, 30))
		say(p, "! r%u silent\n", draw(p, 1, count));
}

static void make_uturn(struct plan *p)
{
	static const char *const kinds[] = { "first", "second", "silent" };

	say_wide(p, happens(p, 50) ? 1 : draw(p, 2, 6));
	say_return(p);
	/* without privilege nothing tells a silent inflection point from a router */
	say(p, "! T uturn\n! T inflection %s\n", kinds[draw(p, 0, p->is_plain ? 0 : 2)]);
	if (happens(p, 20))
		say(p, "! T self\n");
}

static void make_server(struct plan *p)
{
	say_wide(p, happens(p, 50) ? 1 : draw(p, 2, 6));
	say_return(p);
	say(p, "! T server\n");
}

/* Links that take less, some of which say so; one that is silent says nothing. */
static void make_mtu(struct plan *p)
{
	const unsigned count = say_chain(p, 3, 8);

	p->wants_mtu = true;
	for (unsigned i = 1; i < count; i++)
		if (happens(p, 30))
			say(p, "! h%u>h%u %s %u\n", i, i + 1, happens(p, 60) ? "mtu" : "black-hole",
				draw(p, 1280, 1499));
	if (happens(p, 20))
		say(p, "! h%u silent\n", draw(p, 1, count));
}

/* By the field that tells the flows of the searches apart, on the return path the destination port, and some more. */
static void say_fields(struct plan *p, const char *router, bool is_back)
{
	static const char *const more[] = { "dscp", "label" };

	say(p, "! %s balance %s icmp", router, is_back ? "dport" : "sport");
	if (happens(p, 50))
		say(p, " %s", is_back ? "sport" : "dport");
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (happens(p, 30))
			say(p, " %s", more[i]);
	say(p, "\n");
}

static void make_fields(struct plan *p)
{
	const unsigned wide = draw(p, 2, 4);

	p->wants_fields = true;
	choose_protocol(p);
	say(p, "S: z; z: a; a: b1..%u; b1..%u: c; c: d1..2; d1..2: e; e: T\n", wide, wide);
	say_fields(p, "a", false);
	say_fields(p, "c", false);
	say_times(p);
	if (happens(p, 20))
		say(p, "! c balance packet\n");
	if (happens(p, 20))
		say(p, "! z dscp 0\n");
	/* a NAT maps each echo request by its identifier, which makes of one flow several */
	if (happens(p, 50)) {
		say(p, "T: r; r: w1..2; w1..2: y1; y1: y2; y2: y3; y3: y4; y4: S\n! T uturn\n");
		say_fields(p, "r", true);
	} else if (happens(p, 40) && p->protocol != PLAN_ICMP) {
		say(p, "! z nat %s\n", happens(p, 50) ? "sum" : "full");
	}
}

/* Two links to a router on the forward path, and another on the return path: each has an address of its own. */
static void make_routers(struct plan *p)
{
	static const char *const ids[] = { "shared", "interface", "random", "zero", "copied" };
	static const char *const owns[] = { "first", "asked", "silent" };

	p->wants_routers = true;
	choose_protocol(p);
	say(p, "S: a; a: b1..2; b1..2: c c; c: d1..2; d1..2: e; e: T\n! c d1..2 interfaces\n");
	if (happens(p, 50))
		say(p, "T: e; e: d1..2; d1..2: c; c: b1..2; b1..2: a; a: S\n! T uturn\n! a interfaces\n");
	say(p, "! c id %s %u; ! c own %s\n", ids[draw(p, 0, 4)], draw(p, 0, 500), owns[draw(p, 0, 2)]);
	for (unsigned i = 1; i <= 2; i++)
		say(p, "! d%u id %s %u; ! d%u own %s\n", i, ids[draw(p, 0, 4)], draw(p, 0, 500), i,
			owns[draw(p, 0, 1)]);
	say(p, "! b1..2 id shared %u; ! b1..2 own asked\n", draw(p, 0, 500));
	say_times(p);
}

const struct shape shapes[] = {
	{ "one path", true, make_chain },
	{ "2 to 16 wide", true, make_wide },
	{ "64 wide", true, make_wide64 },
	{ "mesh", true, make_mesh },
	{ "uneven lengths", true, make_uneven },
	{ "several links to a router", true, make_parallel_links },
	{ "per packet", true, make_per_packet },
	{ "nat", true, make_nat },
	{ "tos and label", true, make_tos },
	{ "mss", false, make_mss },
	{ "labels and interfaces", true, make_extensions },
	{ "quotes and ttls", true, make_quotes },
	{ "silent routers", true, make_silent },
	{ "hidden routers", true, make_hidden },
	{ "limited", true, make_limited },
	{ "policed", true, make_policed },
	{ "lossy", true, make_lossy },
	{ "refused", true, make_refused },
	{ "a loop", true, make_loop },
	{ "any", true, make_any },
	{ "u-turn", true, make_uturn },
	{ "a server of requests", false, make_server },
	{ "mtu", false, make_mtu },
	{ "fields of balancers", false, make_fields },
	{ "aliases", false, make_routers },
};
const size_t shape_count = sizeof(shapes) / sizeof(shapes[0]);
