/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nft_nat.h"

/* A chain that packets do not pass when they arrive. */
struct other_chain {
	int family;
	char table[NFT_NAT_NAME_SIZE], name[NFT_NAT_NAME_SIZE];
};

enum { OTHER_CHAINS = 64 }; /* rules of more are taken for those of prerouting */

struct search {
	struct nft_nat *found;
	struct other_chain *others;
	size_t *others_count;
	int family;
	bool without_iptables;
};

typedef void handle_message(const struct search *s, int family, const struct nlattr *first, size_t len);

static const void *payload(const struct nlattr *a)
{
	return (const char *)a + NLA_HDRLEN;
}

static size_t payload_len(const struct nlattr *a)
{
	return a->nla_len - (size_t)NLA_HDRLEN;
}

/* The next attribute of len bytes from at on, or NULL; *at and *len go behind it. */
static const struct nlattr *next_attribute(const struct nlattr **at, size_t *len)
{
	const struct nlattr *a = *at;
	size_t step;

	if (*len < NLA_HDRLEN || a->nla_len < NLA_HDRLEN || a->nla_len > *len)
		return NULL;
	step = (size_t)NLA_ALIGN(a->nla_len);
	step = step < *len ? step : *len;
	*at = (const void *)((const char *)a + step);
	*len -= step;
	return a;
}

static const struct nlattr *find(const struct nlattr *at, size_t len, int type)
{
	const struct nlattr *a;

	while ((a = next_attribute(&at, &len)))
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

static const struct nlattr *find_in(const struct nlattr *nest, int type)
{
	return nest ? find(payload(nest), payload_len(nest), type) : NULL;
}

static bool is_text(const struct nlattr *a, const char *text)
{
	return a && payload_len(a) == strlen(text) + 1 && memcmp(payload(a), text, strlen(text) + 1) == 0;
}

static bool is_number(const struct nlattr *a, uint32_t number)
{
	uint32_t value;

	if (!a || payload_len(a) != sizeof(value))
		return false;
	memcpy(&value, payload(a), sizeof(value));
	return ntohl(value) == number;
}

static struct nft_nat_table *find_table(struct nft_nat *found, int family, const char *name)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->table[i].family == family && strcmp(found->table[i].name, name) == 0)
			return &found->table[i];
	return NULL;
}

static bool copy_name(const struct nlattr *a, char name[NFT_NAT_NAME_SIZE])
{
	if (!a)
		return false;
	snprintf(name, NFT_NAT_NAME_SIZE, "%.*s", (int)payload_len(a), (const char *)payload(a));
	return true;
}

static void take_other(const struct search *s, int family, const char *table, const struct nlattr *name)
{
	struct other_chain *c = &s->others[*s->others_count];

	if (*s->others_count == OTHER_CHAINS || !copy_name(name, c->name))
		return;
	c->family = family;
	memcpy(c->table, table, sizeof(c->table));
	++*s->others_count;
}

static bool is_other(const struct search *s, int family, const char *table, const struct nlattr *name)
{
	char chain[NFT_NAT_NAME_SIZE];

	if (!copy_name(name, chain))
		return false;
	for (size_t i = 0; i < *s->others_count; i++)
		if (s->others[i].family == family && strcmp(s->others[i].table, table) == 0 &&
			strcmp(s->others[i].name, chain) == 0)
			return true;
	return false;
}

/* A chain that iptables-nft has made is known by its name, in capitals, and its table. */
static void take_chain(const struct search *s, int family, const struct nlattr *first, size_t len)
{
	char name[NFT_NAT_NAME_SIZE];

	if (!is_text(find(first, len, NFTA_CHAIN_TYPE), "nat") || !copy_name(find(first, len, NFTA_CHAIN_TABLE), name))
		return;
	if (!is_number(find_in(find(first, len, NFTA_CHAIN_HOOK), NFTA_HOOK_HOOKNUM), NF_INET_PRE_ROUTING)) {
		take_other(s, family, name, find(first, len, NFTA_CHAIN_NAME));
		return;
	}
	if (find_table(s->found, family, name) || s->found->count == NFT_NAT_TABLES)
		return;
	if (s->without_iptables && family != NFPROTO_INET && strcmp(name, "nat") == 0 &&
		is_text(find(first, len, NFTA_CHAIN_NAME), "PREROUTING"))
		return;
	s->found->table[s->found->count].family = family;
	memcpy(s->found->table[s->found->count++].name, name, sizeof(name));
}

/* An expression that changes the destination, as nft writes it or as iptables-nft does. */
static bool translates(const struct nlattr *expression)
{
	const struct nlattr *name = find_in(expression, NFTA_EXPR_NAME), *data = find_in(expression, NFTA_EXPR_DATA);
	const struct nlattr *target = find_in(data, NFTA_TARGET_NAME);

	return is_text(name, "redir") ||
		(is_text(name, "nat") && is_number(find_in(data, NFTA_NAT_TYPE), NFT_NAT_DNAT)) ||
		(is_text(name, "target") &&
			(is_text(target, "DNAT") || is_text(target, "REDIRECT") || is_text(target, "NETMAP")));
}

static void take_rule(const struct search *s, int family, const struct nlattr *first, size_t len)
{
	const struct nlattr *list = find(first, len, NFTA_RULE_EXPRESSIONS), *at, *expression;
	char name[NFT_NAT_NAME_SIZE];
	struct nft_nat_table *t = NULL;
	size_t left;

	if (copy_name(find(first, len, NFTA_RULE_TABLE), name))
		t = find_table(s->found, family, name);
	if (!t || !list || is_other(s, family, name, find(first, len, NFTA_RULE_CHAIN)))
		return;
	at = payload(list);
	left = payload_len(list);
	while ((expression = next_attribute(&at, &left)))
		t->translates |= translates(expression);
}

/* Returns 1 while more is to come, 0 at the end, or a negative errno. */
static int take_messages(const struct search *s, const void *buf, size_t size, handle_message *handle)
{
	const struct nlmsghdr *h = buf;

	for (; NLMSG_OK(h, size); h = NLMSG_NEXT(h, size)) {
		const struct nfgenmsg *g = NLMSG_DATA(h);
		int family;

		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		if (h->nlmsg_type == NLMSG_ERROR)
			return h->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))
				? -EPROTO
				: ((const struct nlmsgerr *)NLMSG_DATA(h))->error;
		if (h->nlmsg_len < NLMSG_SPACE(sizeof(*g)))
			continue;
		family = g->nfgen_family;
		if (family == NFPROTO_INET || family == (s->family == 6 ? NFPROTO_IPV6 : NFPROTO_IPV4))
			handle(s, family, (const void *)((const char *)h + NLMSG_SPACE(sizeof(*g))),
				h->nlmsg_len - NLMSG_SPACE(sizeof(*g)));
	}
	return 1;
}

static int dump(const struct search *s, int message, handle_message *handle)
{
	static char answer[65536] __attribute__((aligned(8)));
	struct {
		struct nlmsghdr h;
		struct nfgenmsg g;
	} request = {
		.h.nlmsg_len = sizeof(request),
		.h.nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | message),
		.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.g.nfgen_family = NFPROTO_UNSPEC,
		.g.version = NFNETLINK_V0,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int err = 1;

	if (fd < 0)
		return -errno;
	if (send(fd, &request, sizeof(request), 0) < 0)
		err = -errno;
	while (err > 0) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);

		err = n < 0 ? -errno : take_messages(s, answer, (size_t)n, handle);
	}
	close(fd);
	return err;
}

int nft_nat_find(int family, bool without_iptables, struct nft_nat *found)
{
	struct other_chain others[OTHER_CHAINS];
	size_t others_count = 0;
	struct search s = {
		.found = found,
		.others = others,
		.others_count = &others_count,
		.family = family,
		.without_iptables = without_iptables,
	};
	int err;

	memset(found, 0, sizeof(*found));
	err = dump(&s, NFT_MSG_GETCHAIN, take_chain);
	return err || found->count == 0 ? err : dump(&s, NFT_MSG_GETRULE, take_rule);
}
