/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "config/config_verdict.h"
#include "errors.h"
#include "packet/special.h"
#include "spoof_message.h"
#include "spoof_verdict.h"

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "listen", no_argument, NULL, 'l' }, "", "on the other host: report what arrives, until ^C" },
	{ { "count", required_argument, NULL, 'c' }, " N", "with --listen: exit after N tests" },
	{ { "port", required_argument, NULL, 'p' }, " N", "UDP port of the listener (30068)" },
	{ { "from", required_argument, NULL, 'f' }, " ADDR",
		"the foreign source address, such as a router of the return path" },
	{ { "ipv4", no_argument, NULL, '4' }, "", "IPv4 only" },
	{ { "ipv6", no_argument, NULL, '6' }, "", "IPv6 only" },
	{ { "save", optional_argument, NULL, 'w' }, "[=FILE]", "save the verdict for 'answer-from auto'" },
	{ { "json", no_argument, NULL, 'j' }, "", "one JSON object a line" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void help_print(void)
{
	char left[40];

	puts("usage: uturnctl spoof-check [-4|-6] [-jw] [-f ADDR] [-p PORT] HOST\n"
	     "       uturnctl spoof-check --listen [-4|-6] [-j] [-c N] [-p PORT]\n"
	     "Source-address validation (BCP 38) test: do packets with a foreign source address\n"
	     "arrive at HOST, where the listener runs?\n");
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(left, sizeof(left), "-%c, --%s%s", rows[i].option.val, rows[i].option.name, rows[i].value);
		printf("  %-20s %s\n", left, rows[i].help);
	}
	printf("\nExit status: %d they arrive, %d they do not, %d cannot tell. Manual: uturnctl-spoof-check(8).\n",
		SPOOF_ROUTER, SPOOF_SELF, SPOOF_UNKNOWN);
}

static bool number_between(const char *text, unsigned long low, unsigned long high, unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *value >= low && *value <= high;
}

static bool wrong(const char *option, const char *value, const char *wanted)
{
	errors_print("spoof-check: --%s: '%s' is not a %s", option, value, wanted);
	return false;
}

static bool take_option(struct spoof_options *o, int letter, bool *is_listen)
{
	unsigned long port = 0;

	switch (letter) {
	case 'l':
		*is_listen = true;
		return true;
	case 'c':
		return number_between(optarg, 1, 1000000, &o->count) ||
			wrong("count", optarg, "number between 1 and 1000000");
	case 'p':
		if (!number_between(optarg, 1, 65535, &port))
			return wrong("port", optarg, "number between 1 and 65535");
		o->port = (uint16_t)port;
		return true;
	case 'f':
		return (addr_parse(optarg, &o->from) && addr_is_unicast_host(&o->from)) ||
			wrong("from", optarg, "unicast host address");
	case '4':
	case '6':
		o->family = (uint8_t)(letter - '0');
		return true;
	case 'w':
		o->save = optarg ? optarg : config_verdict_path;
		return true;
	case 'j':
		o->is_json = true;
		return true;
	default:
		errors_print("see uturnctl spoof-check --help");
		return false;
	}
}

/* Options and arguments that exclude each other; NULL where all is well. */
static const char *conflict(const struct spoof_options *o, bool is_listen, int arguments)
{
	if (is_listen && arguments)
		return "--listen takes no host";
	if (is_listen && (o->save || o->from.family))
		return "--save and --from cannot be used with --listen";
	if (is_listen)
		return NULL;
	if (arguments != 1)
		return arguments ? "expected exactly one host"
				 : "a host is missing: the one where `uturnctl spoof-check --listen` runs";
	if (o->count)
		return "--count needs --listen";
	if (o->from.family && o->family && o->from.family != o->family)
		return "--from is not an address of the family of -4 or -6";
	return NULL;
}

bool spoof_options_parse(int argc, char **argv, struct spoof_options *o, int *status)
{
	static char name[] = "uturnctl: spoof-check"; /* what getopt_long() puts before its errors */
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	bool is_listen = false;
	const char *why;
	int c;

	argv[0] = name;
	*status = SPOOF_UNKNOWN;
	o->port = SPOOF_PORT;
	for (size_t i = 0; i < ROWS; i++)
		options[i] = rows[i].option;
	optind = 0; /* restart: main() has read what stands before the command */
	while ((c = getopt_long(argc, argv, "lc:p:f:46wjh", options, NULL)) != -1) {
		if (c == 'h') {
			help_print();
			*status = EXIT_SUCCESS;
			return false;
		}
		if (!take_option(o, c, &is_listen))
			return false;
	}
	why = conflict(o, is_listen, argc - optind);
	if (why) {
		errors_print("spoof-check: %s: see uturnctl spoof-check --help", why);
		return false;
	}
	o->host = is_listen ? NULL : argv[optind];
	if (o->from.family)
		o->family = o->from.family;
	return true;
}
