/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <string.h>

#include "tests/sound.h"
#include "wire.h"

enum { NETWORKS = 512, CERTAIN = 8 };

static const uint64_t ms_ns = 1000000;

static struct network {
	uint8_t key[9];
	uint64_t rtt_ns, nat_ns, router_ns, accepted_s;
	uint64_t unanswered_s, checked_s;
	unsigned checks;
	uint8_t absorbs_from, nat_ttl, router_ttl;
	bool wants_option, was_accepted;
	uint32_t tag_key; /* 0: nothing has left yet */
	uint32_t sequence_key;
	bool has_sequence_key;
} networks[NETWORKS];
static unsigned count;
static unsigned number, engines;
static uint64_t drained_until_ns;

void known_begin(unsigned number_given, unsigned engines_given)
{
	count = 0;
	drained_until_ns = 0;
	number = number_given;
	engines = engines_given;
}

bool known_is_certain(void)
{
	return count <= CERTAIN;
}

static void key_of(const struct view *probe, uint8_t key[9])
{
	memset(key, 0, 9);
	key[0] = probe->is_four ? 4 : 6;
	memcpy(key + 1, probe->from, probe->is_four ? 4 : 8);
}

static struct network *find(const struct view *probe)
{
	uint8_t key[9];

	key_of(probe, key);
	for (unsigned i = 0; i < count; i++)
		if (memcmp(networks[i].key, key, sizeof(key)) == 0)
			return &networks[i];
	return NULL;
}

static uint64_t seconds(uint64_t ns)
{
	return ns / (1000 * ms_ns);
}

/* Of those that end in 16 zero bits it is not remembered that they were. */
static uint64_t second_of(uint64_t ns)
{
	return seconds(ns) % 65536 ? seconds(ns) : seconds(ns) + 1;
}

void known_meet(const struct view *probe, bool is_accepted, uint64_t now_ns)
{
	if (!find(probe)) {
		MUST(count < NETWORKS);
		networks[count] = (struct network){ 0 };
		key_of(probe, networks[count++].key);
	}
	if (!is_accepted)
		return;
	find(probe)->was_accepted = true;
	find(probe)->accepted_s = second_of(now_ns);
}

void known_drain(uint64_t until_ns)
{
	drained_until_ns = until_ns;
}

/* In whole seconds, of which the last 16 bits are remembered. */
bool known_is_drained(const struct view *probe, uint64_t now_ns)
{
	const struct network *n = find(probe);

	return now_ns < drained_until_ns &&
		(!n || !n->was_accepted || (second_of(now_ns) - n->accepted_s) % 65536 > 30);
}

/* So many tags each engine has. */
static uint32_t part_of_labels(bool is_four)
{
	return (is_four ? 65536 : 1048576) / engines;
}

bool known_is_ours(bool is_four, uint32_t tag)
{
	return tag / part_of_labels(is_four) == number;
}

uint32_t known_tag(const struct view *probe, uint32_t got)
{
	struct network *n = find(probe);
	uint32_t part = part_of_labels(probe->is_four), own = probe->tag % part, left = got % part;

	MUST(got != 0 && known_is_ours(probe->is_four, got));
	if (!n->tag_key)
		n->tag_key = left == own ? left : left ^ own;
	return number * part + (own == n->tag_key ? n->tag_key : own ^ n->tag_key);
}

uint32_t known_sequence(const struct view *probe, uint32_t got)
{
	struct network *n = find(probe);
	uint32_t sequence = be32(probe->l4 + 4);

	if (!n->has_sequence_key)
		n->sequence_key = got ^ sequence;
	n->has_sequence_key = true;
	return sequence ^ n->sequence_key;
}

/* Twice the last RTT, at least 0.3 s, or 25 ms where a check has arrived at that TTL; a second at most. */
static uint64_t after(const struct network *n, const struct view *probe, uint64_t now_ns)
{
	uint64_t least_ns = (n->absorbs_from && probe->ttl >= n->absorbs_from ? 25 : 300) * ms_ns;
	uint64_t wait_ns = n->rtt_ns / ms_ns * ms_ns * 2;

	if (wait_ns < least_ns)
		wait_ns = least_ns;
	if (wait_ns > 1000 * ms_ns)
		wait_ns = 1000 * ms_ns;
	return now_ns + wait_ns;
}

uint64_t known_check(const struct view *probe, uint64_t sent_ns)
{
	return after(find(probe), probe, sent_ns);
}

/* In whole seconds. */
static bool has_router(const struct network *n, uint64_t now_ns)
{
	return n->router_ttl && now_ns / (1000 * ms_ns) - n->router_ns / (1000 * ms_ns) < 30;
}

void known_router(const struct view *probe, uint64_t now_ns)
{
	struct network *n = find(probe);

	if (has_router(n, now_ns) && probe->ttl < n->router_ttl)
		return;
	n->router_ttl = probe->ttl;
	n->router_ns = now_ns;
}

uint64_t known_end(const struct view *probe, uint64_t checked_ns)
{
	const struct network *n = find(probe);

	if (has_router(n, checked_ns) && n->router_ttl > n->nat_ttl)
		return 0;
	if (!n->nat_ttl || probe->ttl <= n->nat_ttl || checked_ns / (1000 * ms_ns) - n->nat_ns / (1000 * ms_ns) >= 30)
		return 0;
	return after(n, probe, checked_ns);
}

void known_answered(const struct view *probe, uint64_t rtt_ns)
{
	find(probe)->rtt_ns = rtt_ns;
}

void known_check_arrived(const struct view *probe, bool has_option)
{
	find(probe)->checks = 0;
	find(probe)->absorbs_from = probe->ttl;
	find(probe)->wants_option = has_option;
}

void known_check_lost(const struct view *probe, bool has_option)
{
	find(probe)->wants_option = !probe->is_four && !has_option;
}

/* If the probe was large enough for a check with one. */
bool known_wants_option(const struct view *probe)
{
	return find(probe)->wants_option && probe->l4_len + probe->extensions >= 16;
}

static bool is_silent(const struct network *n, uint64_t now_ns)
{
	return n->checks >= 24 && seconds(now_ns) - n->unanswered_s >= 2;
}

bool known_may_check(const struct view *probe, uint64_t now_ns)
{
	const struct network *n = find(probe);

	return !is_silent(n, now_ns) || seconds(now_ns) - n->checked_s >= 30;
}

void known_checked(const struct view *probe, uint64_t now_ns)
{
	struct network *n = find(probe);

	if (n->checks == 0)
		n->unanswered_s = seconds(now_ns);
	if (is_silent(n, now_ns))
		n->checks = 21;
	if (n->checks < 255)
		n->checks++;
	n->checked_s = seconds(now_ns);
}

void known_check_expired(const struct view *probe)
{
	if (find(probe)->checks)
		find(probe)->checks--;
}

void known_nat(const struct view *probe, uint64_t now_ns)
{
	find(probe)->nat_ttl = probe->ttl;
	find(probe)->nat_ns = now_ns;
}
