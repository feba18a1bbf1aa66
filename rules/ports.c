/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ports.h"

enum { SERVICES_END = 1024 };

/*
 * Unicast neighbours use these with a TTL of 1, or as tunnels whose outer TTL
 * is copied from the inner one: in both cases a TTL as low as that of a probe.
 */
static const uint16_t default_udp[] = {
	520, /* RIP, RFC 2453 */
	521, /* RIPng, RFC 2080 */
	646, /* LDP hello, RFC 5036 */
	698, /* OLSR, RFC 3626 */
	1985, /* HSRP, RFC 2281 */
	2029, /* HSRP for IPv6, IANA */
	3222, /* GLBP, IANA */
	3503, /* LSP ping, RFC 8029 4.3: sent with an IP TTL of 1 */
	3784, 3785, /* BFD control and echo, RFC 5881 */
	4754, /* GRE in UDP, RFC 8086 */
	4784, /* BFD multihop, RFC 5883 */
	4789, 4790, /* VXLAN, RFC 7348, and VXLAN-GPE; `ttl inherit` */
	6081, /* Geneve, RFC 8926; `ttl inherit` */
	6635, /* MPLS in UDP, RFC 7510 */
	6696, /* Babel, RFC 8966 */
	6784, /* BFD on LAG members, RFC 7130 */
	7784, /* S-BFD, RFC 7881 */
	8472, /* VXLAN on Linux before IANA assigned 4789 */
};

static const uint16_t default_tcp[] = {
	179, /* BGP, RFC 4271; external sessions run with a TTL of 1 */
	639, /* MSDP, RFC 3618 */
	646, /* LDP, RFC 5036 */
	711, /* TDP, predecessor of LDP */
};

static void remove_at(struct ports *p, unsigned i)
{
	p->count--;
	memmove(&p->range[i], &p->range[i + 1], (p->count - i) * sizeof(p->range[0]));
}

static int add(struct ports *p, struct port_range new)
{
	unsigned i = 0;

	while (i < p->count) {
		struct port_range old = p->range[i];

		if (old.last < new.first || new.last < old.first) {
			i++;
			continue;
		}
		new.first = old.first < new.first ? old.first : new.first;
		new.last = old.last > new.last ? old.last : new.last;
		remove_at(p, i);
	}
	if (p->count == PORTS_MAX)
		return -1;
	for (i = 0; i < p->count && p->range[i].first < new.first; i++)
		;
	memmove(&p->range[i + 1], &p->range[i], (p->count - i) * sizeof(p->range[0]));
	p->range[i] = new;
	p->count++;
	return 0;
}

static void fill(struct ports *p, const uint16_t *port, size_t count)
{
	p->count = 0;
	for (size_t i = 0; i < count; i++)
		(void)add(p, (struct port_range){ port[i], port[i] });
}

void ports_default_udp(struct ports *p)
{
	fill(p, default_udp, sizeof(default_udp) / sizeof(default_udp[0]));
}

void ports_default_tcp(struct ports *p)
{
	fill(p, default_tcp, sizeof(default_tcp) / sizeof(default_tcp[0]));
}

static bool take_port(const char **text, uint16_t *port)
{
	char *end;
	unsigned long n;

	if (!isdigit((unsigned char)**text))
		return false;
	n = strtoul(*text, &end, 10);
	if (n > UINT16_MAX)
		return false;
	*port = (uint16_t)n;
	*text = end;
	return true;
}

static bool take_range(const char *text, struct port_range *r)
{
	if (!take_port(&text, &r->first))
		return false;
	r->last = r->first;
	if (*text == '-' || *text == ':') {
		text++;
		if (!take_port(&text, &r->last))
			return false;
	}
	return *text == '\0' && r->first <= r->last;
}

static int add_item(const char *item, struct ports *udp, struct ports *tcp, char *why, size_t why_size)
{
	bool to_udp = strncmp(item, "tcp:", 4) != 0;
	bool to_tcp = strncmp(item, "udp:", 4) != 0;
	const char *text = to_udp && to_tcp ? item : item + 4;
	struct port_range r;

	if (!take_range(text, &r)) {
		snprintf(why, why_size, "'%s' is not PORT, PORT-PORT, udp:PORT or tcp:PORT", item);
		return -1;
	}
	if ((to_udp && add(udp, r)) || (to_tcp && add(tcp, r))) {
		snprintf(why, why_size, "'%s': more than %d ports and ranges", item, PORTS_MAX);
		return -1;
	}
	return 0;
}

int ports_parse(const char *list, struct ports *udp, struct ports *tcp, char *why, size_t why_size)
{
	char item[32];
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		snprintf(item, sizeof(item), "%.*s", (int)(len < sizeof(item) ? len : sizeof(item)), list);
		if (add_item(item, udp, tcp, why, why_size))
			return -1;
		if (list[len] == '\0')
			return 0;
	}
}

unsigned ports_write(const struct ports *p, unsigned next, FILE *out)
{
	const char *comma = "";
	unsigned used = 0;

	for (; next < p->count; next++) {
		const struct port_range *r = &p->range[next];
		unsigned needs = r->first == r->last ? 1 : 2;

		if (used + needs > PORTS_PER_RULE)
			break;
		if (needs == 1)
			fprintf(out, "%s%u", comma, r->first);
		else
			fprintf(out, "%s%u:%u", comma, r->first, r->last);
		used += needs;
		comma = ",";
	}
	return next;
}

bool ports_free(const struct ports *p, struct port_range *found)
{
	unsigned first = SERVICES_END, length = 1;

	for (unsigned i = 0; i <= p->count; i++) {
		unsigned end = i < p->count ? p->range[i].first : UINT16_MAX + 1U;

		if (end > first && end - first > length) {
			*found = (struct port_range){ (uint16_t)first, (uint16_t)(end - 1) };
			length = end - first;
		}
		if (i < p->count && p->range[i].last >= first)
			first = p->range[i].last + 1U;
	}
	return length > 1;
}
