/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor_files.h"

/* What uturn-rules(8) lists under Kernel modules: matches and targets as x_tables names them, and their module. */
static const struct need {
	const char *name, *module;
	bool is_target, is_of4, is_of6;
} needs[] = {
	{ "ttl", "xt_hl", false, true, false },
	{ "hl", "xt_hl", false, false, true },
	{ "addrtype", "xt_addrtype", false, true, true },
	{ "multiport", "xt_multiport", false, true, true },
	{ "tcp", "xt_tcpudp", false, true, true },
	{ "socket", "xt_socket", false, true, true },
	{ "recent", "xt_recent", false, true, true },
	{ "hashlimit", "xt_hashlimit", false, true, true },
	{ "mark", "xt_mark", false, true, true },
	{ "cgroup", "xt_cgroup", false, true, true },
	{ "NFQUEUE", "xt_NFQUEUE", true, true, true },
	{ "CT", "xt_CT", true, true, true },
};

enum { NEEDS = sizeof(needs) / sizeof(needs[0]) };

static bool has_line(const char *text, const char *name)
{
	const size_t len = strlen(name);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) == 0 && (line[len] == '\n' || line[len] == '\0'))
			return true;
	}
	return false;
}

/* "kernel/net/netfilter/xt_recent.ko", perhaps with a dependency or compression behind it. */
static bool has_module(const struct doctor_kernel *k, const char *module)
{
	char name[64];

	snprintf(name, sizeof(name), "/%s.ko", module);
	for (int i = 0; i < 2; i++)
		if (k->modules[i] && strstr(k->modules[i], name))
			return true;
	return false;
}

static bool has_need(const struct doctor_kernel *k, const struct need *n)
{
	const char *const *lists = n->is_target ? k->targets : k->matches;

	return has_module(k, n->module) ||
		((!n->is_of4 || has_line(lists[0], n->name)) &&
			(!n->is_of6 || !k->has_ipv6 || has_line(lists[1], n->name)));
}

void doctor_judge_kernel(const struct doctor_kernel *k, struct doctor_finding *f)
{
	char missing[DOCTOR_FOUND_SIZE] = "";
	const bool is_seen = k->is_nftables || k->modules[0] || k->modules[1] || (k->matches[0] && k->targets[0]);
	size_t used;

	for (size_t i = 0; i < NEEDS && is_seen && !k->is_nftables; i++) {
		if (has_need(k, &needs[i]))
			continue;
		used = strlen(missing);
		snprintf(missing + used, sizeof(missing) - used, "%s%s", used ? ", " : "", needs[i].module);
	}
	used = strlen(missing);
	if (!k->has_queue && !has_module(k, "nfnetlink_queue"))
		snprintf(missing + used, sizeof(missing) - used, "%snfnetlink_queue", used ? ", " : "");
	if (*missing) {
		doctor_fail(f, "lacks %s", missing);
		doctor_remedy(f, "install the modules of this kernel; Kernel modules in uturn-rules(8) says what for");
	} else if (!is_seen) {
		doctor_note(f, "not seen: neither what x_tables has, nor a list of modules");
		doctor_remedy(f, "run uturnctl doctor as root");
	} else if (!k->has_landlock) {
		doctor_note(f, "has all modules of the rules, and no Landlock");
		doctor_remedy(f, "files are then kept from uturnd by its user and its unit alone; Linux 5.13 has it");
	} else {
		doctor_ok(f, "has all modules of the rules, and Landlock");
	}
}

static bool has_landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	enum { VERSION = 1 }; /* LANDLOCK_CREATE_RULESET_VERSION */

	return syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION) > 0;
#else
	return false;
#endif
}

void doctor_check_kernel(const struct doctor_host *h, struct doctor_finding *f)
{
	char path[2][256] = { "", "" };
	struct utsname name;
	char *texts[6] = { doctor_text("/proc/net/ip_tables_matches"), doctor_text("/proc/net/ip6_tables_matches"),
		doctor_text("/proc/net/ip_tables_targets"), doctor_text("/proc/net/ip6_tables_targets") };
	struct doctor_kernel k = { .has_landlock = has_landlock(),
		.has_ipv6 = access("/proc/net/if_inet6", F_OK) == 0,
		.has_queue = access("/proc/net/netfilter/nfnetlink_queue", F_OK) == 0,
		.is_nftables = h->tables.nftables != NULL };

	if (uname(&name) == 0) {
		snprintf(path[0], sizeof(path[0]), "/lib/modules/%s/modules.builtin", name.release);
		snprintf(path[1], sizeof(path[1]), "/lib/modules/%s/modules.dep", name.release);
	}
	texts[4] = doctor_text(path[0]);
	texts[5] = doctor_text(path[1]);
	for (int i = 0; i < 2; i++) {
		k.matches[i] = texts[i];
		k.targets[i] = texts[2 + i];
		k.modules[i] = texts[4 + i];
	}
	doctor_judge_kernel(&k, f);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
}

void doctor_judge_recent(unsigned long sources, struct doctor_finding *f)
{
	enum { FEW = 1000 };

	doctor_ok(f, "xt_recent holds %lu probers of each family", sources);
	if (sources >= FEW)
		return;
	doctor_note(f, "xt_recent holds %lu probers of each family: above that the least recently active is evicted",
		sources);
	doctor_remedy(f, "'options xt_recent ip_list_tot=4096' in modprobe.d, or --state ipset: uturn-rules(8)");
}

void doctor_check_recent(const struct doctor_host *h, struct doctor_finding *f)
{
	static const char path[] = "/sys/module/xt_recent/parameters/ip_list_tot";
	unsigned long sources;

	(void)h;
	if (access("/proc/net/xt_recent/hop001", F_OK) != 0 && errno == ENOENT)
		doctor_ok(f, "no list of xt_recent is in use");
	else if (doctor_number(path, &sources))
		doctor_judge_recent(sources, f);
	else
		doctor_unseen(f, path, errno);
}

void doctor_judge_conntrack(unsigned long count, unsigned long max, struct doctor_finding *f)
{
	enum { FULL = 90 }; /* percent */

	if (max && count > max / 100 * FULL + max % 100 * FULL / 100) {
		doctor_fail(f, "%lu of %lu connections: when the table is full, packets of new ones are dropped", count,
			max);
		doctor_remedy(f, "raise net.netfilter.nf_conntrack_max");
	} else {
		doctor_ok(f, "%lu of %lu connections", count, max);
	}
}

void doctor_check_conntrack(const struct doctor_host *h, struct doctor_finding *f)
{
	static const char count_path[] = "/proc/sys/net/netfilter/nf_conntrack_count",
			  max_path[] = "/proc/sys/net/netfilter/nf_conntrack_max";
	unsigned long count, max;

	(void)h;
	if (doctor_number(count_path, &count) && doctor_number(max_path, &max))
		doctor_judge_conntrack(count, max, f);
	else if (errno == ENOENT)
		doctor_ok(f, "connections are not tracked");
	else
		doctor_unseen(f, count_path, errno);
}
