/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nftables.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "nft_lines.h"
#include "nft_table.h"

/* Errors of libnftables, and their remedies. */
static const char *remedy_for(const char *error)
{
	if (strstr(error, "ermitted") || strstr(error, "ermission"))
		return " (needs root, or CAP_NET_ADMIN)";
	if (strstr(error, "busy"))
		return " (something that others have added to the table inet uturn names it: `uturn-rules remove` without "
		       "-4 or -6 removes the table with it)";
	if (strstr(error, "No such file") || strstr(error, "not supported"))
		return " (the kernel lacks a part of nf_tables, perhaps nft_queue, nft_socket, nft_fib_inet or nft_tproxy: "
		       "use --backend nft or legacy)";
	return "";
}

static int fail(char *why, const char *said)
{
	snprintf(why, BACKEND_WHY_SIZE, "nftables: %.*s%s", (int)strcspn(said, "\n"), said, remedy_for(said));
	return -1;
}

int nftables_exists(char *why)
{
	int found = nft_table_exists(0, "uturn");

	return found < 0 ? fail(why, strerror(-found)) : found;
}

int nftables_run(const char *commands, enum nftables_form form, char **out, char *why)
{
	struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
	int err;

	if (!nft)
		return fail(why, "out of memory");
	if (form == NFTABLES_JSON)
		nft_ctx_output_set_flags(nft, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_TERSE);
	nft_ctx_set_dry_run(nft, form == NFTABLES_TRIAL);
	nft_ctx_buffer_output(nft);
	nft_ctx_buffer_error(nft);
	err = nft_run_cmd_from_buffer(nft, commands);
	if (err)
		err = fail(why, nft_ctx_get_error_buffer(nft));
	else if (out && !(*out = strdup(nft_ctx_get_output_buffer(nft))))
		err = fail(why, "out of memory");
	nft_ctx_free(nft);
	return err;
}

int nftables_read(struct ruleset *live, const struct ruleset *want, char *why)
{
	int found = nftables_exists(why), err;
	char *json;

	memset(live, 0, sizeof(*live));
	if (found <= 0)
		return found;
	if (nftables_run("list table inet uturn", NFTABLES_JSON, &json, why))
		return -1;
	err = nft_lines_of_json(live, want, json);
	free(json);
	return err ? fail(why, err == -EINVAL ? "what libnftables shows is not JSON" : strerror(-err)) : 0;
}

/* Behind the last element, which may have a comment of any characters but quotes. */
static const char *elements_end(const char *at)
{
	for (bool is_quoted = false; *at; at++) {
		if (*at == '"')
			is_quoted = !is_quoted;
		else if (*at == '}' && !is_quoted)
			return at + 1;
	}
	return NULL;
}

int nftables_elements_of(const char *listed, char **elements)
{
	static const char begin[] = "elements = ";
	const char *from = strstr(listed, begin), *end = from ? elements_end(from) : NULL;

	*elements = NULL;
	if (!from)
		return 0;
	if (!end)
		return -EINVAL;
	from += strlen(begin);
	*elements = strndup(from, (size_t)(end - from));
	return *elements ? 0 : -ENOMEM;
}

/* Returns 1, 0 or -1. */
static int has_set(const char *set, char *why)
{
	char *json;
	int found;

	if (nftables_run("list sets table inet uturn", NFTABLES_JSON, &json, why))
		return -1;
	found = nft_lines_has_set(json, set);
	free(json);
	return found < 0 ? fail(why, "what libnftables shows is not JSON") : found;
}

int nftables_elements(const char *set, char **elements, char *why)
{
	char command[96], *text;
	int err, found = nftables_exists(why);

	*elements = NULL;
	if (found > 0)
		found = has_set(set, why);
	if (found <= 0)
		return found;
	snprintf(command, sizeof(command), "list set inet uturn %s", set);
	if (nftables_run(command, NFTABLES_TEXT, &text, why))
		return -1;
	err = nftables_elements_of(text, elements);
	free(text);
	return err ? fail(why, strerror(-err)) : 0;
}
