/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_plan_family.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static const struct nft_family ipv4 = {
	.name = "ipv4",
	.ttl = "ip ttl",
	.source = "ip saddr",
	.type = "ipv4_addr",
	.link_local = "169.254.0.0/16",
	.no_source = "{ local, broadcast }",
	.fragment = "",
	.icmp = "icmp",
	.echo_request = "icmp type echo-request icmp code net-unreachable",
	.request = "icmp type echo-request icmp code host-unreachable",
	.mask = "",
	.network_mask = " & 255.255.255.0",
};

static const struct nft_family ipv6 = {
	.name = "ipv6",
	.ttl = "ip6 hoplimit",
	.source = "ip6 saddr",
	.type = "ipv6_addr",
	.link_local = "fe80::/10",
	.no_source = "local",
	.fragment = "exthdr frag missing ",
	.icmp = "ipv6-icmp",
	.echo_request = "icmpv6 type echo-request icmpv6 code no-route",
	.request = "icmpv6 type echo-request icmpv6 code admin-prohibited",
	.mask = " & ffff:ffff:ffff:ffff::",
	.network_mask = " & ffff:ffff:ffff::",
};

const struct nft_family *nft_family(int family)
{
	return family == 6 ? &ipv6 : &ipv4;
}

bool nft_family_has_name(const char *name)
{
	static const char *const sets[] = { NFT_DENIED, "sources", "networks" };

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strcmp(name, sets[i]) == 0)
			return true;
	return strncmp(name, "hop", 3) == 0 && name[3] && !name[3 + strspn(name + 3, "0123456789")];
}

/* What the map has for a protocol: a chain, or NULL; other is that of a further protocol. */
static const char *chain_of(const struct plan *p, const struct nft_family *f, int number, const char **other)
{
	*other = NULL;
	if (number == IPPROTO_UDP)
		return p->udp ? "udp" : NULL;
	if (number == IPPROTO_TCP)
		return p->tcp ? "tcp" : NULL;
	if (number == (f == &ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		return p->icmp ? "icmp" : NULL;
	for (unsigned i = 0; i < PLAN_OTHERS && *p->others[i]; i++) {
		const struct protoent *known = getprotobyname(p->others[i]);

		if (number != (known ? known->p_proto : (int)strtol(p->others[i], NULL, 10)))
			continue;
		*other = p->others[i];
		return "seen";
	}
	return NULL;
}

static const char *name_of(const struct nft_family *f, int number, const char *other)
{
	if (other)
		return other;
	return number == IPPROTO_UDP ? "udp" : number == IPPROTO_TCP ? "tcp" : f->icmp;
}

void nft_family_write_protocols(const struct plan *p, const struct nft_family *f, FILE *out)
{
	const char *between = "meta l4proto vmap { ", *other;

	for (int number = 0; number <= UINT8_MAX; number++) {
		const char *chain = chain_of(p, f, number, &other);

		if (!chain)
			continue;
		fprintf(out, "%s%s : goto %s_%s", between, name_of(f, number, other), f->name, chain);
		between = ", ";
	}
	fputs(" }\n", out);
}
