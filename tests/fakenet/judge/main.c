/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uturn-trace in networks by chance, of all shapes, and what is wrong with what
 * it found: a line ok or not ok for each shape. Each run has a process and a
 * namespace of its own; its seed makes the same one again.
 */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "record/read_json.h"
#include "tests/fakenet/judge/judge.h"
#include "tests/fakenet/serve.h"
#include "tests/fakenet/world.h"

enum { RUNS = 10000, SHOWN = 5, LIMIT_S = 90 };

struct options {
	const char *program, *shape;
	uint64_t seed;
	unsigned runs, jobs;
	bool is_loud;
};

static struct network network;

/* Family, and where the shape has both raw and plain, take turns. */
static void make_plan(struct plan *p, const struct shape *shape, uint64_t seed)
{
	memset(p, 0, sizeof(*p));
	p->random = network_mix(seed);
	p->family = seed % 2 ? 6 : 4;
	p->is_plain = shape->is_plain_too && seed / 2 % 2;
	shape->make(p);
}

static void fail(struct verdict *v, const char *words)
{
	v->is_wrong = true;
	snprintf(v->words, sizeof(v->words), "%s", words);
}

static int trace(const struct options *o, const struct plan *p, int tun, int output)
{
	static const char *const protocols[] = { "--udp", "--tcp", "--icmp" };
	char tos[8];
	const char *command[] = { o->program, "--no-resolve", "--format", "json", "--tos", tos, protocols[p->protocol],
		p->family == 4 ? "203.0.113.80" : "2001:db8:80::80", NULL, NULL, NULL, NULL };
	unsigned count = 0;

	while (command[count])
		count++;
	if (p->is_plain)
		command[count++] = "--plain";
	if (p->wants_mtu)
		command[count++] = "--mtu";
	if (p->wants_fields)
		command[count++] = "--fields";
	if (p->wants_routers)
		command[count++] = "--routers";

	snprintf(tos, sizeof(tos), "%u", p->tos);
	alarm(LIMIT_S);
	return serve_command(&network, tun, (char *const *)(uintptr_t)command, output);
}

/* In a process of its own. */
static void run(const struct options *o, const struct plan *p, uint64_t seed, struct verdict *v)
{
	struct trace_record record;
	const int output = memfd_create("trace", 0);
	FILE *file = output < 0 ? NULL : fdopen(output, "r");
	char why[256];
	int tun, status;

	if (!file || !network_parse(&network, p->text, why, sizeof(why))) {
		fail(v, file ? why : "no file");
		return;
	}
	tun = world_open(&network, why, sizeof(why));
	if (tun < 0) {
		fail(v, why);
		return;
	}
	network_seed(&network, seed, clock_ns(CLOCK_MONOTONIC));
	status = trace(o, p, tun, output);
	rewind(file);
	trace_record_init(&record);
	if (read_json_file(&record, file, "trace", why, sizeof(why)))
		judge(&network, p, &record, status, v);
	else
		fail(v, why);
	v->is_run = true;
}

static void start(const struct options *o, const struct shape *shape, unsigned number, struct verdict *v)
{
	static struct plan p;

	if (fork() != 0)
		return;
	make_plan(&p, shape, o->seed + number);
	run(o, &p, o->seed + number, v);
	_exit(0);
}

/* The chance that so few are complete, if 95 % are. */
static double tail(unsigned complete, unsigned runs)
{
	double sum = 0;

	for (unsigned k = 0; k <= complete; k++)
		sum += exp(lgamma(runs + 1.0) - lgamma(k + 1.0) - lgamma(runs - k + 1.0) + k * log(0.95) +
			(runs - k) * log(0.05));
	return sum;
}

static void show(const struct options *o, const struct shape *shape, unsigned number, const struct verdict *v)
{
	static struct plan p;

	make_plan(&p, shape, o->seed + number);
	printf("# seed %" PRIu64 ": %s: %s\n", o->seed + number, v->is_wrong ? "wrong" : "incomplete", v->words);
	if (!o->is_loud)
		return;
	printf("# IPv%u, %s, %s, tos %u\n%s", p.family,
		p.protocol == PLAN_UDP           ? "udp"
			: p.protocol == PLAN_TCP ? "tcp"
						 : "icmp",
		p.is_plain ? "plain" : "raw", p.tos, p.text);
}

static int compare_seconds(const void *a, const void *b)
{
	const double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static bool report(const struct options *o, const struct shape *shape, const struct verdict *verdicts)
{
	static double seconds[RUNS], probes[RUNS];
	unsigned wrong = 0, complete = 0, shown = 0;
	bool is_ok;

	for (unsigned i = 0; i < o->runs; i++) {
		struct verdict v = verdicts[i];

		if (!v.is_run && !v.is_wrong)
			fail(&v, "ended before its end");
		wrong += v.is_wrong;
		complete += !v.is_wrong && v.is_complete;
		seconds[i] = v.seconds;
		probes[i] = v.probes;
		if ((v.is_wrong || !v.is_complete) && (shown++ < SHOWN || o->is_loud))
			show(o, shape, i, &v);
	}
	qsort(seconds, o->runs, sizeof(*seconds), compare_seconds);
	qsort(probes, o->runs, sizeof(*probes), compare_seconds);
	is_ok = !wrong && tail(complete, o->runs) > 0.001;
	printf("%s fakenet: %s: %u of %u complete, %u wrong; medians %.0f probes, %.2f s, at most %.1f s\n",
		is_ok ? "ok" : "not ok", shape->name, complete, o->runs, wrong, probes[o->runs / 2],
		seconds[o->runs / 2], seconds[o->runs - 1]);
	fflush(stdout);
	return is_ok;
}

static bool try_shape(const struct options *o, const struct shape *shape, struct verdict *verdicts)
{
	unsigned out = 0;

	memset(verdicts, 0, RUNS * sizeof(*verdicts));
	for (unsigned i = 0; i < o->runs; i++) {
		if (out == o->jobs && wait(NULL) > 0)
			out--;
		start(o, shape, i, &verdicts[i]);
		out++;
	}
	while (out-- && wait(NULL) > 0)
		;
	return report(o, shape, verdicts);
}

static int usage(void)
{
	fputs("usage: fakenet-judge [-v] [-j JOBS] [-n RUNS] [-s SEED] UTURN-TRACE [SHAPE]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct options o = { .seed = (uint64_t)time(NULL) * 1000, .runs = 4, .jobs = 4 };
	struct verdict *verdicts =
		mmap(NULL, RUNS * sizeof(*verdicts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool is_ok = true, is_any = false;
	int key;

	while ((key = getopt(argc, argv, "vj:n:s:")) != -1) {
		if (key == 'v')
			o.is_loud = true;
		else if (key == 'j')
			o.jobs = (unsigned)strtoul(optarg, NULL, 10);
		else if (key == 'n')
			o.runs = (unsigned)strtoul(optarg, NULL, 10);
		else if (key == 's')
			o.seed = strtoull(optarg, NULL, 10);
		else
			return usage();
	}
	if (optind == argc || !o.runs || o.runs > RUNS || !o.jobs || verdicts == MAP_FAILED)
		return usage();
	o.program = argv[optind];
	o.shape = argv[optind + 1];
	printf("# seed %" PRIu64 "\n", o.seed);
	for (size_t i = 0; i < shape_count; i++) {
		if (o.shape && strcmp(o.shape, shapes[i].name) != 0)
			continue;
		is_any = true;
		is_ok &= try_shape(&o, &shapes[i], verdicts);
	}
	return is_any ? !is_ok : usage();
}
