/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "paced.h"

#include <string.h>

#include "wire.h"

enum { MOST = 1024 };

static const uint64_t s_ns = 1000000000;

static struct {
	uint8_t prober[16], target[16], ttl;
	uint64_t at_ns;
} taken[MOST];
static unsigned count, expired;
static uint64_t spent_ns[MOST], expired_ns; /* when a router may have spent an answer; the last silence */
static unsigned spent;

void paced_begin(void)
{
	count = spent = expired = 0;
}

void paced_taken(const struct view *probe, uint64_t now_ns)
{
	MUST(count < MOST);
	memset(&taken[count], 0, sizeof(taken[count]));
	memcpy(taken[count].prober, probe->from, probe->address);
	memcpy(taken[count].target, probe->to, probe->address);
	taken[count].ttl = probe->ttl;
	taken[count++].at_ns = now_ns;
	if (probe->ttl > 1)
		paced_answered(now_ns);
}

void paced_answered(uint64_t now_ns)
{
	MUST(spent < MOST);
	spent_ns[spent++] = now_ns;
}

void paced_expired(uint64_t now_ns)
{
	expired++;
	expired_ns = now_ns;
}

static bool is_between_same(unsigned i, const struct view *v)
{
	return memcmp(taken[i].prober, v->from, v->address) == 0 && memcmp(taken[i].target, v->to, v->address) == 0;
}

/* Was this asked in the last 3 s, in the course of a trace that has begun? */
static bool is_repeat(const struct view *v, uint64_t now_ns)
{
	uint64_t begun_ns = UINT64_MAX;

	for (unsigned i = count; i-- > 0 && begun_ns == UINT64_MAX;)
		if (taken[i].ttl == 1 && is_between_same(i, v))
			begun_ns = taken[i].at_ns;
	for (unsigned i = count; i-- > 0;)
		if (taken[i].ttl == v->ttl && is_between_same(i, v))
			return taken[i].at_ns >= begun_ns && taken[i].at_ns + 3 * s_ns > now_ns;
	return false;
}

/* At least two silences not long ago; fewer than four of six answers left; and never a first query. */
void paced_check(const struct view *probe, uint64_t now_ns)
{
	unsigned recent = 0;

	for (unsigned i = 0; i < spent; i++)
		recent += spent_ns[i] + 6 * s_ns > now_ns;
	MUST(recent >= 3);
	MUST(expired >= 2 && expired_ns + 600 * s_ns > now_ns);
	MUST(probe->ttl > 1 && is_repeat(probe, now_ns));
}
