/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "common/command.h"
#include "nft_table.h"

static const char needs_root[] = " (needs root, or CAP_NET_ADMIN and CAP_NET_RAW)";

/* Errors of the tools, and their remedies. */
static const struct remedy {
	const char *error, *remedy;
} remedies[] = {
	{ "must be root", needs_root },
	{ "lock file", " (set XTABLES_LOCKFILE to another path)" },
	{ "xtables lock", " (another program is changing the rules: try again)" },
	{ "Permission denied", needs_root },
	{ "Operation not permitted", needs_root },
	{ "Message too long", " (too large for a user namespace: use fewer --hops)" },
	{ "No chain/target/match", " (a kernel module is missing, see uturn-rules(8), or use --backend nftables)" },
	{ "No such file", " (a kernel module or extension is missing, see uturn-rules(8))" },
	{ "initialize table 'nat'",
		" (the kernel has no nat table: load iptable_nat, ip6table_nat for IPv6, or use --no-nat)" },
	{ "initialize table", " (a kernel module is missing, see uturn-rules(8))" },
	{ "Table does not exist", " (a kernel module is missing, see uturn-rules(8))" },
	{ "Couldn't load", " (an extension of iptables is missing)" },
	{ "Extension", " (a kernel module is missing, see uturn-rules(8), or use --backend nftables)" },
};

__attribute__((format(printf, 2, 3))) static int fail(char *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, BACKEND_WHY_SIZE, format, args);
	va_end(args);
	return -1;
}

const char *backend_remedy(const char *error)
{
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (strstr(error, remedies[i].error))
			return remedies[i].remedy;
	return "";
}

const char *backend_name(enum backend_kind kind)
{
	return kind == BACKEND_LEGACY ? "legacy" : kind == BACKEND_NFTABLES ? "nftables" : "nft";
}

/* Returns 0, -ENOENT or another negative errno. Before iptables 1.8 there was no nft, and -V names no backend. */
static int ask_kind(const char *tool, enum backend_kind *kind)
{
	const char *const argv[] = { tool, "-V", NULL };
	struct command c;
	int err = command_run(&c, argv, "");

	if (!err && c.exit_code != 0)
		err = -ENOEXEC;
	if (!err)
		*kind = strstr(c.out, "nf_tables") ? BACKEND_NFT : BACKEND_LEGACY;
	command_done(&c);
	return err;
}

bool backend_has_ipv6(void)
{
	return access("/proc/net/if_inet6", F_OK) == 0 || errno != ENOENT;
}

int backend_open(struct backend *b, int family, enum backend_kind wanted, char *why)
{
	const char *plain = family == 6 ? "ip6tables" : "iptables";
	enum backend_kind plain_kind = BACKEND_AUTO, kind;
	int err;

	if (family == 6 && !backend_has_ipv6())
		return fail(why, "this kernel runs without IPv6 (use -4)");
	err = ask_kind(plain, &plain_kind);
	if (err && wanted == BACKEND_AUTO)
		return fail(why, "%s: %s (install iptables%s)", plain, strerror(-err),
			family == 6 ? ", or use -4" : "");
	b->family = family;
	b->kind = wanted == BACKEND_AUTO ? plain_kind : wanted;
	snprintf(b->tool, sizeof(b->tool), "%s-%s", plain, backend_name(b->kind));
	err = ask_kind(b->tool, &kind);
	if (!err)
		return 0;
	if (plain_kind != b->kind)
		return fail(why, "%s: %s (not installed? --backend auto uses the default)", b->tool, strerror(-err));
	snprintf(b->tool, sizeof(b->tool), "%s", plain);
	return 0;
}

/* A legacy table is created in a network namespace by the first request for it, so its name is looked up before. */
static int legacy_has_table(const struct backend *b, const char *table, char *why)
{
	const char *path = b->family == 6 ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names";
	char name[64];
	FILE *names = fopen(path, "re");
	int found = 0;

	if (!names && errno == ENOENT)
		return 0;
	if (!names)
		return fail(why, "%s: %s%s", path, strerror(errno), backend_remedy(strerror(errno)));
	while (!found && fgets(name, sizeof(name), names)) {
		name[strcspn(name, "\n")] = '\0';
		found = strcmp(name, table) == 0;
	}
	fclose(names);
	return found;
}

int backend_has_table(const struct backend *b, enum ruleset_table table, char *why)
{
	int found;

	if (b->kind == BACKEND_LEGACY)
		return legacy_has_table(b, ruleset_tables[table], why);
	found = nft_table_exists(b->family, ruleset_tables[table]);
	if (found < 0)
		return fail(why, "nf_tables: %s%s", strerror(-found), backend_remedy(strerror(-found)));
	return found;
}

/* "iptables-restore: line 17 failed" needs the text of line 17 to be of use. */
static void quote_line(const char *error, const char *text, char *quoted, size_t size)
{
	const char *number = strstr(error, "line ");
	long line;

	quoted[0] = '\0';
	if (!number)
		number = strstr(error, "line: ");
	if (!number)
		return;
	line = strtol(strpbrk(number, " ") + 1, NULL, 10);
	while (line > 1 && *text) {
		text += strcspn(text, "\n");
		text += *text == '\n';
		line--;
	}
	if (line == 1 && *text)
		snprintf(quoted, size, " in \"%.*s\"", (int)strcspn(text, "\n"), text);
}

static int tool_failed(const char *tool, const struct command *c, const char *input, char *why)
{
	char quoted[256], said[512];
	size_t len;

	snprintf(said, sizeof(said), "%s", c->err);
	/* one line, as for a log */
	for (len = strlen(said); len > 0 && strchr("\n ", said[len - 1]); len--)
		said[len - 1] = '\0';
	for (char *at = said; (at = strchr(at, '\n')) != NULL;)
		*at = ' ';
	quote_line(said, input, quoted, sizeof(quoted));
	/* most of their errors begin with the name of the tool */
	if (strstr(said, "tables") == NULL)
		return fail(why, "%s: %s (exit %d)%s%s", tool, said, c->exit_code, quoted, backend_remedy(said));
	return fail(why, "%s (exit %d)%s%s", said, c->exit_code, quoted, backend_remedy(said));
}

/* Appends the table to out, if there is one. */
static int save_table(const struct backend *b, enum ruleset_table table, bool counters, FILE *out, char *why)
{
	char tool[40];
	const char *const argv[] = { tool, "-t", ruleset_tables[table], counters ? "-c" : NULL, NULL };
	struct command c;
	int err = backend_has_table(b, table, why);

	if (err <= 0)
		return err;
	snprintf(tool, sizeof(tool), "%s-save", b->tool);
	err = command_run(&c, argv, "");
	if (err)
		err = fail(why, "%s: %s", tool, strerror(-err));
	else if (c.exit_code != 0)
		err = tool_failed(tool, &c, "", why);
	else
		fputs(c.out, out);
	command_done(&c);
	return err;
}

char *backend_save(const struct backend *b, bool counters, char *why)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err = out ? 0 : fail(why, "out of memory");

	for (int i = 0; i < RULESET_TABLES && !err; i++)
		err = save_table(b, (enum ruleset_table)i, counters, out, why);
	if (out)
		fclose(out);
	if (!err)
		return text;
	free(text);
	return NULL;
}

int backend_read(const struct backend *b, struct ruleset *live, char *why)
{
	char *text = backend_save(b, false, why);
	int err;

	memset(live, 0, sizeof(*live));
	if (!text)
		return -1;
	err = ruleset_read(live, text);
	free(text);
	return err ? fail(why, "%s", strerror(-err)) : 0;
}

const char *backend_elsewhere(const struct backend *b)
{
	enum backend_kind kind = b->kind == BACKEND_NFT ? BACKEND_LEGACY : BACKEND_NFT;
	char ignored[BACKEND_WHY_SIZE];
	struct backend other = { .kind = kind };
	struct ruleset live;
	bool found;

	if (backend_open(&other, b->family, kind, ignored))
		return NULL;
	found = backend_read(&other, &live, ignored) == 0 && ruleset_count(&live) > 0;
	ruleset_done(&live);
	return found ? backend_name(kind) : NULL;
}

void backend_tell_absent(const struct backend *b, const char *what, const char *remedy)
{
	const char *elsewhere = backend_elsewhere(b);

	printf("IPv%d: %s (%s)%s%s\n", b->family, what, b->tool, elsewhere ? "; they are in --backend " : remedy,
		elsewhere ? elsewhere : "");
}

int backend_restore(const struct backend *b, const char *text, pid_t *changer, char *why)
{
	char tool[40];
	/* nft has no lock and ignores -w; ten seconds are enough for anyone else's restore */
	const char *const argv[] = { tool, "--noflush", "-w", "10", NULL };
	struct command c;
	int err;

	snprintf(tool, sizeof(tool), "%s-restore", b->tool);
	err = command_run(&c, argv, text);
	if (changer)
		*changer = c.pid;
	if (err)
		err = fail(why, "%s: %s", tool, strerror(-err));
	else if (c.exit_code != 0)
		err = tool_failed(tool, &c, text, why);
	command_done(&c);
	return err;
}
