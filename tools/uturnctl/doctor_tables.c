/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_files.h"

const char *const
	doctor_backends[DOCTOR_BACKENDS] = { [DOCTOR_NFT] = "iptables-nft", [DOCTOR_LEGACY] = "iptables-legacy" };

static void note_failure(struct doctor_tables *t, const char *what, int err)
{
	if (t->error)
		return;
	t->error = err;
	t->failed = what;
}

/* A legacy table is made by the first request for it, so the kernel is asked whether there is one. */
static bool has_legacy(struct doctor_tables *t, int six)
{
	const char *path = six ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names";
	char *names = doctor_text(path);
	bool has = names && *names;

	if (!names && errno != ENOENT)
		note_failure(t, path, errno);
	free(names);
	return has;
}

static void save(struct doctor_tables *t, enum doctor_backend backend, int six)
{
	static const char *const tools[DOCTOR_BACKENDS][2] = { { "iptables-nft-save", "ip6tables-nft-save" },
		{ "iptables-legacy-save", "ip6tables-legacy-save" } };
	static const char *const arguments[] = { NULL };
	const char *tool = tools[backend][six];
	struct command c;
	int err = doctor_program_run(&c, tool, false, arguments);

	if (!err && c.exit_code != 0)
		err = geteuid() == 0 ? -EIO : -EPERM;
	if (!err) {
		t->text[backend][six] = c.out;
		c.out = NULL;
	} else if (err != -ENOENT || backend == DOCTOR_LEGACY) { /* without the tool iptables made no rules of nft */
		note_failure(t, tool, -err);
	}
	command_done(&c);
}

/* An older uturn-rules knows no such backend, and then nor does it have rules there. */
static char *read_nftables(void)
{
	static const char *const arguments[] = { "status", "--backend", "nftables", NULL };
	char *text = NULL;
	struct command c;

	if (doctor_program_run(&c, "uturn-rules", true, arguments) == 0 && strstr(c.out, ": loaded (nftables)")) {
		text = c.out;
		c.out = NULL;
	}
	command_done(&c);
	return text;
}

void doctor_tables_read(struct doctor_tables *t)
{
	const int families = access("/proc/net/if_inet6", F_OK) == 0 ? 2 : 1;

	*t = (struct doctor_tables){ 0 };
	for (int six = 0; six < families; six++) {
		save(t, DOCTOR_NFT, six);
		if (has_legacy(t, six))
			save(t, DOCTOR_LEGACY, six);
	}
	t->nftables = read_nftables();
}

void doctor_tables_free(struct doctor_tables *t)
{
	for (int backend = 0; backend < DOCTOR_BACKENDS; backend++)
		for (int six = 0; six < 2; six++)
			free(t->text[backend][six]);
	free(t->nftables);
}
