/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "plan_state.h"
#include "plan_write.h"
#include "print.h"

/* Comments, each before the first line that starts like this; a line takes the first that fits. */
static const struct remark {
	const char *line, *text;
} remarks[] = {
	{ "-A INPUT -m ", "One TTL match for every packet; ordinary traffic does not match." },
	{ "-A INPUT -p ", "Requests of reverse traceroute, which the kernel would answer as a ping." },
	{ "-A UTURN ", "Candidates for probes: to an address of this host, not from lo or a link-local source." },
	{ "-A OUTPUT -m mark ", "One match of the mark, for every packet sent: only uturnd's have it." },
	{ "-A PREROUTING -m ",
		"One TTL match for the first packet of a connection; for none where connections are not tracked."
		" What will be queued is accepted: it keeps the address and the port that the prober has asked." },
	{ "-A PREROUTING -p ", "Requests are not translated either." },
	{ "-A UTURN-asked ", "The limits, as for a probe; then queue the request." },
	{ "-A UTURN-denied ", "Sources of the sets: to the host as if there were no rules." },
	{ "-A UTURN-from0", "The next sixteen TTLs." },
	{ "-A UTURN-hop", "One chain per hop, for its counter: queue the probe." },
	{ "-A UTURN-notrack ", "What uturnd sends belongs to no connection: no NAT, and not invalid." },
	{ "-A UTURN-request ", "To an address of this host, with any TTL." },
	{ "-A UTURN-seen ", "A low TTL is accepted; above, the source must have been seen with a TTL near that." },
	{ "-A UTURN-seen0", "The blocks of TTLs in which the source must have been seen." },
	{ "-A UTURN-socket ", "A datagram for a socket of this host is left to it; then as UTURN-seen." },
	{ "-A UTURN-tcp -p tcp -m cgroup ",
		"A packet that the kernel has found the connection of, such as a forged SYN." },
	{ "-A UTURN-tcp ", "A bare SYN, or a bare ACK that belongs to no connection." },
	{ "-A UTURN-ttl0",
		"Some TTLs: a limit per source and one for all busy networks; remember the source; to the chain of the hop." },
	{ "-A UTURN-udp ", "Any port except those of routing, liveness and tunnel protocols." },
};

enum { REMARKS = sizeof(remarks) / sizeof(remarks[0]), JUMPS_MAX = 2 };

char *print_plan(const struct plan *p, int family)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	plan_write(p, family, out);
	fclose(out);
	return text;
}

static const char *remark_for(const char *line, unsigned *given)
{
	for (unsigned i = 0; i < REMARKS; i++) {
		if (strncmp(line, remarks[i].line, strlen(remarks[i].line)) != 0)
			continue;
		if (*given & 1U << i)
			return NULL;
		*given |= 1U << i;
		return remarks[i].text;
	}
	return NULL;
}

static void print_remark(const char *line, unsigned *given, FILE *out)
{
	const char *remark = remark_for(line, given);

	if (remark)
		fprintf(out, "# %s\n", remark);
}

static void print_header(const struct plan *p, int family, bool shell, FILE *out)
{
	char words[CONFIG_TTL_WORDS_SIZE];

	if (shell)
		fprintf(out, "# IPv%d, as shell commands; `uturn-rules apply` is one transaction.\n", family);
	else
		fprintf(out,
			"# IPv%d, for ip%stables-restore --noflush; `uturn-rules apply` puts it first in its chains, and only once.\n",
			family, family == 6 ? "6" : "");
	fprintf(out, "# Probes for this host that arrive with a TTL of 1..%u go to queue %u", p->hops, p->queue_first);
	if (p->queue_first != p->queue_last)
		fprintf(out, "..%u", p->queue_last);
	if (p->arm < p->hops)
		fprintf(out,
			": up to %u always,\n# above if their source was seen about %u hop%s before in the last %u s.\n",
			p->arm, p->gap, p->gap == 1 ? "" : "s", p->window_s);
	else
		fputs(".\n", out);
	if (*config_ttl_words(p->hops, words))
		fprintf(out, "# %s.\n", words);
	if (p->request)
		fputs("# So do requests of reverse traceroute, with any TTL.\n", out);
	if (plan_denies(p, family))
		fputs("# Not those of sources in the sets of --deny-set; these must exist, and be of this family.\n",
			out);
}

static void print_sets(const struct plan *p, int family, const char *prefix, const char *options, FILE *out)
{
	char *text = NULL, *save = NULL;
	size_t size;
	FILE *sets = open_memstream(&text, &size);

	if (!sets)
		return;
	plan_write_sets(p, family, sets);
	fclose(sets);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		fprintf(out, "%s%s%s\n", prefix, line, options);
	free(text);
}

static void print_restore(const struct plan *p, int family, char *text, FILE *out)
{
	unsigned given = 0;
	char *save = NULL;

	if (p->state == PLAN_IPSET)
		fputs("# The ipsets, to be created before:\n", out);
	print_sets(p, family, "# ipset ", " -exist", out);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		print_remark(line, &given, out);
		fprintf(out, "%s\n", line);
	}
}

/* The built-in chain that the line is a rule of, or NULL. */
static const char *built_in(const char *line)
{
	static const char *const chains[] = { "PREROUTING", "INPUT", "OUTPUT" };

	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		size_t len = strlen(chains[i]);

		if (strncmp(line, "-A ", 3) == 0 && strncmp(line + 3, chains[i], len) == 0 && line[3 + len] == ' ')
			return chains[i];
	}
	return NULL;
}

/* ":UTURN - [0:0]" creates a chain; a jump is put first. No line of a plan needs quoting. */
static void print_command(const char *tool, const char *table, const char *line, FILE *out)
{
	const char *chain = built_in(line);

	if (line[0] == ':')
		fprintf(out, "%s -w -t %s -N %.*s\n", tool, table, (int)strcspn(line + 1, " "), line + 1);
	else if (chain)
		fprintf(out, "%s -w -t %s -I %s 1 %s\n", tool, table, chain, line + strlen("-A ") + strlen(chain) + 1);
	else if (line[0] == '-')
		fprintf(out, "%s -w -t %s %s\n", tool, table, line);
}

/* The jumps of a table come last, when its chains are complete, each in front of the one before. */
static void print_shell(const struct plan *p, int family, char *text, FILE *out)
{
	const char *tool = family == 6 ? "ip6tables" : "iptables";
	const char *table = "", *jumps[JUMPS_MAX];
	unsigned given = 0, count = 0;
	char *save = NULL;

	print_sets(p, family, "ipset ", " -exist", out);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (line[0] == '*')
			table = line + 1;
		if (built_in(line) && count < JUMPS_MAX) {
			jumps[count++] = line;
			continue;
		}
		while (strcmp(line, "COMMIT") == 0 && count) {
			print_remark(jumps[--count], &given, out);
			print_command(tool, table, jumps[count], out);
		}
		print_remark(line, &given, out);
		print_command(tool, table, line, out);
	}
}

int print_rules(const struct plan *p, int family, bool shell, FILE *out)
{
	char *text = print_plan(p, family);

	if (!text)
		return 1;
	print_header(p, family, shell, out);
	if (shell)
		print_shell(p, family, text, out);
	else
		print_restore(p, family, text, out);
	free(text);
	return 0;
}

int print_run(const struct cli *c)
{
	for (int family = 4; family <= 6; family += 2)
		if (cli_wants(c, family) && print_rules(&c->plan, family, c->shell, stdout))
			return 1;
	return 0;
}
