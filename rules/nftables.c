/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nftables.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
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
	unsigned flags = NFT_CTX_OUTPUT_STATELESS;
	int err;

	if (!nft)
		return fail(why, "out of memory");
	if (form == NFTABLES_JSON)
		flags = NFT_CTX_OUTPUT_JSON;
	else if (form == NFTABLES_TERSE)
		flags |= NFT_CTX_OUTPUT_TERSE;
	nft_ctx_output_set_flags(nft, flags);
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

/* The name behind `set`, `chain` and so on, where the line opens one; "" where it closes it. */
static bool opens(const char *line, char name[64])
{
	size_t len = strlen(line);

	return len > 2 && strcmp(line + len - 2, " {") == 0 && sscanf(line, "%*s %63s", name) == 1;
}

static void write_line(const char *line, char name[64], FILE *out)
{
	const char *equal = strstr(line, " == @");

	line += strspn(line, "\t ");
	if (strncmp(line, "table ", strlen("table ")) == 0 || !*line)
		return;
	if (strcmp(line, "}") == 0)
		name[0] = '\0';
	else if (!*name && opens(line, name))
		fprintf(out, "%.*s\n", (int)(strlen(line) - 2), line);
	else if (equal) /* 1.0.6 shows the operator of a search for a masked address, which is not written */
		fprintf(out, "%s: %.*s%s\n", name, (int)(equal - line), line, equal + strlen(" =="));
	else
		fprintf(out, "%s: %s\n", name, line);
}

int nftables_lines(struct ruleset *r, const char *text)
{
	struct table *t = &r->table[RULESET_MANGLE];
	char name[64] = "", *copy = strdup(text), *save = NULL;
	size_t size, lines = 1;
	FILE *out;

	memset(r, 0, sizeof(*r));
	out = open_memstream(&r->text, &size);
	for (char *line = copy ? strtok_r(copy, "\n", &save) : NULL; line && out; line = strtok_r(NULL, "\n", &save)) {
		write_line(line, name, out);
		lines++;
	}
	if (out)
		fclose(out);
	t->line = calloc(lines, sizeof(*t->line));
	if (!copy || !out || !r->text || !t->line) {
		free(copy);
		ruleset_done(r);
		return -ENOMEM;
	}
	for (char *line = strtok_r(r->text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		t->line[t->count++] = line;
	free(copy);
	return 0;
}

int nftables_read(struct ruleset *live, char *why)
{
	int found = nftables_exists(why), err;
	char *text;

	memset(live, 0, sizeof(*live));
	if (found <= 0)
		return found;
	if (nftables_run("list table inet uturn", NFTABLES_TERSE, &text, why))
		return -1;
	err = nftables_lines(live, text);
	free(text);
	return err ? fail(why, strerror(-err)) : 0;
}

char *nftables_set(const char *name)
{
	char command[96], why[BACKEND_WHY_SIZE], *text, *begin, *end;

	snprintf(command, sizeof(command), "list set inet uturn %s", name);
	if (nftables_exists(why) <= 0 || nftables_run(command, NFTABLES_TEXT, &text, why))
		return NULL;
	/* what is between "table inet uturn {" and the last "}" */
	begin = strchr(text, '\n');
	end = strrchr(text, '}');
	if (begin && end && end > begin) {
		*end = '\0';
		memmove(text, begin + 1, strlen(begin + 1) + 1);
		return text;
	}
	free(text);
	return NULL;
}
