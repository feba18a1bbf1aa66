/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "common/text.h"
#include "doctor_files.h"
#include "packet/special.h"

/* A host with addresses for labs alone has them, too. */
static struct doctor_families find_families(void)
{
	struct doctor_families has = { false, false };
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) != 0)
		return (struct doctor_families){ true, true };
	for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
		struct addr a;

		if (!i->ifa_addr || i->ifa_flags & IFF_LOOPBACK || !sockaddr_read(i->ifa_addr, &a, NULL))
			continue;
		if (a.family == 4)
			has.has4 = true;
		else if (!addr_is_link_local6(&a))
			has.has6 = true;
	}
	freeifaddrs(all);
	return has;
}

static bool is_unread(const struct doctor_host *h, struct doctor_finding *f)
{
	if (h->config_error)
		doctor_note(f, "not seen: the configuration cannot be read");
	return h->config_error != 0;
}

/* As uturnd asks the kernel: an address of a local route is this host's, too. */
static bool is_missing(const struct addr *a)
{
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(a, 0, &to);
	int fd = a->family ? socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	bool is_missing = fd >= 0 && bind(fd, (struct sockaddr *)&to, len) != 0 && errno == EADDRNOTAVAIL;

	if (fd >= 0)
		close(fd);
	return is_missing;
}

void doctor_check_inflection(const struct doctor_host *h, struct doctor_finding *f)
{
	const struct addr *const all[] = { &h->config.inflection4, &h->config.inflection6 };
	char text[2][ADDR_TEXT_SIZE];

	if (is_unread(h, f))
		return;
	for (int i = 0; i < 2; i++) {
		if (!is_missing(all[i]))
			continue;
		doctor_fail(f, "%s is not an address of this host", addr_text(all[i], text[0]));
		doctor_remedy(f, "ip address add %s/%d dev INTERFACE, or correct 'inflection' in uturnd.conf(5)",
			text[0], all[i]->family == 6 ? 128 : 32);
		return;
	}
	if (all[0]->family && all[1]->family)
		doctor_ok(f, "%s and %s are this host's", addr_text(all[0], text[0]), addr_text(all[1], text[1]));
	else if (all[0]->family || all[1]->family)
		doctor_ok(f, "%s is this host's", addr_text(all[all[0]->family ? 0 : 1], text[0]));
	else
		doctor_ok(f, "none is configured");
}

void doctor_judge_second_address(const struct config *c, const struct doctor_families *has, struct doctor_finding *f)
{
	static const char *const effects[] = {
		[INFLECTION_AUTO] =
			"mtr, scamper, nmap, trippy and inetutils -I see an asterisk at the inflection point, "
			"and hping3 stays there",
		[INFLECTION_TARGET] =
			"mtr, scamper, nmap, trippy, traceflow, paris-traceroute and inetutils -I stop at "
			"the inflection point",
		[INFLECTION_SILENT] = "every client sees an asterisk at the inflection point, and hping3 stays there",
	};
	const bool lacks4 = has->has4 && !c->inflection4.family, lacks6 = has->has6 && !c->inflection6.family;
	const bool is_self = (lacks4 && c->answer_from4 == ANSWER_FROM_SELF) ||
		(lacks6 && c->answer_from6 == ANSWER_FROM_SELF);

	if (!lacks4 && !lacks6) {
		doctor_ok(f, "every client goes on past the inflection point");
		return;
	}
	doctor_note(f, "none for %s: %s%s", lacks4 && lacks6 ? "IPv4 and IPv6" : (lacks4 ? "IPv4" : "IPv6"),
		effects[c->inflection], is_self ? "; with answer-from self many stop at the first router" : "");
	doctor_remedy(f, "a further address of this host that is not traced to: 'inflection ADDR' in uturnd.conf(5)");
}

void doctor_check_second_address(const struct doctor_host *h, struct doctor_finding *f)
{
	const struct doctor_families has = find_families();

	if (!is_unread(h, f))
		doctor_judge_second_address(&h->config, &has, f);
}

size_t doctor_uplinks(const char *routes, struct doctor_uplink uplinks[DOCTOR_UPLINKS])
{
	enum { UP = 0x1, GATEWAY = 0x2 }; /* RTF_ of linux/route.h */
	size_t count = 0;

	for (const char *line = routes; line && *line; line = strchr(line, '\n')) {
		struct doctor_uplink *u = &uplinks[count];
		unsigned flags;
		size_t i;

		line += *line == '\n';
		/* Iface Destination Gateway Flags ... */
		if (count == DOCTOR_UPLINKS || sscanf(line, "%15s %*x %*x %x", u->name, &flags) != 2 ||
			(flags & (UP | GATEWAY)) != (UP | GATEWAY))
			continue;
		u->rp_filter = 0;
		for (i = 0; i < count && strcmp(uplinks[i].name, u->name) != 0; i++)
			;
		count += i == count;
	}
	return count;
}

void doctor_judge_rp_filter(const struct doctor_uplink *uplinks, size_t count, struct doctor_finding *f)
{
	enum { STRICT = 1 };
	char strict[256] = "";

	for (size_t i = 0; i < count; i++) {
		const size_t used = strlen(strict);

		if (uplinks[i].rp_filter == STRICT)
			snprintf(strict + used, sizeof(strict) - used, "%s%s", used ? ", " : "", uplinks[i].name);
	}
	if (count < 2) {
		doctor_ok(f, "%s", count ? "one uplink" : "no gateway");
	} else if (!*strict) {
		doctor_ok(f, "not strict on %zu uplinks", count);
	} else {
		doctor_note(f,
			"strict on %s, with %zu uplinks: probes that come in by another one than answers leave by are dropped",
			strict, count);
		doctor_remedy(f, "sysctl net.ipv4.conf.INTERFACE.rp_filter=2, and of all not 1");
	}
}

void doctor_check_rp_filter(const struct doctor_host *h, struct doctor_finding *f)
{
	struct doctor_uplink uplinks[DOCTOR_UPLINKS];
	char *routes = doctor_text("/proc/net/route");
	unsigned long of_all = 0;
	size_t count;

	(void)h;
	if (!routes) {
		doctor_unseen(f, "/proc/net/route", errno);
		return;
	}
	count = doctor_uplinks(routes, uplinks);
	free(routes);
	(void)doctor_number("/proc/sys/net/ipv4/conf/all/rp_filter", &of_all);
	for (size_t i = 0; i < count; i++) {
		char path[128];
		unsigned long own = 0;

		snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%.15s/rp_filter", uplinks[i].name);
		(void)doctor_number(path, &own);
		uplinks[i].rp_filter = own > of_all ? own : of_all;
	}
	doctor_judge_rp_filter(uplinks, count, f);
}

/* One family of doctor_judge_verdict(). False: nothing to say of it. A failure is not replaced. */
static void judge_family(int family, enum answer_from from, enum chosen chosen, bool is_known, enum answer_from verdict,
	struct doctor_finding *f)
{
	if (f->result == DOCTOR_FAIL)
		return;
	if (chosen == CHOSEN_BY_FILE && is_known && from == ANSWER_FROM_ROUTER && verdict == ANSWER_FROM_SELF) {
		doctor_fail(f, "answer-from is router for IPv%d, and packets with a foreign source do not arrive",
			family);
		doctor_remedy(f, "'answer-from%d self' in uturnd.conf(5), or test again: uturnctl spoof-check --save",
			family);
	} else if (chosen == CHOSEN_BY_FILE && is_known && from != verdict) {
		doctor_note(f, "answer-from is self for IPv%d, and packets with a foreign source do arrive", family);
		doctor_remedy(f, "'answer-from%d router' in uturnd.conf(5) shows routers to every client", family);
	} else if (!is_known && from == ANSWER_FROM_ROUTER) {
		doctor_note(f, "no verdict for IPv%d: it is not known whether answers with a router's source arrive",
			family);
		doctor_remedy(f, "uturnctl spoof-check --save HOST");
	}
}

void doctor_judge_verdict(const struct config *c, const struct config_verdict *v, long long age_s,
	const struct doctor_families *has, struct doctor_finding *f)
{
	enum { OLD_DAYS = 90, DAY_S = 86400 };
	const bool is_known = v->is_known4 || v->is_known6;

	doctor_ok(f, "%s", is_known ? "answer-from agrees with the verdict" : "answer-from is self");
	if (is_known && age_s > (long long)OLD_DAYS * DAY_S) {
		doctor_note(f, "the verdict is %lld days old", age_s / DAY_S);
		doctor_remedy(f, "uturnctl spoof-check --save HOST");
	}
	if (has->has6)
		judge_family(6, c->answer_from6, c->answer_from_chosen6, v->is_known6, v->answer_from6, f);
	if (has->has4)
		judge_family(4, c->answer_from4, c->answer_from_chosen4, v->is_known4, v->answer_from4, f);
}

void doctor_check_verdict(const struct doctor_host *h, struct doctor_finding *f)
{
	const struct doctor_families has = find_families();
	struct stat st = { .st_mtime = time(NULL) };
	struct config_verdict verdict;
	char why[CONFIG_WHY_SIZE];

	if (is_unread(h, f))
		return;
	(void)stat(config_verdict_path, &st);
	if (config_verdict_load(config_verdict_path, &verdict, why, sizeof(why)))
		doctor_fail(f, "%s", why);
	else
		doctor_judge_verdict(&h->config, &verdict, (long long)time(NULL) - (long long)st.st_mtime, &has, f);
}
