/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_events.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "ruleset.h"

/* More than the kernel puts into one datagram, a rule of 64 kB apart. */
enum { BUFFER_SIZE = 65536 };

struct reading {
	uint32_t own;
	struct keep_changes *found;
};

int keep_events_open(struct keep_events *e)
{
	int group = NFNLGRP_NFTABLES;
	int err;

	e->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!e->socket)
		return -errno;
	if (mnl_socket_bind(e->socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
		mnl_socket_setsockopt(e->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) == 0)
		return 0;
	err = -errno;
	keep_events_close(e);
	return err;
}

void keep_events_close(struct keep_events *e)
{
	if (e->socket)
		mnl_socket_close(e->socket);
	e->socket = NULL;
}

int keep_events_fd(const struct keep_events *e)
{
	return e->socket ? mnl_socket_get_fd(e->socket) : -1;
}

/* The attribute of a message that names its table: they have different numbers. */
static int table_attribute(int message)
{
	switch (message) {
	case NFT_MSG_NEWTABLE:
	case NFT_MSG_DELTABLE:
		return NFTA_TABLE_NAME;
	case NFT_MSG_NEWCHAIN:
	case NFT_MSG_DELCHAIN:
		return NFTA_CHAIN_TABLE;
	case NFT_MSG_NEWRULE:
	case NFT_MSG_DELRULE:
		return NFTA_RULE_TABLE;
	default: /* sets and their elements, objects, generations */
		return NFTA_TABLE_UNSPEC;
	}
}

static bool is_name(const struct nlattr *name, const char *table)
{
	return mnl_attr_validate(name, MNL_TYPE_NUL_STRING) >= 0 && strcmp(mnl_attr_get_str(name), table) == 0;
}

static bool is_table_of_ours(const struct nlattr *name)
{
	for (int i = 0; i < RULESET_TABLES; i++)
		if (is_name(name, ruleset_tables[i]))
			return true;
	return false;
}

static int on_message(const struct nlmsghdr *h, void *data)
{
	const struct reading *r = data;
	int wanted = table_attribute(h->nlmsg_type & 0xff);
	const struct nlattr *a;
	uint8_t family;

	if (h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES || wanted == NFTA_TABLE_UNSPEC ||
		(r->own && h->nlmsg_pid == r->own) || mnl_nlmsg_get_payload_len(h) < sizeof(struct nfgenmsg))
		return MNL_CB_OK;
	family = ((const struct nfgenmsg *)mnl_nlmsg_get_payload(h))->nfgen_family;
	if (family != NFPROTO_IPV4 && family != NFPROTO_IPV6 && family != NFPROTO_INET)
		return MNL_CB_OK;
	mnl_attr_for_each(a, h, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(a) != wanted)
			continue;
		if (family == NFPROTO_INET)
			r->found->is_table_changed |= is_name(a, "uturn");
		else if (is_table_of_ours(a))
			r->found->is_changed[family == NFPROTO_IPV6] = true;
	}
	return MNL_CB_OK;
}

void keep_events_read(struct keep_events *e, pid_t own, struct keep_changes *found)
{
	static char buffer[BUFFER_SIZE] __attribute__((aligned(8)));
	struct reading r = { (uint32_t)own, found };
	ssize_t got;

	while (e->socket) {
		got = mnl_socket_recvfrom(e->socket, buffer, sizeof(buffer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		/* ENOBUFS: more came than the socket holds; ENOSPC: longer than the buffer */
		if (got < 0)
			found->is_lost = true;
		if (got < 0 && errno != ENOBUFS && errno != ENOSPC)
			return;
		/* a port of 0 and a sequence of 0: any */
		if (got > 0 && mnl_cb_run(buffer, (size_t)got, 0, 0, on_message, &r) < 0)
			found->is_lost = true;
	}
}
