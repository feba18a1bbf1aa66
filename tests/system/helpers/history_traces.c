/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces for uturn-history as uturnctl traces -f --json prints them: so many prefixes,
 * so many traces a day of each, so many days, until now or another time. Balancers with two
 * to four ways, two uplinks, a delay that goes up and down, and four times
 * a year a prefix is reached by another router from then on. What changed is said on standard
 * error, a line each: seconds, prefix, hop.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { HOPS_LEAST = 8, HOPS_MORE = 6, CHANGES_A_YEAR = 4, DAY = 86400 };

static uint64_t state = 88172645463325252;

static unsigned chance(unsigned of)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 20) % of);
}

/* The same for the same arguments. */
static unsigned fixed(unsigned prefix, unsigned what, unsigned of)
{
	uint64_t x = (prefix * 2654435761u + what * 40503u) | 1;

	x ^= x << 25;
	x *= 0x2545f4914f6cdd1d;
	return (unsigned)((x >> 33) % of);
}

static unsigned hops_of(unsigned prefix)
{
	return HOPS_LEAST + fixed(prefix, 1, HOPS_MORE);
}

/* Members of the balancer at this hop, 1: none. */
static unsigned ways(unsigned prefix, unsigned hop)
{
	return hop == 3 || hop == 5 ? 2 + fixed(prefix, hop, 3) : 1;
}

static void print_router(unsigned prefix, unsigned hop, unsigned way, unsigned epoch, unsigned us)
{
	const unsigned uplink = fixed(prefix, 99, 2);

	/* the first hops are shared by many prefixes */
	if (hop <= 2)
		printf("{\"router\":\"10.0.%u.%u\",\"rtts_ms\":[%u.%03u]}", uplink, hop, us / 1000, us % 1000);
	else if (hop <= 5)
		printf("{\"router\":\"10.%u.%u.%u\",\"rtts_ms\":[%u.%03u]}", 1 + hop, fixed(prefix, 50 + hop, 40),
			1 + way, us / 1000, us % 1000);
	else
		printf("{\"router\":\"100.%u.%u.%u\",\"rtts_ms\":[%u.%03u]}", 64 + hop, prefix >> 8 & 255,
			(prefix + 17 * epoch) & 255, us / 1000, us % 1000);
}

static void print_trace(unsigned prefix, int64_t ms, unsigned id, unsigned changed, unsigned epoch)
{
	const unsigned hops = hops_of(prefix);
	const char *separator = "";

	printf("{\"id\":%u,\"time\":%lld.%03lld,\"prober\":\"%u.%u.%u.%u\",\"target\":\"198.51.100.1\",\"frontend\":\"uturn\","
	       "\"protocol\":\"udp\",\"seconds\":1.%03u,\"probes\":%u,\"hops_answered\":%u,\"hops_silent\":0,\"end\":\"arrived\",\"hops\":[",
		id, (long long)(ms / 1000), (long long)(ms % 1000), 20 + (prefix >> 16), prefix >> 8 & 255,
		prefix & 255, 1 + chance(250), chance(1000), 3 * hops, hops);
	for (unsigned hop = 1; hop <= hops; hop++) {
		const unsigned base = 300 + 700 * hop * (1 + fixed(prefix, 7, 8)) + (unsigned)(ms / 3600000 % 24) * 20;

		/* one of 40 hops is silent */
		printf("%s{\"ttl\":%u,\"routers\":[", separator, hop);
		if (hop == hops || chance(40)) {
			const unsigned way = chance(ways(prefix, hop));

			print_router(prefix, hop, way, hop == changed ? epoch : 0, base + chance(base / 10));
			if (ways(prefix, hop) > 1 && chance(2)) {
				putchar(',');
				print_router(prefix, hop, (way + 1) % ways(prefix, hop), 0, base + chance(base / 10));
			}
		}
		fputs("]}", stdout);
		separator = ",";
	}
	puts("]}");
}

int main(int argc, char **argv)
{
	const unsigned prefixes = argc > 1 ? (unsigned)atoi(argv[1]) : 1000,
		       daily = argc > 2 ? (unsigned)atoi(argv[2]) : 20;
	const unsigned days = argc > 3 ? (unsigned)atoi(argv[3]) : 365;
	const int64_t until = argc > 4 ? atoll(argv[4]) : (int64_t)time(NULL), begin = until - (int64_t)days * DAY;
	const int64_t step_ms = DAY * INT64_C(1000) / daily;
	unsigned *epochs = calloc(prefixes, sizeof(*epochs));
	unsigned id = 0;

	if (!epochs || !daily)
		return 1;
	for (int64_t round = 0; round < (int64_t)days * daily; round++) {
		for (unsigned prefix = 0; prefix < prefixes; prefix++) {
			const int64_t ms = begin * 1000 + round * step_ms + (int64_t)prefix * step_ms / prefixes;
			const unsigned hop = 6 + fixed(prefix, 31, hops_of(prefix) - 6);

			if (!chance(365 * daily / CHANGES_A_YEAR)) {
				epochs[prefix]++;
				fprintf(stderr, "%lld %u.%u.%u.0/24 %u\n", (long long)(ms / 1000), 20 + (prefix >> 16),
					prefix >> 8 & 255, prefix & 255, hop);
			}
			print_trace(prefix, ms, ++id, hop, epochs[prefix]);
		}
	}
	free(epochs);
	return 0;
}
