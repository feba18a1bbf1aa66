/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules/cli.h"
#include "rules/cli_parse.h"

static enum cli_next parse(const char *line, struct cli *c, char *why, size_t size)
{
	char words[256], *argv[24], *save = NULL;
	int argc = 0;

	snprintf(words, sizeof(words), "uturn-rules %s", line);
	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	why[0] = '\0';
	return cli_parse(c, argc, argv, why, size);
}

static void names_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
		{ "", "an operation is missing: print, apply, keep, remove, check or status" },
		{ "-4", "an operation is missing: print, apply, keep, remove, check or status" },
		{ "aply", "unknown operation 'aply', did you mean 'apply'?" },
		{ "xyzzy", "unknown operation 'xyzzy', see uturn-rules --help" },
		{ "print apply", "'apply': expected exactly one operation" },
		{ "print --hopps 3", "unknown option '--hopps', did you mean '--hops'?" },
		{ "print --queu=3", "unknown option '--queu', did you mean '--queue'?" },
		{ "print -x", "unknown option '-x', see uturn-rules --help" },
		{ "print --hops", "--hops: a value is missing: N" },
		{ "print --shell=yes", "--shell: takes no value" },
		{ "print --hops 0", "--hops: '0' is not a number between 1 and 63" },
		{ "print --hops 64", "--hops: '64' is not a number between 1 and 63" },
		{ "print --hops=", "--hops: '' is not a number between 1 and 63" },
		{ "print --gap -1", "--gap: '-1' is not a number between 1 and 63" },
		{ "print --window 1m", "--window: '1m' is not a number between 1 and 3600" },
		{ "print --limit 0/s", "--limit: '0/s' is not a number between 1 and 1000000" },
		{ "print --limit-total 9M", "--limit-total: '9M' is not a number between 1 and 1000000" },
		{ "print --mark 0x", "--mark: '0x' is not a number between 0 and 4294967295" },
		{ "print --mark 54h", "--mark: '54h' is not a number between 0 and 4294967295" },
		{ "print --mark 0x100000000", "--mark: '0x100000000' is not a number between 0 and 4294967295" },
		{ "print --queue 5:", "--queue: '5:' is not N or N:M" },
		{ "print --queue 8:5", "--queue: '8:5' is not N or N:M with N <= M <= 65535" },
		{ "print --queue 5:37", "--queue: '5:37' is more than 32 queues" },
		{ "print --queue 65536", "--queue: '65536' is not N or N:M with N <= M <= 65535" },
		{ "print --queue 99999999999999999999",
			"--queue: '99999999999999999999' is not N or N:M with N <= M <= 65535" },
		{ "print --deny-set", "--deny-set: a value is missing: NAME" },
		{ "print --deny-set a;b",
			"--deny-set: 'a;b' is not the name of an ipset: letters, digits and -_.:@+, at most 31" },
		{ "print --deny-set -4",
			"--deny-set: '-4' is not the name of an ipset: letters, digits and -_.:@+, at most 31" },
		{ "print --deny-set a2345678901234567890123456789012",
			"--deny-set: 'a2345678901234567890123456789012' is not the name of an ipset:"
			" letters, digits and -_.:@+, at most 31" },
		{ "print --deny-set uturn-hop001",
			"--deny-set: 'uturn-hop001' is a name of the sets of --state ipset" },
		{ "print --deny-set a --deny-set b --deny-set c --deny-set d --deny-set e --deny-set f --deny-set g"
		  " --deny-set h --deny-set i",
			"--deny-set: 'i': more than 8 sets" },
		{ "print --state ipest", "--state: 'ipest' is not one of recent|ipset" },
		{ "print --backend bpf", "--backend: 'bpf' is not one of auto|legacy|nft|nftables" },
		{ "print --protocols sptc",
			"--protocols: 'sptc' is not udp, tcp or icmp, nor the name or number of another protocol" },
		{ "print --protocols 256",
			"--protocols: '256' is not udp, tcp or icmp, nor the name or number of another protocol" },
		{ "print --protocols 25x",
			"--protocols: '25x' is not udp, tcp or icmp, nor the name or number of another protocol" },
		{ "print --protocols udp,ospf",
			"--protocols: 'ospf' is sent with a low TTL by design, or has a name here (udp, tcp, icmp)" },
		{ "print --protocols 6",
			"--protocols: '6' is sent with a low TTL by design, or has a name here (udp, tcp, icmp)" },
		{ "print --protocols 200,201,202,203,204,205,206,207,208",
			"--protocols: '208': more than 8 further protocols" },
		{ "print --protocols ,", "--protocols: a protocol is missing: udp, tcp, icmp or others" },
		{ "print --exclude-ports 1,x", "--exclude-ports: 'x' is not PORT, PORT-PORT, udp:PORT or tcp:PORT" },
	};
	struct cli c;
	char why[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].line, &c, why, sizeof(why)), CLI_WRONG);
		assert_string_equal(why, rows[i].why);
	}
}

static void takes_every_option(void **state)
{
	struct cli c;
	char why[512];

	(void)state;
	assert_int_equal(parse("apply", &c, why, sizeof(why)), CLI_RUN);
	assert_int_equal(c.operation, APPLY);
	assert_true(cli_wants(&c, 4) && cli_wants(&c, 6));
	assert_int_equal(c.plan.hops, 32);
	assert_int_equal(c.plan.window_s, 30);
	assert_int_equal(c.plan.gap, 6);
	assert_int_equal(c.plan.arm, 6);
	assert_int_equal(c.plan.limit, 200);
	assert_int_equal(c.plan.mark, 0x54);
	assert_int_equal(parse("apply --mark 0x1f", &c, why, sizeof(why)), CLI_RUN);
	assert_int_equal(c.plan.mark, 0x1f);
	assert_int_equal(parse("apply --limit none --limit-total=none", &c, why, sizeof(why)), CLI_RUN);
	assert_int_equal(c.plan.limit, 0);
	assert_int_equal(c.plan.limit_total, 0);

	assert_int_equal(parse("-6 --queue=5:8 --hops 4 --window 20s --gap 3 --protocols udp,icmp --state ipset"
			       " check --backend nft --limit 100/s --shell",
				 &c, why, sizeof(why)),
		CLI_RUN);
	assert_int_equal(c.operation, CHECK);
	assert_true(!cli_wants(&c, 4) && cli_wants(&c, 6));
	assert_int_equal(c.plan.queue_first, 5);
	assert_int_equal(c.plan.queue_last, 8);
	assert_int_equal(c.plan.hops, 4);
	assert_int_equal(c.plan.arm, 4); /* no more than hops */
	assert_int_equal(c.plan.window_s, 20);
	assert_int_equal(c.plan.gap, 3);
	assert_true(c.plan.udp && !c.plan.tcp && c.plan.icmp);
	assert_int_equal(c.plan.state, PLAN_IPSET);
	assert_int_equal(c.backend, BACKEND_NFT);
	assert_int_equal(c.plan.limit, 100);
	assert_int_equal(c.plan.limit_total, 20000);
	assert_true(c.shell);

	assert_int_equal(parse("print --protocols icmp,136,253", &c, why, sizeof(why)), CLI_RUN);
	assert_true(!c.plan.udp && !c.plan.tcp && c.plan.icmp);
	assert_string_equal(c.plan.others[0], "udplite"); /* as iptables-save shows it */
	assert_string_equal(c.plan.others[1], "253");
	assert_string_equal(c.plan.others[2], "");

	assert_int_equal(parse("print --deny-set f2b-sshd --deny-set=f2b-sshd6 --deny-set f2b-sshd", &c, why,
				 sizeof(why)),
		CLI_RUN);
	assert_string_equal(c.plan.deny[0].name, "f2b-sshd");
	assert_string_equal(c.plan.deny[1].name, "f2b-sshd6");
	assert_string_equal(c.plan.deny[2].name, "");
	assert_int_equal(c.plan.deny[1].family, 0);

	assert_int_equal(parse("print -4 -6", &c, why, sizeof(why)), CLI_RUN);
	assert_true(cli_wants(&c, 4) && cli_wants(&c, 6));
	assert_int_equal(parse("print --nonsense --help", &c, why, sizeof(why)), CLI_HELP);
	assert_int_equal(parse("-v", &c, why, sizeof(why)), CLI_VERSION);
}

/* Whichever comes first on the command line, what is written there wins. */
static void reads_the_configuration_of_uturnd(void **state)
{
	static const char text[] =
		"queue 11:12\nmax-ttl 20\nmark 0x5000\nlimit 77/s per-prober\nlimit 100000000/s total\n",
			  high[] = "max-ttl 64\n";
	char path[] = "/tmp/test_rules_cli.XXXXXX", line[128], why[512];
	int fd = mkstemp(path);
	struct cli c;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	snprintf(line, sizeof(line), "print --hops 9 --config %s", path);
	assert_int_equal(parse(line, &c, why, sizeof(why)), CLI_RUN);
	assert_int_equal(c.plan.queue_first, 11);
	assert_int_equal(c.plan.queue_last, 12);
	assert_int_equal(c.plan.hops, 9);
	snprintf(line, sizeof(line), "print --config=%s", path);
	assert_int_equal(parse(line, &c, why, sizeof(why)), CLI_RUN);
	assert_int_equal(c.plan.hops, 20);
	assert_int_equal(c.plan.limit, 77);
	assert_int_equal(c.plan.mark, 0x5000);
	assert_int_equal(c.plan.limit_total, 0); /* more than the rules can count */
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, high, strlen(high), 0), (int)strlen(high));
	assert_int_equal(parse(line, &c, why, sizeof(why)), CLI_WRONG);
	assert_non_null(strstr(why, "max-ttl"));
	close(fd);
	unlink(path);
	assert_int_equal(parse(line, &c, why, sizeof(why)), CLI_WRONG);
	assert_non_null(strstr(why, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(takes_every_option),
		cmocka_unit_test(reads_the_configuration_of_uturnd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
