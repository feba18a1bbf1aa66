/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "print.h"

/* A word before the first line that starts like this. */
static const struct remark {
	const char *line, *text;
} remarks[] = {
	{ "-A INPUT -m ", "One TTL match for every packet; ordinary traffic goes by." },
	{ "-A INPUT -p ", "Requests of reverse traceroute, which the kernel would answer as a ping." },
	{ "-A UTURN ", "What may be a probe: neither local nor link-local, for an address of this host." },
	{ "-A UTURN-hop", "One hop each, for its counter: into the queue." },
	{ "-A UTURN-request ", "For an address of this host, with any TTL: into the queue." },
	{ "-A UTURN-seen ", "A low TTL arms; above, the source must have been seen nearby." },
	{ "-A UTURN-seen0", "Seen in a block of TTLs: those up to the gap further are open." },
	{ "-A UTURN-tcp ", "A bare SYN, or a bare ACK of no connection." },
	{ "-A UTURN-ttl ",
		"A limit for each source, one for all busy networks; to the chain of the hop, in two steps." },
	{ "-A UTURN-ttl0", "A block of TTLs: remember the source." },
	{ "-A UTURN-udp ", "Any port but those of routing, liveness and tunnels." },
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
		if (*given & 1U << i || strncmp(line, remarks[i].line, strlen(remarks[i].line)) != 0)
			continue;
		*given |= 1U << i;
		return remarks[i].text;
	}
	return NULL;
}

static void print_header(const struct plan *p, int family, bool shell)
{
	if (shell)
		printf("# IPv%d, for a shell; `uturn-rules apply` does it in one piece.\n", family);
	else
		printf("# IPv%d, for ip%stables-restore --noflush; `uturn-rules apply` does it once, and first in INPUT.\n",
			family, family == 6 ? "6" : "");
	printf("# Probes for this host that arrive with a TTL of 1..%u go to queue %u", p->hops, p->queue_first);
	if (p->queue_first != p->queue_last)
		printf("..%u", p->queue_last);
	if (p->arm < p->hops)
		printf(": up to %u always,\n# above if their source was seen some %u hop%s back in the last %u s.\n",
			p->arm, p->gap, p->gap == 1 ? "" : "s", p->window_s);
	else
		puts(".");
	if (p->request)
		puts("# So do requests of reverse traceroute, with any TTL.");
}

static void print_sets(const struct plan *p, int family, const char *prefix, const char *options)
{
	char *text = NULL, *save = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	plan_write_sets(p, family, out);
	fclose(out);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		printf("%s%s%s\n", prefix, line, options);
	free(text);
}

static void print_restore(const struct plan *p, int family, char *text)
{
	unsigned given = 0;
	char *save = NULL;

	if (p->state == PLAN_IPSET)
		puts("# The sets, first:");
	print_sets(p, family, "# ipset ", " -exist");
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *remark = remark_for(line, &given);

		if (remark)
			printf("# %s\n", remark);
		puts(line);
	}
}

static bool is_jump(const char *line)
{
	return strncmp(line, "-A INPUT ", 9) == 0;
}

/* ":UTURN - [0:0]" makes a chain; the jump goes first. No line of a plan needs quoting. */
static void print_command(const char *tool, const char *line)
{
	if (line[0] == ':')
		printf("%s -w -t mangle -N %.*s\n", tool, (int)strcspn(line + 1, " "), line + 1);
	else if (is_jump(line))
		printf("%s -w -t mangle -I INPUT 1 %s\n", tool, line + 9);
	else if (line[0] == '-')
		printf("%s -w -t mangle %s\n", tool, line);
}

/* The jumps come last, when everything behind them is in place, each in front of the one before. */
static void print_shell(const struct plan *p, int family, char *text)
{
	const char *tool = family == 6 ? "ip6tables" : "iptables";
	const char *jumps[JUMPS_MAX];
	unsigned given = 0, count = 0;
	char *save = NULL;

	print_sets(p, family, "ipset ", " -exist");
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *remark;

		if (is_jump(line) && count < JUMPS_MAX) {
			jumps[count++] = line;
			continue;
		}
		remark = remark_for(line, &given);
		if (remark)
			printf("# %s\n", remark);
		print_command(tool, line);
	}
	while (count--) {
		printf("# %s\n", remark_for(jumps[count], &given));
		print_command(tool, jumps[count]);
	}
}

int print_run(const struct cli *c)
{
	for (int family = 4; family <= 6; family += 2) {
		char *text;

		if (!cli_wants(c, family))
			continue;
		text = print_plan(&c->plan, family);
		if (!text)
			return 1;
		print_header(&c->plan, family, c->shell);
		if (c->shell)
			print_shell(&c->plan, family, text);
		else
			print_restore(&c->plan, family, text);
		free(text);
	}
	return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
