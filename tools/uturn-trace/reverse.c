/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reverse.h"

#include "packet/icmp.h"
#include "packet/ip.h"

static bool is_target(const struct reverse *r, const struct addr *a)
{
	for (unsigned i = 0; i < r->alias_count; i++)
		if (addr_equal(&r->aliases[i], a))
			return true;
	return addr_equal(&r->aim->target, a);
}

/* The distance that a TTL says is certain where the target itself quotes it, not a router that refuses. */
static void learn_distance(struct reverse *r, const struct sent_probe *p, const struct answer *a)
{
	if (!r->distance && p->ttl == SEARCH_FAR_HOP && a->form == ANSWER_IS_UNREACHABLE && a->ttl_left > 1 &&
		a->ttl_left <= p->ttl && addr_equal(&r->aim->target, &a->from))
		r->distance = (uint8_t)(p->ttl - a->ttl_left + 1);
}

/*
 * A u-turn host sends back less TTL than the probe had, and lets in all that
 * arrives with up to 6 (uturn-rules(8)): who replies to that with more has none.
 */
static void learn_kernel(struct reverse *r, const struct sent_probe *p, const struct answer *a)
{
	const unsigned most = r->distance ? r->distance + 5u : SEARCH_FAR_HOP - 1;

	if (a->form != ANSWER_IS_REPLY || !a->ttl_received || p->is_udp || p->ttl >= SEARCH_FAR_HOP)
		return;
	r->has_sent_back |= a->ttl_received <= p->ttl;
	r->answers_itself |= a->ttl_received > p->ttl && p->ttl <= most;
}

/* The target has quoted that this flow has more hops than the first. */
static bool is_longer(const struct reverse *r, unsigned flow)
{
	return r->longer[flow / 8] >> flow % 8 & 1;
}

/*
 * Who says Time Exceeded at the target's distance may be the target, whichever
 * address it uses, or a router of a flow that is longer. Where it quotes that is known,
 * and no host turns a neutral probe (packet/neutral.h). False: it is not known
 * yet, and will have to be asked again.
 */
static bool learn_alias(struct reverse *r, const struct sent_probe *p, const struct answer *a)
{
	const bool is_quoted = aim_is_quoted(r->aim);
	const bool is_router = is_quoted ? p->is_neutral || is_longer(r, p->flow) : r->answers_itself;

	if (a->form != ANSWER_IS_EXPIRED || !r->distance || p->hop != r->distance || p->ttl != p->hop || is_router ||
		is_target(r, &a->from))
		return true;
	if (!is_quoted && !r->has_sent_back)
		return false;
	if (r->alias_count < REVERSE_ALIASES)
		r->aliases[r->alias_count++] = a->from;
	return true;
}

/*
 * A trial arrives with TTL 2, where a u-turn host sends it to the first router of
 * the return path; or with 1 where nothing is quoted. False: of the forward path it
 * says nothing.
 */
static bool read_trial(struct reverse *r, const struct answer *a)
{
	const bool is_of_target = is_target(r, &a->from);
	const bool is_kernel = a->form == ANSWER_IS_UNREACHABLE && is_of_target &&
		(r->has_no_quotes || a->ttl_left > 1);

	r->refused += is_kernel;
	r->has_trial_turned |= !is_kernel;
	return is_kernel || (r->has_no_quotes && is_of_target);
}

/* A firewall may drop datagrams to closed ports, and the u-turn in front of it is all that answers. */
static void learn_firewall(struct reverse *r, const struct sent_probe *p, const struct answer *a)
{
	if (r->aim->protocol != PROTOCOL_UDP || p->is_trial || !addr_equal(&r->aim->target, &a->from))
		return;
	r->is_kernel_heard |= p->is_neutral && a->form == ANSWER_IS_UNREACHABLE;
	if (!p->is_neutral && !r->is_kernel_heard && a->form == ANSWER_IS_EXPIRED)
		r->needs_turning = r->has_trial_turned = true;
}

/* What arrived says so: not only the target's addresses, but nothing that a router between would send. */
static bool read_there(struct reverse *r, const struct sent_probe *p, const struct answer *a, struct search_answer *out)
{
	const bool is_far = p->ttl != p->hop;

	learn_distance(r, p, a);
	learn_kernel(r, p, a);
	learn_firewall(r, p, a);
	if (p->id == SEARCH_NONE || (p->is_trial && !read_trial(r, a)) || !learn_alias(r, p, a))
		return false;
	/* behind the distance only a u-turn host brings other routers, and those are of the return path */
	if (r->distance && p->hop > r->distance && !aim_is_quoted(r->aim) && a->form == ANSWER_IS_EXPIRED &&
		!r->answers_itself)
		return false;
	/* sent back by a u-turn host: it says nothing of where the forward path ends */
	if (r->has_sent_back && a->form == ANSWER_IS_REPLY && a->ttl_received <= p->ttl && p->ttl < SEARCH_FAR_HOP)
		return false;
	/* a reply quotes nothing: at which hop this flow ends only a probe with the TTL of the hop tells */
	if (is_far && a->form == ANSWER_IS_REPLY && r->answers_itself)
		return false;
	if (is_far && a->form == ANSWER_IS_UNREACHABLE && a->ttl_left && is_target(r, &a->from)) {
		const int distance = p->ttl - a->ttl_left + 1;

		if (distance > p->hop)
			r->longer[p->flow / 8] |= (uint8_t)(1 << p->flow % 8);
		if (distance < 1 || distance > p->hop)
			return false; /* this flow is longer: it is asked again, with the TTL of the hop */
		out->ttl_left = (uint8_t)(p->hop - distance + 1);
	}
	if (is_target(r, &a->from)) {
		out->addr = r->aim->target;
		out->kind = SEARCH_REACHED;
	} else if (a->form == ANSWER_IS_UNREACHABLE) {
		out->kind = SEARCH_UNREACHABLE;
	}
	return true;
}

/*
 * A reply that was sent back for a probe with hop h left with TTL h (of what
 * arrived with h + 1), and has no more now; a kernel's own begins at 64 or more.
 * The Port Unreachable that ends a return path quotes a probe that had expired.
 */
static bool has_turned(const struct reverse *r, const struct sent_probe *p, const struct answer *a)
{
	if (r->has_no_quotes && a->form == ANSWER_IS_UNREACHABLE)
		return r->turned != 0; /* behind a router of the return path; else it is the kernel's own */
	if (a->form == ANSWER_IS_REPLY)
		return a->ttl_received && a->ttl_received <= p->hop;
	return a->form == ANSWER_IS_RETURN || a->ttl_left <= 1;
}

static bool read_back(struct reverse *r, const struct sent_probe *p, const struct answer *a, struct search_answer *out)
{
	learn_kernel(r, p, a);
	/* where nothing is turned, it is the forward path of a flow that is longer */
	if (p->id == SEARCH_NONE || (r->answers_itself && a->form == ANSWER_IS_EXPIRED))
		return false;
	if (!is_target(r, &a->from) && a->form != ANSWER_IS_RETURN) {
		r->turned++;
		if (a->form == ANSWER_IS_UNREACHABLE)
			out->kind = SEARCH_UNREACHABLE;
		return true;
	}
	if (a->form == ANSWER_IS_EXPIRED) {
		if (!a->interface.family)
			return false; /* this flow is longer than was thought */
		r->turned++; /* `answer-from self` of uturnd.conf(5): the router's name is in the extension */
		out->addr = a->interface;
		return true;
	}
	if (!has_turned(r, p, a)) {
		r->refused++;
		return false;
	}
	r->turned++;
	out->addr = r->aim->source;
	out->kind = SEARCH_REACHED;
	out->ttl_left = SEARCH_TTL_UNKNOWN;
	return true;
}

/* Nobody but the host that a probe was for says that it has no such port, or protocol. */
static bool is_of_end(const struct reverse *r, const struct answer *a)
{
	const bool is_refused = a->from.family == 4
		? a->type == ICMP_UNREACHABLE4 &&
			(a->code == ICMP_PROTOCOL_UNREACHABLE4 || a->code == ICMP_PORT_UNREACHABLE4)
		: (a->type == ICMP_UNREACHABLE6 && a->code == ICMP_PORT_UNREACHABLE6) ||
			(a->type == ICMP_PARAMETER_PROBLEM6 && a->code == ICMP_UNKNOWN_NEXT_HEADER6);

	return a->form == ANSWER_IS_REPLY || (a->form == ANSWER_IS_UNREACHABLE && is_refused) ||
		addr_equal(&a->from, &r->outside);
}

/* The server's probe ends at this host as the server sees it: behind a NAT box that has another address. */
static bool read_request(struct reverse *r, const struct sent_probe *p, const struct answer *a,
	struct search_answer *out)
{
	r->is_no_server |= a->is_echo && !r->is_server;
	r->is_server |= !a->is_echo;
	if (a->form == ANSWER_IS_STATUS)
		return false;
	r->has_no_kinds |= a->form == ANSWER_IS_EXPIRED && !a->type;
	if (p->ttl == SEARCH_FAR_HOP && !a->type)
		r->outside = a->from;
	if (p->id == SEARCH_NONE)
		return false;
	if (is_of_end(r, a)) {
		out->addr = r->aim->source;
		out->kind = SEARCH_REACHED;
	} else if (a->form == ANSWER_IS_UNREACHABLE) {
		out->kind = SEARCH_UNREACHABLE;
	}
	return true;
}

static bool is_trial(const struct reverse *r, const struct search_probe *p)
{
	return p->flow && p->flow <= r->trials_wanted && p->attempt == 1;
}

void reverse_prepare(struct reverse *r, unsigned distance, const struct search_probe *p, struct sent_probe *out)
{
	const bool is_there = distance && p->hop == distance;
	/* the first attempt was something else */
	const bool is_second = p->flow ? p->flow <= r->trials_wanted : !aim_is_quoted(r->aim);
	const bool has_no_quote = r->has_no_quotes ||
		(!aim_is_quoted(r->aim) && (r->answers_itself || (!p->flow && p->attempt == 1)));

	out->ttl = p->ttl;
	out->is_neutral = r->is_kernel_heard || (!r->needs_turning && (distance || p->attempt == 1));
	if (!out->is_neutral)
		return;
	if (is_there && is_trial(r, p)) {
		r->trials |= 1u << p->flow;
		r->trial_ns = p->sent_ns;
		out->is_trial = true;
		out->is_neutral = false;
		out->ttl = (uint8_t)(p->ttl + !r->has_no_quotes);
	} else if (is_there && !has_no_quote && p->attempt <= 1 + is_second) {
		out->ttl = SEARCH_FAR_HOP;
	}
}

enum reverse_verdict reverse_verdict(const struct reverse *r, uint64_t now_ns, uint64_t timeout_ns)
{
	const unsigned all = (2u << r->trials_wanted) - 2;

	if (r->answers_itself || (r->refused >= REVERSE_REFUSED && !r->turned))
		return REVERSE_NO_UTURN;
	if (r->has_trial_turned ||
		(r->trials == all && (r->refused >= r->trials_wanted || now_ns > r->trial_ns + timeout_ns)))
		return REVERSE_MAY_TURN;
	return REVERSE_OPEN;
}

bool reverse_read(struct reverse *r, const struct sent_probe *p, const struct answer *a, struct search_answer *out)
{
	*out = (struct search_answer){
		.addr = a->from,
		.kind = SEARCH_EXPIRED,
		.type = a->type,
		.code = a->code,
		.ttl_left = a->ttl_left,
		.ttl_received = a->ttl_received,
	};
	if (p->is_request)
		return read_request(r, p, a, out);
	return p->direction == THERE ? read_there(r, p, a, out) : read_back(r, p, a, out);
}
