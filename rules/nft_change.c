/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "nft_lines.h"
#include "nft_plan_family.h"
#include "nft_remove.h"
#include "nftables.h"
#include "plan.h"

static int fail(char *why, int err)
{
	snprintf(why, BACKEND_WHY_SIZE, "%s", strerror(-err));
	return -1;
}

/* Without comments. */
static char *plain_text(const struct nft_plan *n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		nft_plan_write(n, out);
		fclose(out);
	}
	return text;
}

char *nft_change_text(const struct nft_plan *n)
{
	char *plain = plain_text(n), *text = NULL;
	size_t size;
	FILE *out = plain ? open_memstream(&text, &size) : NULL;

	if (out) {
		nft_lines_mark(plain, out);
		fclose(out);
	}
	free(plain);
	return text;
}

int nft_change_want(const struct nft_plan *n, struct ruleset *want, char *why)
{
	char *text = plain_text(n);
	int err = text ? nft_lines_of_plan(want, text) : -ENOMEM;

	if (!text)
		memset(want, 0, sizeof(*want));
	free(text);
	return err ? fail(why, err) : 0;
}

static int keep_set(const char *family, const char *name, FILE *out, char *why)
{
	char set[NFT_NAME_SIZE + PLAN_SET_NAME], *elements;

	snprintf(set, sizeof(set), "%s_%s", family, name);
	if (nftables_elements(set, &elements, why))
		return -1;
	if (elements)
		fprintf(out, "add element inet uturn %s %s\n", set, elements);
	free(elements);
	return 0;
}

/* The sources that others have put into the sets of the plan. */
static int keep_denied(const struct nft_plan *n, FILE *out, char *why)
{
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		const char *family = nft_family(i ? 6 : 4)->name;

		if (!(i ? n->has6 : n->has4))
			continue;
		err = keep_set(family, NFT_DENIED, out, why);
		for (unsigned k = 0; k < PLAN_DENY_SETS && *n->plan->deny[k].name && !err; k++)
			err = keep_set(family, n->plan->deny[k].name, out, why);
	}
	return err;
}

int nft_change_replace(const struct nft_plan *n, char *why)
{
	char *table = nft_change_text(n), *text = NULL;
	size_t size;
	FILE *out = table ? open_memstream(&text, &size) : NULL;
	int err = 0;

	if (out) {
		/* a table that is not there cannot be deleted, and one that is there is left as it was */
		fprintf(out, "table inet uturn\ndelete table inet uturn\n%s", table);
		err = keep_denied(n, out, why);
		fclose(out);
	}
	if (!err)
		err = text ? nftables_run(text, NFTABLES_TEXT, NULL, why) : fail(why, -ENOMEM);
	free(table);
	free(text);
	return err;
}

int nft_change_try(const struct nft_plan *n, char *why)
{
	char *text = nft_change_text(n);
	int err = text ? nftables_run(text, NFTABLES_TRIAL, NULL, why) : fail(why, -ENOMEM);

	free(text);
	return err;
}

int nft_change_remove(const struct nft_plan *n, char *why)
{
	char *json, *commands = NULL;
	int err, found = nftables_exists(why);

	if (found <= 0)
		return found;
	if (n->has4 && n->has6)
		return nftables_run("delete table inet uturn", NFTABLES_TEXT, NULL, why) ? -1 : 1;
	if (nftables_run("list table inet uturn", NFTABLES_JSON, &json, why))
		return -1;
	err = nft_remove_commands(n->has4 ? 4 : 6, json, &commands);
	free(json);
	if (err)
		return fail(why, err);
	if (!commands)
		return 0;
	err = nftables_run(commands, NFTABLES_TEXT, NULL, why);
	free(commands);
	return err ? -1 : 1;
}
