/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fakenet: a command in a network that does not exist: routers behind a tun
 * device in a namespace. See README.md in this folder.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "packet/ip.h"
#include "tests/fakenet/network.h"
#include "tests/fakenet/serve.h"
#include "tests/fakenet/truth.h"
#include "tests/fakenet/world.h"

enum { TEXT_MOST = 65536, FAILED = 125 };

struct options {
	uint64_t seed;
	struct truth_probe probe;
	const char *protocol, *truth;
	char text[TEXT_MOST];
};

static int usage(void)
{
	fputs("usage: fakenet [-6] [-p udp|tcp|icmp] [-q TOS] [-s SEED] [-t FILE] FILE|-e TEXT [COMMAND [ARGUMENT ...]]\n"
	      "without a command: prints what is so in the network of FILE\n",
		stderr);
	return FAILED;
}

static bool read_text(struct options *o, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t len;

	if (!file) {
		perror(path);
		return false;
	}
	len = fread(o->text, 1, sizeof(o->text) - 1, file);
	o->text[len] = '\0';
	fclose(file);
	return true;
}

static bool take_option(struct options *o, int key)
{
	switch (key) {
	case '6':
		o->probe.family = 6;
		return true;
	case 'p':
		o->protocol = optarg;
		return strcmp(optarg, "udp") == 0 || strcmp(optarg, "tcp") == 0 || strcmp(optarg, "icmp") == 0;
	case 'q':
		o->probe.tos = (uint8_t)strtoul(optarg, NULL, 0);
		return true;
	case 's':
		o->seed = strtoull(optarg, NULL, 0);
		return true;
	case 't':
		o->truth = optarg;
		return true;
	case 'e':
		snprintf(o->text, sizeof(o->text), "%s", optarg);
		return true;
	default:
		return false;
	}
}

static bool print_truth(const struct options *o, const struct network *n, const char *path)
{
	FILE *file = path ? fopen(path, "w") : stdout;

	if (!file) {
		perror(path);
		return false;
	}
	truth_print(file, n, &o->probe);
	return !path || fclose(file) == 0;
}

static int run(const struct options *o, struct network *n, char *const *command)
{
	char why[256];
	int tun;

	if (o->truth && !print_truth(o, n, o->truth))
		return FAILED;
	if (!command[0])
		return o->truth || print_truth(o, n, NULL) ? 0 : FAILED;
	tun = world_open(n, why, sizeof(why));
	if (tun < 0) {
		fprintf(stderr, "fakenet: %s\n", why);
		return FAILED;
	}
	network_seed(n, o->seed, clock_ns(CLOCK_MONOTONIC));
	return serve_command(n, tun, command, -1);
}

int main(int argc, char **argv)
{
	static struct options o = { .seed = 1, .probe = { 4, PROTOCOL_UDP, 0 }, .protocol = "udp" };
	static struct network n;
	char why[512];
	int key;

	while ((key = getopt(argc, argv, "+6p:q:s:t:e:")) != -1)
		if (!take_option(&o, key))
			return usage();
	o.probe.protocol = *o.protocol == 'u' ? PROTOCOL_UDP
		: *o.protocol == 't'          ? PROTOCOL_TCP
					      : ip_icmp_protocol(o.probe.family);
	if (!*o.text && (optind == argc || !read_text(&o, argv[optind++])))
		return optind > argc || argc < 2 ? usage() : FAILED;
	if (!network_parse(&n, o.text, why, sizeof(why))) {
		fprintf(stderr, "fakenet: %s\n", why);
		return FAILED;
	}
	return run(&o, &n, argv + optind);
}
