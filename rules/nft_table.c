/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nft_table.h"

/* linux/netlink.h since 4.19: do not delete what is not empty. */
#ifndef NLM_F_NONREC
#define NLM_F_NONREC 0x100
#endif

/* Room for a batch: begin, one message, end; each is some 80 bytes. */
struct nft_request {
	unsigned char buf[512] __attribute__((aligned(8)));
	size_t used;
	uint32_t seq;
};

/* nfgenmsg's res_id is the subsystem where the message opens or closes a batch. */
static struct nlmsghdr *put_header(struct nft_request *r, int type, int flags, int family, int res_id)
{
	struct nlmsghdr *h = (void *)(r->buf + r->used);
	struct nfgenmsg *g = NLMSG_DATA(h);

	h->nlmsg_len = NLMSG_LENGTH(sizeof(*g));
	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++r->seq;
	g->nfgen_family = (uint8_t)family;
	g->version = NFNETLINK_V0;
	g->res_id = htons((uint16_t)res_id);
	r->used += NLMSG_ALIGN(h->nlmsg_len);
	return h;
}

/* Appends to h, which must be the last message put. */
static void put_name(struct nft_request *r, struct nlmsghdr *h, int type, const char *name)
{
	struct nlattr *a = (void *)(r->buf + r->used);

	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + strlen(name) + 1);
	memcpy((char *)a + NLA_HDRLEN, name, strlen(name) + 1);
	h->nlmsg_len += NLA_ALIGN(a->nla_len);
	r->used += NLA_ALIGN(a->nla_len);
}

/* Only the first message of the kernel matters: the table, an error, or an error of 0. */
static int talk(const struct nft_request *r)
{
	struct nlmsghdr answer[64];
	struct nlmsgerr *e = NLMSG_DATA(answer);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	ssize_t n = -1;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (send(fd, r->buf, r->used, 0) >= 0)
		n = recv(fd, answer, sizeof(answer), 0);
	if (n < 0)
		err = -errno;
	else if ((size_t)n < sizeof(answer[0]))
		err = -EPROTO;
	else if (answer[0].nlmsg_type == NLMSG_ERROR)
		err = (size_t)n < NLMSG_LENGTH(sizeof(*e)) ? -EPROTO : e->error;
	close(fd);
	return err;
}

static int nft(int message)
{
	return NFNL_SUBSYS_NFTABLES << 8 | message;
}

static int address_family(int family)
{
	return family == 6 ? AF_INET6 : family == 4 ? AF_INET : NFPROTO_INET;
}

int nft_table_exists(int family, const char *table)
{
	struct nft_request r = { .used = 0 };
	struct nlmsghdr *h = put_header(&r, nft(NFT_MSG_GETTABLE), NLM_F_ACK, address_family(family), 0);
	int err;

	put_name(&r, h, NFTA_TABLE_NAME, table);
	err = talk(&r);
	return err == -ENOENT ? 0 : err ? err : 1;
}

/* One deletion per batch: a missing chain must not fail the rest. */
static int delete (int family, const char *table, const char *chain)
{
	int message = nft(chain ? NFT_MSG_DELCHAIN : NFT_MSG_DELTABLE);
	struct nft_request r = { .used = 0 };
	struct nlmsghdr *h;

	put_header(&r, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	h = put_header(&r, message, NLM_F_ACK | NLM_F_NONREC, address_family(family), 0);
	put_name(&r, h, chain ? NFTA_CHAIN_TABLE : NFTA_TABLE_NAME, table);
	if (chain)
		put_name(&r, h, NFTA_CHAIN_NAME, chain);
	put_header(&r, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	return talk(&r);
}

int nft_table_remove(int family, const char *table)
{
	static const char *const chains[] = { "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING" };
	int err;

	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		err = delete (family, table, chains[i]);
		if (err && err != -ENOENT)
			return err;
	}
	return delete (family, table, NULL);
}
