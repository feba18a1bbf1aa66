/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "common/command.h"
#include "deny_sets.h"
#include "plan_write.h"

/* The types whose entries are addresses and nothing else, and the family of those that have but one. */
static const struct {
	const char *type;
	int family;
} types[] = {
	{ "hash:ip", 0 }, { "hash:net", 0 }, { "bitmap:ip", 4 },
	{ "list:set", 0 }, /* of sets of both families, if there are */
};

/* The value of a line "Key: value" of ipset, "" without one. */
static void value_of(const char *text, const char *key, char *value, size_t size)
{
	const char *at = strstr(text, key);

	value[0] = '\0';
	if (at)
		snprintf(value, size, "%.*s", (int)strcspn(at + strlen(key), "\n"), at + strlen(key));
}

int deny_sets_parse(struct plan_deny *set, const char *text, char *why, size_t why_size)
{
	char type[64], header[256];

	value_of(text, "\nType: ", type, sizeof(type));
	value_of(text, "\nHeader: ", header, sizeof(header));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i].type) != 0)
			continue;
		set->family = types[i].family;
		if (strncmp(header, "family inet6", strlen("family inet6")) == 0)
			set->family = 6;
		else if (strncmp(header, "family inet", strlen("family inet")) == 0)
			set->family = 4;
		return 0;
	}
	snprintf(why, why_size,
		"an ipset of type %s, whose entries are not just addresses (hash:ip, hash:net, bitmap:ip or list:set)",
		type);
	return -1;
}

static const char *remedy_for(const char *error)
{
	if (strstr(error, "does not exist"))
		return " (create it first: ipset create NAME hash:net, for IPv6 with family inet6)";
	return strstr(error, "ermitted") || strstr(error, "ermission") ? " (needs root, or CAP_NET_ADMIN)" : "";
}

static int ask(struct plan_deny *set, char *why, size_t why_size)
{
	const char *const argv[] = { "ipset", "list", "-terse", set->name, NULL };
	struct command c;
	int err = command_run(&c, argv, "");

	if (err)
		snprintf(why, why_size, "ipset: %s (install ipset)", strerror(-err));
	else if (c.exit_code != 0)
		snprintf(why, why_size, "%.*s%s", (int)strcspn(c.err, "\n"), c.err, remedy_for(c.err));
	else
		err = deny_sets_parse(set, c.out, why, why_size);
	if (!err && c.exit_code != 0)
		err = -1;
	command_done(&c);
	return err;
}

/* A family without a set denies nobody: an error where it is the only one, and a warning otherwise. */
static int check_families(const struct cli *c)
{
	bool denies[2] = { plan_denies(&c->plan, 4), plan_denies(&c->plan, 6) };
	bool lacks[2] = { cli_wants(c, 4) && !denies[0], cli_wants(c, 6) && !denies[1] };

	if ((!lacks[0] || cli_wants(c, 6)) && (!lacks[1] || cli_wants(c, 4))) {
		for (int i = 0; i < 2; i++)
			if (lacks[i])
				fprintf(stderr,
					"uturn-rules: IPv%d: no set of --deny-set holds its addresses: no source is denied\n",
					i ? 6 : 4);
		return 0;
	}
	fprintf(stderr,
		"uturn-rules: --deny-set %s: an ipset of family inet%s, and these are rules for IPv%d only (name one of family inet%s)\n",
		c->plan.deny[0].name, lacks[0] ? "6" : "", lacks[0] ? 4 : 6, lacks[0] ? "" : "6");
	return -1;
}

int deny_sets_find(struct cli *c)
{
	char why[512];

	if (c->backend == BACKEND_NFTABLES)
		return 0; /* apply makes them */
	for (unsigned i = 0; i < PLAN_DENY_SETS && *c->plan.deny[i].name; i++) {
		struct plan_deny *set = &c->plan.deny[i];

		if (!ask(set, why, sizeof(why)))
			continue;
		fprintf(stderr, "uturn-rules: --deny-set %s: %s\n", set->name, why);
		return -1;
	}
	return *c->plan.deny[0].name ? check_families(c) : 0;
}
