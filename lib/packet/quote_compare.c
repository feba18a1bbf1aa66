/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/quote_compare.h"

#include <string.h>

#include "packet/build.h"
#include "packet/ip.h"
#include "packet/tcp_segment.h"

enum { OPTION_MSS = 2, MSS_SIZE = 4 };

struct pair {
	struct ip_header sent, quoted;
	struct span sent_l4, quoted_l4; /* the quoted one as long as the probe at most */
	enum payload_kind payload;
};

/* Ones' complement: a + b, and a - b. */
static uint16_t plus(uint16_t a, uint16_t b)
{
	const uint32_t sum = (uint32_t)a + b;

	return (uint16_t)(sum + (sum >> 16));
}

static uint16_t minus(uint16_t a, uint16_t b)
{
	return plus(a, (uint16_t)~b);
}

static uint16_t sum_of(const struct addr *a)
{
	uint16_t sum = 0;

	for (size_t i = 0; i < addr_size(a); i += 2)
		sum = plus(sum, load_u16(a->bytes + i));
	return sum;
}

/* Zero has two forms. */
static bool is_zero(uint16_t sum)
{
	return sum == 0 || sum == 0xffff;
}

static bool is_echo(const struct pair *p)
{
	return p->sent.protocol != PROTOCOL_UDP && p->sent.protocol != PROTOCOL_TCP;
}

static uint16_t word(struct span l4, size_t at)
{
	return load_u16(l4.at + at);
}

/* What the checksum field of the quote has more than what is changed in the quote explains. RFC 1624: sums are complements. */
static uint16_t sum_delta(const struct pair *p)
{
	const size_t at = is_echo(p) ? 2 : 6;
	uint16_t delta = minus(word(p->quoted_l4, at), word(p->sent_l4, at));

	if (!is_echo(p) || p->sent.from.family == 6) {
		delta = plus(delta, minus(sum_of(&p->quoted.from), sum_of(&p->sent.from)));
		delta = plus(delta, minus(sum_of(&p->quoted.to), sum_of(&p->sent.to)));
	}
	for (size_t i = is_echo(p) ? 4 : 0; i < (is_echo(p) ? 6 : 4); i += 2)
		delta = plus(delta, minus(word(p->quoted_l4, i), word(p->sent_l4, i)));
	return delta;
}

/* The key of what the probe carries. */
static bool has_payload(const struct pair *p)
{
	const struct span sent = request_payload_key(p->payload, span_tail(p->sent_l4, UDP_SIZE));
	const struct span quoted = request_payload_key(p->payload, span_tail(p->quoted_l4, UDP_SIZE));

	return sent.len >= PAYLOAD_KEY && quoted.len == sent.len && memcmp(sent.at, quoted.at, sent.len) == 0;
}

static bool is_proven(const struct pair *p)
{
	const bool is_four = p->sent.from.family == 4;
	const bool has_sum = is_zero(sum_delta(p));
	const bool has_tag = is_four && p->sent.tag == p->quoted.tag;

	if (p->sent.protocol == PROTOCOL_TCP)
		return memcmp(p->sent_l4.at + 4, p->quoted_l4.at + 4, 4) == 0;
	if (p->sent.protocol == PROTOCOL_UDP)
		return (has_tag && has_sum) || ((has_tag || !is_four) && has_payload(p));
	if (memcmp(p->sent_l4.at + 4, p->quoted_l4.at + 4, 4) == 0)
		return true;
	return has_tag && has_sum && word(p->sent_l4, 6) == word(p->quoted_l4, 6);
}

static uint16_t mss_of(struct span l4)
{
	const size_t at = TCP_SIZE;

	if (l4.len < TCP_SIZE + MSS_SIZE || l4.at[at] != OPTION_MSS || l4.at[at + 1] != MSS_SIZE)
		return 0;
	return word(l4, TCP_SIZE + 2);
}

static unsigned bit(unsigned field, bool differs)
{
	return differs ? field : 0;
}

static void compare_headers(const struct pair *p, struct quote_changes *c)
{
	const struct ip_header *sent = &p->sent, *quoted = &p->quoted;

	c->dscp = quoted->tos >> 2;
	c->ecn = quoted->tos & 3;
	c->length = (uint16_t)quoted->total_size;
	c->label = sent->from.family == 6 ? quoted->tag : 0;
	c->fields |= bit(QUOTE_FROM, !addr_equal(&sent->from, &quoted->from));
	c->fields |= bit(QUOTE_TO, !addr_equal(&sent->to, &quoted->to));
	c->fields |= bit(QUOTE_DSCP, sent->tos >> 2 != c->dscp);
	c->fields |= bit(QUOTE_ECN, (sent->tos & 3) != c->ecn);
	c->fields |= bit(QUOTE_LENGTH, sent->total_size != quoted->total_size);
	c->fields |= bit(QUOTE_LABEL, sent->from.family == 6 && sent->tag != quoted->tag);
}

static void compare_l4(const struct pair *p, struct quote_changes *c)
{
	const size_t first = is_echo(p) ? 4 : 0;

	c->from_port = word(p->quoted_l4, first);
	c->fields |= bit(QUOTE_FROM_PORT, word(p->sent_l4, first) != c->from_port);
	if (p->sent.protocol != PROTOCOL_TCP) {
		c->sum_delta = sum_delta(p);
		c->fields |= bit(QUOTE_SUM, !is_zero(c->sum_delta));
	}
	if (!is_echo(p))
		c->fields |= bit(QUOTE_TO_PORT, word(p->sent_l4, 2) != word(p->quoted_l4, 2));
	if (p->sent.protocol == PROTOCOL_TCP) {
		c->mss = mss_of(p->quoted_l4);
		c->fields |= bit(QUOTE_MSS, c->mss && c->mss != mss_of(p->sent_l4));
	}
}

bool quote_compare(struct span sent, enum payload_kind payload, const struct quote *q, struct quote_changes *changes)
{
	struct pair p = { .payload = payload };

	*changes = (struct quote_changes){ 0 };
	if (!ip_read(sent, &p.sent) || q->protocol != p.sent.protocol || !ip_read(q->packet, &p.quoted))
		return false;
	p.sent_l4 = span_tail(sent, ip_header_size(p.sent.from.family));
	p.quoted_l4 = span_head(span_tail(q->packet, (size_t)(q->l4 - q->packet.at)), p.sent_l4.len);
	if (p.sent_l4.len < QUOTE_L4_SIZE + PAYLOAD_KEY + 2 || p.sent.from.family != p.quoted.from.family ||
		p.quoted_l4.len < QUOTE_L4_SIZE || !is_proven(&p))
		return false;
	compare_headers(&p, changes);
	compare_l4(&p, changes);
	return true;
}
