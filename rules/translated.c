/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "nft_nat.h"
#include "translated.h"

static void warn(int family, const char *kind, const char *table)
{
	fprintf(stderr,
		"uturn-rules: IPv%d: %s %s translates destinations beside the rules of uturn-rules: "
		"exclude the ports behind it (see Translated ports in uturn-firewall(7))\n",
		family, kind, table);
}

static void tell_nftables(const struct backend *b)
{
	struct nft_nat found;

	if (nft_nat_find(b->family, b->kind == BACKEND_NFT, &found))
		return; /* no nf_tables here, or not for us */
	for (size_t i = 0; i < found.count; i++) {
		char name[NFT_NAT_NAME_SIZE + 8];

		if (!found.table[i].translates)
			continue;
		snprintf(name, sizeof(name), "%s %s",
			found.table[i].family == NFPROTO_INET           ? "inet"
				: found.table[i].family == NFPROTO_IPV6 ? "ip6"
									: "ip",
			found.table[i].name);
		warn(b->family, "nftables table", name);
	}
}

/* Is the rule one of a chain that packets for this host pass, by its name or because others jump to it? */
static bool is_on_the_way_in(const char *line)
{
	static const char *const others[] = { "-A INPUT ", "-A OUTPUT ", "-A POSTROUTING " };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(line, others[i], strlen(others[i])) == 0)
			return false;
	return strncmp(line, "-A ", strlen("-A ")) == 0;
}

/* REDIRECT without a port ends the line. */
static bool has_target(const char *line, size_t len)
{
	static const char *const targets[] = { " -j DNAT", " -j REDIRECT", " -j NETMAP" };

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		const char *at = memmem(line, len, targets[i], strlen(targets[i]));
		const char *end = at ? at + strlen(targets[i]) : NULL;

		if (end && (end == line + len || *end == ' '))
			return true;
	}
	return false;
}

bool translated_in_iptables(const char *text)
{
	bool is_nat = false;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (*text == '*')
			is_nat = strncmp(text, "*nat", len) == 0;
		if (is_nat && is_on_the_way_in(text) && has_target(text, len))
			return true;
		text += len + (text[len] == '\n');
	}
	return false;
}

/* The legacy tables, where ours are those of nft. */
static void tell_legacy(const struct backend *b)
{
	struct backend legacy;
	char why[BACKEND_WHY_SIZE];
	char *text;

	if (b->kind == BACKEND_LEGACY || backend_open(&legacy, b->family, BACKEND_LEGACY, why))
		return;
	text = backend_save(&legacy, false, why);
	if (text && translated_in_iptables(text))
		warn(b->family, legacy.tool, "-t nat");
	free(text);
}

void translated_tell_all(int family)
{
	const struct backend none = { .family = family, .kind = BACKEND_LEGACY };

	tell_nftables(&none); /* those of iptables-nft, too */
	tell_legacy(&(struct backend){ .family = family, .kind = BACKEND_NFT });
}

void translated_tell(const struct backend *b)
{
	tell_nftables(b);
	tell_legacy(b);
}
