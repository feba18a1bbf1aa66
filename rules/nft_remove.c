/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_remove.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nft_lines.h"
#include "nft_plan.h"
#include "nft_plan_family.h"

static const char *name_of(const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "name"));

	return name ? name : "";
}

/* "ipv4", or what begins with "ipv4_"; the kernel takes any name, and one that is more than a word here is not ours. */
static bool is_of(const char *name, int family)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
	const char *prefix = nft_family(family)->name;
	size_t len = strlen(prefix);

	return strncmp(name, prefix, len) == 0 && (name[len] == '\0' || name[len] == '_') &&
		!name[strspn(name, characters)];
}

static bool has_chain(const json_t *all, const char *chain)
{
	const json_t *item, *o;
	size_t i;

	json_array_foreach(all, i, item) {
		o = json_object_get(item, "chain");
		if (o && strcmp(name_of(o), chain) == 0)
			return true;
	}
	return false;
}

/* Does the rule jump to a chain of the family? */
static bool leads_to(const json_t *rule, int family)
{
	const json_t *statement;
	size_t i;

	json_array_foreach(json_object_get(rule, "expr"), i, statement) {
		const char *target = NULL;

		if (json_unpack((json_t *)statement, "{s{ss}}", "jump", "target", &target) == 0 &&
			is_of(target, family))
			return true;
	}
	return false;
}

static void write_rules(const json_t *all, int family, FILE *out)
{
	const json_t *item, *rule;
	size_t i;

	json_array_foreach(all, i, item) {
		const char *chain;

		rule = json_object_get(item, "rule");
		chain = json_string_value(json_object_get(rule, "chain"));
		if (chain && strcmp(chain, "input") == 0 && leads_to(rule, family))
			fprintf(out, "delete rule inet uturn input handle %" JSON_INTEGER_FORMAT "\n",
				json_integer_value(json_object_get(rule, "handle")));
	}
}

/* verb: "flush" or "delete" */
static void write_each(const json_t *all, int family, const char *kind, const char *verb, FILE *out)
{
	const json_t *item, *o;
	size_t i;

	json_array_foreach(all, i, item) {
		o = json_object_get(item, kind);
		if (o && is_of(name_of(o), family))
			fprintf(out, "%s %s inet uturn %s\n", verb, kind, name_of(o));
	}
}

/* The chain that names counters of both families, for the other one alone. */
static int write_sent(int family, FILE *out)
{
	const struct nft_plan other = { .has4 = family == 6, .has6 = family == 4 };
	char *text = NULL;
	size_t size;
	FILE *plain = open_memstream(&text, &size);

	if (!plain)
		return -ENOMEM;
	fputs("table inet uturn {\n", plain);
	nft_plan_write_sent(&other, plain);
	fputs("}\n", plain);
	fclose(plain);
	if (!text)
		return -ENOMEM;
	fputs("flush chain inet uturn sent\n", out);
	nft_lines_mark(text, out);
	free(text);
	return 0;
}

static int write_all(const json_t *all, int family, FILE *out)
{
	static const char *const kinds[] = { "set", "limit", "counter" };
	int err = 0;

	if (!has_chain(all, nft_family(family == 6 ? 4 : 6)->name)) {
		fputs("delete table inet uturn\n", out);
		return 0;
	}
	write_rules(all, family, out);
	if (has_chain(all, "sent"))
		err = write_sent(family, out);
	/* no rule names a chain when it is deleted */
	write_each(all, family, "chain", "flush", out);
	write_each(all, family, "chain", "delete", out);
	if (family == 6 && has_chain(all, NFT_REASSEMBLY))
		fputs("flush chain inet uturn " NFT_REASSEMBLY "\ndelete chain inet uturn " NFT_REASSEMBLY "\n", out);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		write_each(all, family, kinds[i], "delete", out);
	return err;
}

int nft_remove_commands(int family, const char *json, char **commands)
{
	json_t *listed = json_loads(json, 0, NULL), *all = json_object_get(listed, "nftables");
	bool is_there = has_chain(all, nft_family(family)->name);
	FILE *out = NULL;
	size_t size;
	int err = listed ? 0 : -EINVAL;

	*commands = NULL;
	if (is_there && !(out = open_memstream(commands, &size)))
		err = -ENOMEM;
	if (out) {
		err = write_all(all, family, out);
		fclose(out);
	}
	json_decref(listed);
	if (!err && out && !*commands)
		err = -ENOMEM;
	if (err) {
		free(*commands);
		*commands = NULL;
	}
	return err;
}
