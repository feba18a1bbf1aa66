/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain_error.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>

#include "packet/extension.h"
#include "packet/icmp.h"

/* What the control messages say. */
struct parts {
	struct sock_extended_err error;
	struct addr from; /* family 0: no error was there */
	uint8_t ttl;
};

static void take_error(const struct cmsghdr *c, uint8_t family, struct parts *p)
{
	const uint8_t *at = CMSG_DATA(c);
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	memcpy(&p->error, at, sizeof(p->error));
	at += sizeof(p->error); /* SO_EE_OFFENDER() */
	if (p->error.ee_origin == SO_EE_ORIGIN_ICMP && family == 4 &&
		c->cmsg_len >= CMSG_LEN(sizeof(p->error) + sizeof(four))) {
		memcpy(&four, at, sizeof(four));
		p->from = addr_from(4, (const uint8_t *)&four.sin_addr);
	} else if (p->error.ee_origin == SO_EE_ORIGIN_ICMP6 && family == 6 &&
		c->cmsg_len >= CMSG_LEN(sizeof(p->error) + sizeof(six))) {
		memcpy(&six, at, sizeof(six));
		p->from = addr_from(6, (const uint8_t *)&six.sin6_addr);
	}
}

static void read_parts(struct msghdr *m, uint8_t family, struct parts *p)
{
	int number;

	*p = (struct parts){ .ttl = 0 };
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		const bool is_four = c->cmsg_level == IPPROTO_IP, is_six = c->cmsg_level == IPPROTO_IPV6;

		if ((is_four && c->cmsg_type == IP_RECVERR) || (is_six && c->cmsg_type == IPV6_RECVERR))
			take_error(c, family, p);
		if (((is_four && c->cmsg_type == IP_TTL) || (is_six && c->cmsg_type == IPV6_HOPLIMIT)) &&
			c->cmsg_len >= CMSG_LEN(sizeof(number))) {
			memcpy(&number, CMSG_DATA(c), sizeof(number));
			p->ttl = number > 0 && number < 256 ? (uint8_t)number : 0;
		}
	}
}

/* Where the kernel found an extension (IP_RECVERR_RFC4884), and it is whole. */
static void read_extension(const struct parts *p, struct span payload, struct answer *a)
{
	const struct sock_ee_data_rfc4884 *where = &p->error.ee_rfc4884;
	struct span extension = span_tail(payload, where->len);

	if (where->len && !(where->flags & SO_EE_RFC4884_FLAG_INVALID) && extension.len &&
		extension_is_whole(extension))
		answer_read_objects(a, span_tail(extension, EXTENSION_HEADER));
}

enum answer_result plain_error_read(const struct answer_world *w, struct msghdr *m, struct span payload,
	struct answer *a)
{
	const uint8_t family = w->aim->target.family;
	const struct sent_probe *probe;
	struct parts parts;
	int index;

	*a = (struct answer){ 0 };
	read_parts(m, family, &parts);
	if (!parts.from.family)
		return ANSWER_FOREIGN;
	index = identity_of_kind(w->identity, w->aim->payload, payload);
	if (index < 0 || (unsigned)index >= w->sent->count)
		return ANSWER_UNPROVEN;
	probe = &w->sent->probes[index];
	if (probe->is_request)
		return ANSWER_UNPROVEN;
	a->index = (unsigned)index;
	a->from = parts.from;
	a->type = parts.error.ee_type;
	a->code = parts.error.ee_code;
	a->ttl_received = parts.ttl;
	a->form = a->type == icmp_time_exceeded(family) && a->code == 0 ? ANSWER_IS_EXPIRED : ANSWER_IS_UNREACHABLE;
	read_extension(&parts, payload, a);
	return ANSWER_PROVEN;
}

uint8_t plain_ttl(struct msghdr *m, uint8_t family)
{
	struct parts parts;

	read_parts(m, family, &parts);
	return parts.ttl;
}
