/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "credit.h"

#include <string.h>

#include "wire.h"

enum { TAKEN = 128 };

static const uint64_t s_ns = 1000000000;

static struct {
	uint8_t network[16];
	uint64_t at_ns;
} taken[TAKEN]; /* the last probes that were not refused, the n-th at n % TAKEN */
static size_t count;
static bool was_changed;

void credit_begin(void)
{
	count = 0;
	was_changed = false;
}

void credit_change(void)
{
	was_changed = true;
}

void credit_check(const struct view *probe, uint32_t limit, uint64_t now_ns)
{
	size_t known = count < TAKEN ? count : TAKEN, bytes = probe->is_four ? 4 : 8;
	uint8_t network[16] = { [15] = probe->is_four ? 4 : 6 };
	uint32_t recent = 0;

	memcpy(network, probe->from, bytes);
	memcpy(taken[count % TAKEN].network, network, sizeof(network));
	taken[count++ % TAKEN].at_ns = now_ns;
	for (size_t i = 0; i < known; i++)
		recent += memcmp(taken[i].network, network, sizeof(network)) == 0 && taken[i].at_ns + s_ns > now_ns;
	MUST(was_changed || limit > TAKEN / 4 || recent <= 2 * limit + 1);
}
