/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nftables.h"

#include <errno.h>
#include <nftables/libnftables.h>
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

char *nftables_elements(const char *set)
{
	static const char begin[] = "elements = ";
	char command[96], why[BACKEND_WHY_SIZE], *text, *from, *end, *elements = NULL;

	snprintf(command, sizeof(command), "list set inet uturn %s", set);
	if (nftables_exists(why) <= 0 || nftables_run(command, NFTABLES_TEXT, &text, why))
		return NULL;
	from = strstr(text, begin);
	end = from ? strchr(from, '}') : NULL;
	if (end)
		elements = strndup(from + strlen(begin), (size_t)(end - from) + 1 - strlen(begin));
	free(text);
	return elements;
}
