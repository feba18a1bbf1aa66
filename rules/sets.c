/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/command.h"
#include "plan_state.h"
#include "sets.h"

/* nf_tables releases the set of a deleted rule some time after the transaction. */
enum { SWEEP_TRIES = 40, SWEEP_PAUSE_NS = 50 * 1000 * 1000 };

/* Returns 0, or a negative errno with why; -ENOENT where there is no ipset. */
static int run(const char *const argv[], const char *input, char **out, char *why, size_t why_size)
{
	struct command c;
	int err = command_run(&c, argv, input);

	if (err)
		snprintf(why, why_size, "ipset: %s (install ipset, or --state recent)", strerror(-err));
	else if (c.exit_code != 0)
		snprintf(why, why_size, "%.*s", (int)strcspn(c.err, "\n"), c.err);
	else if (out) {
		*out = c.out;
		c.out = NULL;
	}
	if (!err && c.exit_code != 0)
		err = -EINVAL;
	command_done(&c);
	return err;
}

static int restore(const char *text, char *why, size_t why_size)
{
	static const char *const argv[] = { "ipset", "restore", "-exist", NULL };

	return run(argv, text, NULL, why, why_size);
}

static char *plan_text(const struct plan *p, int family)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	plan_write_sets(p, family, out);
	fclose(out);
	return text;
}

/* Frees text, which may be NULL (out of memory) or empty (nothing to do). */
static int restore_once(char *text, char *why, size_t why_size)
{
	int err;

	if (!text) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	err = *text ? restore(text, why, why_size) : 0;
	free(text);
	return err;
}

int sets_make(const struct plan *p, int family, char *why, size_t why_size)
{
	return restore_once(plan_text(p, family), why, why_size);
}

/* "uturn-hop007" is IPv4's, "uturn-hop007-6" IPv6's; other names are not ours. */
static unsigned hop_of(const char *name, int family)
{
	unsigned hop = 0;
	int len = 0;

	if (sscanf(name, "uturn-hop%3u%n", &hop, &len) != 1)
		return 0;
	return strcmp(name + len, family == 6 ? "-6" : "") == 0 ? hop : 0;
}

static bool is_planned(const struct plan *p, unsigned hop)
{
	return p && p->state == PLAN_IPSET && hop <= p->hops && hop % PLAN_BLOCK == 1;
}

static char *stale_text(const struct plan *p, int family, char *names)
{
	char *text = NULL, *save = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (char *name = strtok_r(names, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		unsigned hop = hop_of(name, family);

		if (hop > 0 && !is_planned(p, hop))
			fprintf(out, "destroy %s\n", name);
	}
	fclose(out);
	return text;
}

static int sweep_once(const struct plan *p, int family, char *why, size_t why_size)
{
	static const char *const argv[] = { "ipset", "list", "-n", NULL };
	char *names, *text;
	int err = run(argv, "", &names, why, why_size);

	if (err)
		return err;
	text = stale_text(p, family, names);
	free(names);
	return restore_once(text, why, why_size);
}

int sets_sweep(const struct plan *p, int family, char *why, size_t why_size)
{
	static const struct timespec pause = { .tv_nsec = SWEEP_PAUSE_NS };
	int err = 0;

	/* running ipset would load the module, and remove must leave nothing behind */
	if (access("/sys/module/ip_set", F_OK) < 0)
		return 0;
	for (int i = 0; i < SWEEP_TRIES; i++) {
		err = sweep_once(p, family, why, why_size);
		if (err == -ENOENT) /* no ipset, no sets */
			return 0;
		if (!err || !strstr(why, "in use"))
			return err;
		nanosleep(&pause, NULL);
	}
	return err;
}
