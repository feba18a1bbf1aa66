/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "apply.h"
#include "auto_backend.h"
#include "backend.h"
#include "check.h"
#include "cli.h"
#include "cli_parse.h"
#include "common/standard_files.h"
#include "common/standard_output.h"
#include "common/version.h"
#include "config/config.h"
#include "deny_sets.h"
#include "keep.h"
#include "nft_backend.h"
#include "print.h"
#include "status.h"

enum { EXIT_USAGE = 2 };

/* The PATH of a service may lack the directories of iptables. */
static void widen_path(void)
{
	const char *path = getenv("PATH");
	char wide[4096];

	snprintf(wide, sizeof(wide), "%s%s/usr/sbin:/sbin", path ? path : "", path && *path ? ":" : "");
	setenv("PATH", wide, 1);
}

/* The default is both families, as far as the kernel has them. */
static void drop_missing_family(struct cli *c)
{
	if (c->operation == PRINT || c->only4 || c->only6 || backend_has_ipv6())
		return;
	fprintf(stderr, "uturn-rules: this kernel runs without IPv6: only IPv4\n");
	c->only4 = true;
}

static bool does_apply(const struct cli *c)
{
	return c->operation == APPLY || c->operation == KEEP;
}

static int run_operation(const struct cli *c, int argc, char **argv)
{
	if (c->backend == BACKEND_NFTABLES)
		return c->operation == KEEP ? keep_run(c, argc, argv) : nft_backend_run(c);
	if (does_apply(c) && nft_backend_is_in_use())
		return EXIT_FAILURE;
	switch (c->operation) {
	case PRINT:
		return print_run(c);
	case APPLY:
		return apply_run(c);
	case KEEP:
		return keep_run(c, argc, argv);
	case REMOVE:
		return remove_run(c);
	case CHECK:
		return check_run(c);
	case STATUS:
		return status_run(c);
	case OPERATION_NONE:
		break;
	}
	return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
	struct cli c;
	char why[1024], words[CONFIG_TTL_WORDS_SIZE];

	switch (cli_parse(&c, argc, argv, why, sizeof(why))) {
	case CLI_HELP:
		cli_help();
		return EXIT_SUCCESS;
	case CLI_VERSION:
		puts("uturn-rules " UTURN_VERSION);
		return EXIT_SUCCESS;
	case CLI_WRONG:
		fprintf(stderr, "uturn-rules: %s\n", why);
		return EXIT_USAGE;
	case CLI_RUN:
		break;
	}
	standard_files_open();
	widen_path();
	drop_missing_family(&c);
	auto_backend_choose(&c);
	if ((does_apply(&c) || c.operation == CHECK) && deny_sets_find(&c))
		return EXIT_FAILURE;
	if (does_apply(&c) && *config_ttl_words(c.plan.hops, words))
		fprintf(stderr, "uturn-rules: %s\n", words);
	return run_operation(&c, argc, argv);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (standard_output_close("uturn-rules"))
		return status;
	return status ? status : EXIT_FAILURE;
}
