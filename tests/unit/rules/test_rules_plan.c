/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as text, and what that text does to a packet: a small iptables walks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/plan.h"
#include "rules/plan_state.h"
#include "rules/plan_write.h"

enum { LINES = 2000 };

struct text {
	char *all, *line[LINES];
	size_t size, count;
};

static struct text text_of(const struct plan *p, int family)
{
	struct text t = { 0 };
	char *save = NULL;
	FILE *out = open_memstream(&t.all, &t.size);

	assert_non_null(out);
	plan_write(p, family, out);
	fclose(out);
	for (char *line = strtok_r(t.all, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		assert_true(t.count < LINES);
		t.line[t.count++] = line;
	}
	return t;
}

static bool has(const struct text *t, const char *line)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->line[i], line) == 0)
			return true;
	return false;
}

static const struct {
	int family;
	const char *line;
} that_matter[] = {
	{ 4, "-A OUTPUT -m mark --mark 0x54 -j UTURN-notrack" },
	{ 6, "-A UTURN-notrack -j CT --notrack" },
	{ 4, "-A INPUT -m ttl --ttl-lt 33 -j UTURN" },
	{ 4, "-A PREROUTING -m ttl --ttl-lt 33 -j UTURN" },
	{ 6, "-A PREROUTING -m hl --hl-lt 33 -j UTURN" },
	{ 4, "-A UTURN-seen -m ttl --ttl-lt 7 -j ACCEPT" },
	{ 4,
		"-A UTURN ! -s 169.254.0.0/16 ! -i lo -p udp -m udp --sport 8473:65535 --dport 8473:65535"
		" -m addrtype ! --src-type LOCAL,BROADCAST --dst-type LOCAL -g UTURN-socket" },
	{ 4,
		"-A UTURN ! -s 169.254.0.0/16 ! -i lo -p tcp"
		" -m addrtype ! --src-type LOCAL,BROADCAST --dst-type LOCAL -g UTURN-tcp" },
	{ 6, "-A UTURN ! -s fe80::/10 ! -i lo -p udp -m addrtype ! --src-type LOCAL --dst-type LOCAL -g UTURN-udp" },
	{ 4,
		"-A UTURN ! -s 169.254.0.0/16 ! -i lo -p icmp -m icmp --icmp-type 8/0"
		" -m addrtype ! --src-type LOCAL,BROADCAST --dst-type LOCAL -g UTURN-seen" },
	{ 4, "-A UTURN-hop007 -j NFQUEUE --queue-num 5 --queue-bypass" },
	{ 4, "-A UTURN-seen -m ttl --ttl-lt 7 -g UTURN-ttl001" },
	{ 4, "-A UTURN-seen -m ttl --ttl-gt 16 -g UTURN-from017" },
	{ 6, "-A UTURN-from017 -g UTURN-seen031" },
	{ 4,
		"-A UTURN-seen007 -m recent --rcheck --seconds 30 --name hop001"
		" --mask 255.255.255.255 --rsource -g UTURN-ttl007" },
	{ 4, "-A UTURN-socket -m socket --nowildcard -j RETURN" },
	{ 4, "-A UTURN-socket -m ttl --ttl-lt 7 -g UTURN-ttl001" },
	{ 4, "-A UTURN-udp -p udp -m udp --dport 1024:65535 -g UTURN-socket" },
	{ 4, "-A UTURN-tcp -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG ACK -m socket -j RETURN" },
	{ 4, "-A UTURN-tcp -p tcp -m tcp --dport 1024:65535 --tcp-flags FIN,SYN,RST,PSH,ACK,URG SYN -m socket -j RETURN" },
	{ 4, "-A UTURN-tcp -p tcp -m cgroup --cgroup 0 -j RETURN" },
	{ 6, "-A UTURN-tcp -p tcp -m cgroup ! --cgroup 0 -j RETURN" },
	{ 4,
		"-A UTURN-ttl001 -m hashlimit --hashlimit-above 200/sec --hashlimit-burst 200 --hashlimit-mode srcip"
		" --hashlimit-name uturn4-200 --hashlimit-htable-size 65536 --hashlimit-htable-max 131072 --hashlimit-htable-expire 6000 -j DROP" },
	{ 4,
		"-A UTURN-ttl031 -m hashlimit --hashlimit-above 20000/sec --hashlimit-burst 2000"
		" --hashlimit-name uturn4-all-20000"
		" -m hashlimit --hashlimit-above 40/sec --hashlimit-burst 128 --hashlimit-mode srcip"
		" --hashlimit-name uturn4-net-40 --hashlimit-htable-size 65536 --hashlimit-htable-max 131072 --hashlimit-htable-expire 8200"
		" --hashlimit-srcmask 24 -j DROP" },
	{ 4, "-A UTURN-ttl009 -m recent --set --name hop009 --mask 255.255.255.255 --rsource" },
	{ 4, "-A UTURN-ttl031 -m ttl --ttl-eq 31 -g UTURN-hop031" },
	{ 4, "-A UTURN-ttl031 -g UTURN-hop032" },
	{ 6, "-A INPUT -m hl --hl-lt 33 -j UTURN" },
	{ 6,
		"-A UTURN ! -s fe80::/10 ! -i lo -p ipv6-icmp -m icmp6 --icmpv6-type 128/0"
		" -m addrtype ! --src-type LOCAL --dst-type LOCAL -g UTURN-seen" },
	{ 6,
		"-A UTURN-ttl001 -m hashlimit --hashlimit-above 200/sec --hashlimit-burst 200 --hashlimit-mode srcip"
		" --hashlimit-name uturn6-200 --hashlimit-htable-size 65536 --hashlimit-htable-max 131072 --hashlimit-htable-expire 6000"
		" --hashlimit-srcmask 64 -j DROP" },
	{ 6,
		"-A UTURN-ttl031 -m hashlimit --hashlimit-above 20000/sec --hashlimit-burst 2000"
		" --hashlimit-name uturn6-all-20000"
		" -m hashlimit --hashlimit-above 40/sec --hashlimit-burst 128 --hashlimit-mode srcip"
		" --hashlimit-name uturn6-net-40 --hashlimit-htable-size 65536 --hashlimit-htable-max 131072 --hashlimit-htable-expire 8200"
		" --hashlimit-srcmask 48 -j DROP" },
	{ 6, "-A UTURN-ttl009 -m recent --set --name hop009-6 --mask ffff:ffff:ffff:ffff:: --rsource" },
};

static void shows_the_lines_that_matter(void **state)
{
	struct plan p;

	(void)state;
	plan_default(&p);
	for (size_t i = 0; i < sizeof(that_matter) / sizeof(that_matter[0]); i++) {
		struct text t = text_of(&p, that_matter[i].family);

		if (!has(&t, that_matter[i].line))
			fail_msg("IPv%d lacks: %s", that_matter[i].family, that_matter[i].line);
		free(t.all);
	}
}

/* A SYN above 32 is an ordinary client's; where no higher TTL comes in no rule says so. */
static void leaves_high_syns(void **state)
{
	static const char line[] =
		"-A UTURN-tcp -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG SYN -m %s-gt 32 -j RETURN";
	char expected[160];

	(void)state;
	for (unsigned hops = 31; hops <= PLAN_HOPS_MAX; hops++)
		for (int family = 4; family <= 6; family += 2) {
			struct plan p;
			struct text t;

			plan_default(&p);
			p.hops = hops;
			t = text_of(&p, family);
			snprintf(expected, sizeof(expected), line, family == 4 ? "ttl --ttl" : "hl --hl");
			assert_int_equal(has(&t, expected), hops > 32);
			free(t.all);
		}
}

/* iptables-save rounds the rate, the plan must say what it will read back: an interval in microseconds. */
static void shows_rates_as_the_kernel_keeps_them(void **state)
{
	static const struct {
		unsigned limit;
		const char *match;
	} rows[] = {
		{ 1, "--hashlimit-above 1/sec --hashlimit-burst 64 --hashlimit-mode srcip --hashlimit-name uturn4-1 " },
		{ 200, "--hashlimit-above 200/sec --hashlimit-burst 200 " },
		{ 3000, "--hashlimit-above 3003/sec --hashlimit-burst 3003 " },
		{ 3003, "--hashlimit-above 3003/sec --hashlimit-burst 3003 " },
		{ PLAN_LIMIT_MAX, "--hashlimit-above 1000000/sec " },
	};
	struct plan p;

	(void)state;
	plan_default(&p);
	p.limit_total = 0;
	p.nat = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t;
		size_t found = 0;

		p.limit = rows[i].limit;
		t = text_of(&p, 4);
		for (size_t j = 0; j < t.count; j++)
			found += strstr(t.line[j], rows[i].match) && strstr(t.line[j], "-A UTURN-ttl001 ");
		assert_int_equal(found, 1);
		free(t.all);
	}
}

/* ---- what iptables-save would make of it ---- */

static const char *word_after(const char *line, const char *key, char word[64])
{
	const char *at = strstr(line, key);

	word[0] = '\0';
	if (at)
		sscanf(at + strlen(key), "%63s", word);
	return at ? word : NULL;
}

static bool is_declared(const struct text *t, const char *chain)
{
	char line[80];

	snprintf(line, sizeof(line), ":%s - [0:0]", chain);
	return has(t, line);
}

/* The lines behind "*name", up to COMMIT, whose index is returned. */
static size_t check_table(const struct text *t, size_t first, const char *hook, int family)
{
	const char *last_chain = "", *last_owner = "";
	char word[64], owner[64], rules_of[64] = "";
	size_t referenced = 0, declared = 0, i;

	for (i = first; i < t->count && strcmp(t->line[i], "COMMIT") != 0; i++) {
		const char *line = t->line[i], *recent = strstr(line, "-m recent");
		const char *ttl = strstr(line, family == 6 ? "-m hl" : "-m ttl");

		if (line[0] == ':') {
			assert_true(strcmp(last_chain, line) < 0); /* in the order of iptables-save */
			assert_true(strcspn(line + 1, " ") <= 28);
			last_chain = line;
			declared++;
			continue;
		}
		assert_non_null(word_after(line, "-A ", owner));
		assert_true(strcmp(owner, hook) == 0 || is_declared(t, owner));
		if (strcmp(owner, rules_of) != 0) {
			/* a chain's rules are together, and sorted behind the built-in chain's */
			assert_true(strcmp(owner, last_owner) > 0 || strcmp(last_owner, hook) == 0);
			snprintf(rules_of, sizeof(rules_of), "%s", owner);
			last_owner = rules_of;
			referenced += strcmp(owner, hook) != 0;
		}
		if (word_after(line, " -g ", word) || (word_after(line, " -j ", word) && !strncmp(word, "UTURN", 5)))
			assert_true(is_declared(t, word));
		if (recent && ttl)
			assert_true(ttl < recent); /* the prototype's fault */
		if (strstr(line, "--set ") || strstr(line, "--add-set "))
			assert_int_equal(sscanf(owner, "UTURN-ttl%1[0-9]", word), 1); /* only behind the TTL */
		if (strstr(line, "NFQUEUE"))
			assert_non_null(strstr(line, " --queue-bypass"));
	}
	assert_int_equal(declared, referenced);
	assert_true(i < t->count);
	return i;
}

static void check_shape(const struct plan *p, int family)
{
	static const struct {
		const char *name, *hook;
	} tables[] = { { "*raw", "OUTPUT" }, { "*nat", "PREROUTING" }, { "*mangle", "INPUT" } };
	const bool wanted[] = { p->mark != 0, p->nat, true };
	struct text t = text_of(p, family);
	size_t at = 0, first = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		assert_int_equal(has(&t, tables[i].name), wanted[i]);
		if (!wanted[i])
			continue;
		first = at;
		assert_string_equal(t.line[at], tables[i].name);
		at = check_table(&t, at + 1, tables[i].hook, family) + 1;
	}
	assert_int_equal(at, t.count);
	/* iptables-nft sends 380 bytes a line in one message a table; without privilege 212,992 fit */
	assert_true(p->hops > 40 || t.count - first < 420);
	free(t.all);
}

/* A set of one family is in its rules only; a list:set, and one that nobody asked for, in both. */
static void leaves_out_denied_sources(void **state)
{
	static const char *const lines[] = {
		"-A UTURN -m set --match-set banned src -g UTURN-denied",
		"-A UTURN -m set --match-set banned6 src -g UTURN-denied",
		"-A UTURN -m set --match-set both src -g UTURN-denied",
		"-A UTURN-request -m set --match-set banned src -g UTURN-denied",
		"-A UTURN-request -m set --match-set banned6 src -g UTURN-denied",
		"-A UTURN-denied ! -s 169.254.0.0/16 ! -i lo -m addrtype ! --src-type LOCAL,BROADCAST --dst-type LOCAL -j RETURN",
		"-A UTURN-denied ! -s fe80::/10 ! -i lo -m addrtype ! --src-type LOCAL --dst-type LOCAL -j RETURN",
	};
	static const struct {
		int family;
		bool request;
		const char *has; /* which of the lines */
	} rows[] = {
		{ 4, false, "1010010" },
		{ 6, false, "0110001" },
		{ 4, true, "1011010" },
		{ 6, true, "0110101" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan p;
		struct text t;

		plan_default(&p);
		p.request = rows[i].request;
		p.deny[0] = (struct plan_deny){ "banned", 4 };
		p.deny[1] = (struct plan_deny){ "banned6", 6 };
		p.deny[2] = (struct plan_deny){ "both", 0 };
		t = text_of(&p, rows[i].family);
		for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++)
			if (has(&t, lines[k]) != (rows[i].has[k] == '1'))
				fail_msg("IPv%d: %s", rows[i].family, lines[k]);
		free(t.all);
	}
}

static void is_well_formed_for_every_option(void **state)
{
	struct plan p;

	(void)state;
	for (unsigned hops = 1; hops <= PLAN_HOPS_MAX; hops++)
		for (unsigned variant = 0; variant < 32; variant++) {
			plan_default(&p);
			p.hops = hops;
			p.arm = variant & 1 ? 1 : hops < 6 ? hops : 6;
			p.gap = variant & 2 ? 1 : 6;
			p.state = variant & 4 ? PLAN_IPSET : PLAN_RECENT;
			p.tcp = p.udp = !(variant & 8);
			p.queue_last = variant & 16 ? 8 : 5;
			p.limit = variant & 16 ? 100 : 0;
			p.limit_total = variant & 2 ? 1000 : 0;
			p.request = variant & 1;
			p.mark = variant & 8 ? 0 : 0x54;
			p.nat = !(variant & 16);
			for (unsigned k = 0; k < (variant & 4 ? PLAN_DENY_SETS : 0); k++)
				p.deny[k] = (struct plan_deny){ "f2b-sshd", k % 3 * 2 == 2 ? 6 : 0 };
			check_shape(&p, variant & 2 ? 6 : 4);
		}
}

/* ---- a packet's way ---- */

static bool matches(const char *line, unsigned ttl, unsigned seen_at)
{
	unsigned n;
	const char *at;

	at = strstr(line, "ttl-lt ");
	if (at && sscanf(at, "ttl-lt %u", &n) == 1 && ttl >= n)
		return false;
	at = strstr(line, "ttl-gt ");
	if (at && sscanf(at, "ttl-gt %u", &n) == 1 && ttl <= n)
		return false;
	at = strstr(line, "ttl-eq ");
	if (at && sscanf(at, "ttl-eq %u", &n) == 1 && ttl != n)
		return false;
	at = strstr(line, "--rcheck");
	if (at && sscanf(strstr(at, "--name "), "--name hop%u", &n) == 1 && n != (seen_at + 7) / 8 * 8 - 7)
		return false;
	return true;
}

/* The hop whose chain queues a probe of this TTL when its quiet source was seen at seen_at only; 0 for none. */
static unsigned queued_as(const struct text *t, const char *from, unsigned ttl, unsigned seen_at)
{
	char chain[64], owner[64], next[64];
	unsigned hop = 0, list;

	snprintf(chain, sizeof(chain), "%s", from);
	for (size_t i = 0; i < t->count; i++) {
		if (!word_after(t->line[i], "-A ", owner) || strcmp(owner, chain) != 0 ||
			!matches(t->line[i], ttl, seen_at))
			continue;
		if (strstr(t->line[i], "-j NFQUEUE")) {
			assert_int_equal(sscanf(chain, "UTURN-hop%u", &hop), 1);
			return hop;
		}
		if (ttl > 0 && strstr(t->line[i], " --set ")) {
			assert_int_equal(sscanf(strstr(t->line[i], "--name"), "--name hop%u", &list), 1);
			assert_int_equal(list, plan_block(ttl));
		}
		if (!word_after(t->line[i], " -g ", next))
			continue; /* a limit, or the memory */
		snprintf(chain, sizeof(chain), "%s", next);
		i = 0; /* from the top, the chain may stand before this one */
	}
	return 0;
}

/* Is the line one of the mangle table alone: of what limits, remembers and queues, and what knows a packet's socket? */
static bool is_of_mangle(const char *line)
{
	static const char *const alone[] = { "UTURN-hop", "UTURN-ttl", "UTURN-asked" };
	const char *chain = line + (line[0] == ':' ? 1 : strlen("-A "));

	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (strncmp(chain, alone[i], strlen(alone[i])) == 0)
			return true;
	return strstr(line, " -m cgroup ") != NULL;
}

/* Is the line of nat that of mangle, but for the hook, and for ACCEPT where mangle goes on to its own chains? */
static bool is_the_same(const char *nat, const char *mangle)
{
	size_t end;

	if (strncmp(nat, "-A PREROUTING ", 14) == 0)
		return strncmp(mangle, "-A INPUT ", 9) == 0 && strcmp(nat + 14, mangle + 9) == 0;
	if (!strstr(nat, " -j ACCEPT"))
		return strcmp(nat, mangle) == 0 && !strstr(mangle, " -g UTURN-ttl");
	end = (size_t)(strstr(nat, " -j ACCEPT") - nat);
	return strncmp(nat, mangle, end) == 0 &&
		(strncmp(mangle + end, " -g UTURN-ttl", 13) == 0 || strcmp(mangle + end, " -g UTURN-asked") == 0);
}

/* What the nat table leaves as it is must be what mangle queues: up to UTURN-ttlNNN both are the same but for the hook. */
static void leaves_untranslated_what_is_queued(void **state)
{
	struct plan p;

	(void)state;
	plan_default(&p);
	for (unsigned variant = 0; variant < 16; variant++) {
		struct text t;
		size_t nat = 0, mangle = 0;

		p.request = variant & 1;
		p.state = variant & 2 ? PLAN_IPSET : PLAN_RECENT;
		p.tcp = p.icmp = !(variant & 4);
		t = text_of(&p, variant & 8 ? 6 : 4);
		while (strcmp(t.line[nat], "*nat") != 0)
			nat++;
		while (strcmp(t.line[mangle], "*mangle") != 0)
			mangle++;
		while (strcmp(t.line[nat], "COMMIT") != 0) {
			nat++;
			mangle++;
			while (is_of_mangle(t.line[mangle]))
				mangle++;
			if (!is_the_same(t.line[nat], t.line[mangle]))
				fail_msg("nat has '%s' where mangle has '%s'", t.line[nat], t.line[mangle]);
		}
		free(t.all);
	}
}

static void queues_who_was_seen_near(void **state)
{
	static const struct {
		unsigned hops, gap, arm;
	} rows[] = {
		{ 32, 6, 6 },
		{ 32, 1, 1 },
		{ 32, 31, 1 },
		{ 32, 6, 32 },
		{ 32, 40, 6 },
		{ 9, 6, 6 },
		{ 8, 3, 2 },
		{ 7, 6, 6 },
		{ 1, 6, 1 },
		{ 63, 6, 6 },
		{ 33, 8, 9 },
		{ 17, 2, 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned hops = rows[i].hops, gap = rows[i].gap, arm = rows[i].arm;
		struct plan p;
		struct text t;

		plan_default(&p);
		p.hops = hops;
		p.gap = gap;
		p.arm = arm;
		p.nat = false;
		t = text_of(&p, 4);
		for (unsigned ttl = 0; ttl <= hops; ttl++)
			for (unsigned seen_at = 0; seen_at <= hops; seen_at++) {
				unsigned got = queued_as(&t, "UTURN-seen", ttl, seen_at);
				unsigned back = ttl > gap ? ttl - gap
							  : 1; /* at least that far, up to its block's start */
				bool passes = ttl > 0 &&
					(ttl <= arm || (seen_at > 0 && (seen_at - 1) / 8 >= (back - 1) / 8));

				assert_int_equal(got, queued_as(&t, "UTURN-socket", ttl, seen_at));
				assert_true(passes || seen_at == 0 || ttl == 0 || seen_at + gap < ttl);
				if (got != (passes ? ttl : 0))
					fail_msg("hops %u gap %u arm %u: TTL %u, seen at %u, is queued as %u", hops,
						gap, arm, ttl, seen_at, got);
			}
		free(t.all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_the_lines_that_matter),
		cmocka_unit_test(leaves_high_syns),
		cmocka_unit_test(shows_rates_as_the_kernel_keeps_them),
		cmocka_unit_test(leaves_out_denied_sources),
		cmocka_unit_test(is_well_formed_for_every_option),
		cmocka_unit_test(leaves_untranslated_what_is_queued),
		cmocka_unit_test(queues_who_was_seen_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
