/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of `uturnctl doctor` make of uturn-web: its configuration, its pair, the INPUT chains before its ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "tests/doctor_expect.h"
#include "tools/uturnctl/doctor_web.h"

static void reads_web_file(void **state)
{
	struct doctor_web_file w;
	char many[32 * 40] = "";

	(void)state;
	doctor_web_file_parse("", &w);
	assert_int_equal(w.listener_count, 1);
	assert_int_equal(w.listeners[0].port, 80);
	assert_int_equal(w.listeners[0].addr.family, 6);
	assert_string_equal(w.user, "uturn-web");
	assert_string_equal(w.control, "/run/uturn/control");
	doctor_web_file_parse("# listen 192.0.2.1:1\n  listen\t192.0.2.1:8080 # tls\nlisten [::1]:443 tls\n"
			      "listen nowhere\ncertificate /a.crt\nkey /a#b\ncontrol /c\r\nuser\nmmdb /x\nuser w",
		&w);
	assert_int_equal(w.listener_count, 2);
	assert_int_equal(w.listeners[0].port, 8080);
	assert_false(w.listeners[0].is_tls);
	assert_int_equal(w.listeners[1].port, 443);
	assert_true(w.listeners[1].is_tls);
	assert_string_equal(w.certificate, "/a.crt");
	assert_string_equal(w.key, "/a#b");
	assert_string_equal(w.control, "/c");
	assert_string_equal(w.user, "w");
	for (int i = 1; i < 30; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "listen 192.0.2.1:%d\n", i);
	doctor_web_file_parse(many, &w);
	assert_int_equal(w.listener_count, DOCTOR_LISTENERS);
}

static void judges_inband(void **state)
{
	static const struct {
		const char *config, *web; /* NULL: uturn-web does not run */
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ "inband on\n", "listen [::]:443 tls\nlisten 0.0.0.0:80\n", DOCTOR_OK, "on" },
		{ "inband on\n", NULL, DOCTOR_OK, "on, and uturn-web does not run" },
		{ "", NULL, DOCTOR_OK, "off, and" },
		{ "", "", DOCTOR_FAIL, "off, and uturn-web runs" },
		{ "inband on\n", "listen [::]:8080\n", DOCTOR_FAIL, "not for port 8080" },
		{ "inband on\ninband-ports 8000-8099\n", "listen [::]:8080\n", DOCTOR_OK, "on" },
		{ "inband on\n", "control /tmp/c\n", DOCTOR_FAIL,
			"asks at /tmp/c, and uturnd answers at /run/uturn/control" },
	};
	struct doctor_finding f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doctor_web_file w;
		struct config c;
		char why[CONFIG_WHY_SIZE];

		assert_int_equal(config_parse("t", rows[i].config, strlen(rows[i].config), &c, why, sizeof(why)), 0);
		doctor_web_file_parse(rows[i].web ? rows[i].web : "", &w);
		doctor_judge_inband(&c, rows[i].web ? &w : NULL, &f);
		doctor_expect(i, &f, rows[i].result, rows[i].words);
	}
}

/* ---- certificate ---- */

static EVP_PKEY *make_key(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	assert_non_null(key);
	return key;
}

/* Both for the caller to free. */
static char *text_of(X509 *certificate, EVP_PKEY *key)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *bytes, *text;
	long len;

	if (certificate)
		assert_int_equal(PEM_write_bio_X509(out, certificate), 1);
	else
		assert_int_equal(PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(out, &bytes);
	text = strndup(bytes, (size_t)len);
	BIO_free(out);
	return text;
}

static X509 *make_certificate(EVP_PKEY *key, time_t not_after)
{
	X509 *x = X509_new();

	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(x), 0));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(x), not_after));
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static void reads_pairs(void **state)
{
	const time_t end = 4102444800; /* 2100-01-01, which ASN.1 writes in another form than this century */
	EVP_PKEY *key = make_key(), *other = make_key();
	X509 *x = make_certificate(key, end);
	char *x_text = text_of(x, NULL), *key_text = text_of(NULL, key), *other_text = text_of(NULL, other);
	struct doctor_pair pair;
	char why[64] = "";

	(void)state;
	assert_true(doctor_pair_read(x_text, key_text, &pair, why, sizeof(why)));
	assert_true(pair.is_matching);
	assert_int_equal(pair.not_after, end);
	assert_true(doctor_pair_read(x_text, other_text, &pair, why, sizeof(why)));
	assert_false(pair.is_matching);
	assert_false(doctor_pair_read(key_text, key_text, &pair, why, sizeof(why)));
	assert_string_equal(why, "the certificate is not PEM");
	assert_false(doctor_pair_read(x_text, "", &pair, why, sizeof(why)));
	assert_string_equal(why, "the key is not PEM, or has a passphrase");
	x_text[strlen(x_text) / 2] = '\0';
	assert_false(doctor_pair_read(x_text, key_text, &pair, why, sizeof(why)));
	X509_free(x);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	free(x_text);
	free(key_text);
	free(other_text);
}

static void judges_pairs(void **state)
{
	enum { DAY = 86400, NOW = 1000 * DAY };
	static const struct {
		struct doctor_pair pair;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ { true, NOW + 90 * DAY }, DOCTOR_OK, "valid for 90 days" },
		{ { true, NOW + 14 * DAY + 1 }, DOCTOR_OK, "valid for 14 days" },
		{ { true, NOW + 14 * DAY }, DOCTOR_FAIL, "expires in 14 days" },
		{ { true, NOW }, DOCTOR_FAIL, "expired 0 days ago" },
		{ { true, NOW - 3 * DAY }, DOCTOR_FAIL, "expired 3 days ago" },
		{ { false, NOW + 90 * DAY }, DOCTOR_FAIL, "not that of the certificate" },
	};
	struct doctor_finding f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		doctor_judge_pair(&rows[i].pair, NOW, &f);
		doctor_expect(i, &f, rows[i].result, rows[i].words);
	}
}

/* ---- ports ---- */

#define POLICY(policy) "*filter\n:INPUT " policy " [0:0]\n:FORWARD DROP [0:0]\n:own - [0:0]\n:bans - [0:0]\n"
#define END "COMMIT\n"

/* Would a connection to TCP port 443 come in? */
static const struct {
	const char *tables;
	enum doctor_input input;
} inputs[] = {
	{ "", DOCTOR_INPUT_OPEN }, { "*nat\n:INPUT DROP [0:0]\n-A INPUT -j DROP\nCOMMIT\n", DOCTOR_INPUT_OPEN },
	{ POLICY("ACCEPT") END, DOCTOR_INPUT_OPEN }, { POLICY("DROP") END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n" END, DOCTOR_INPUT_OPEN },
	{ "*raw\nCOMMIT\n" POLICY("DROP") "-A INPUT -p tcp -m tcp --dport 400:450 -j ACCEPT\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -p tcp -m multiport --dports 80,440:443 -j ACCEPT\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -p tcp -m multiport --dports 80,8443 -j ACCEPT\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -p tcp -m tcp --dport 4430 -j ACCEPT\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -p udp -m udp --dport 443 -j ACCEPT\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n" END,
		DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -p tcp -m conntrack --ctstate NEW,UNTRACKED -m tcp --dport 443 -m comment --comment "
			 "\"the -j DROP \\\" page\" -j ACCEPT\n" END,
		DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT ! -i lo -p tcp -j ACCEPT\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -p tcp -m tcp ! --dport 443 -j ACCEPT\n" END, DOCTOR_INPUT_CLOSED },
	/* a rule that need not match */
	{ POLICY("DROP") "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 443 -j ACCEPT\n" END, DOCTOR_INPUT_SOME },
	{ POLICY("DROP") "-A INPUT -i eth0 -p tcp -m tcp --dport 443 -j ACCEPT\n" END, DOCTOR_INPUT_SOME },
	{ POLICY("DROP") "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 80 -j ACCEPT\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("ACCEPT") "-A INPUT -s 192.0.2.0/24 -j DROP\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("ACCEPT") "-A INPUT ! -s 192.0.2.0/24 -j DROP\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("ACCEPT") "-A INPUT -m set --match-set banned src -j DROP\n" END, DOCTOR_INPUT_OPEN },
	/* other chains */
	{ POLICY("DROP") "-A INPUT -j own\n-A own -p tcp -m tcp --dport 443 -j ACCEPT\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -j own\n-A own -p tcp -m tcp --dport 443 -j RETURN\n-A own -j ACCEPT\n" END,
		DOCTOR_INPUT_CLOSED },
	{ POLICY("ACCEPT") "-A INPUT -j own\n-A own -j RETURN\n-A INPUT -j DROP\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("ACCEPT") "-A INPUT -j bans\n-A INPUT -j own\n-A bans -s 192.0.2.1/32 -j DROP\n-A own -j REJECT "
			   "--reject-with icmp-port-unreachable\n" END,
		DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -i eth0 -j own\n-A own -j ACCEPT\n" END, DOCTOR_INPUT_SOME },
	{ POLICY("ACCEPT") "-A INPUT -i eth0 -j own\n-A own -j DROP\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("ACCEPT") "-A INPUT -g own\n-A INPUT -j DROP\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -j LOG --log-prefix \"-j ACCEPT \"\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -p tcp -j NFQUEUE --queue-num 1\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT\n" END, DOCTOR_INPUT_OPEN },
	{ POLICY("ACCEPT") "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -j DROP\n"
			   "-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m state --state NEW -j DROP\n" END,
		DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -m addrtype --dst-type LOCAL -j own\n-A own -p 6 -j ACCEPT\n" END,
		DOCTOR_INPUT_OPEN },
	{ POLICY("DROP") "-A INPUT -m addrtype --dst-type MULTICAST -j ACCEPT\n" END, DOCTOR_INPUT_CLOSED },
	/* what the kernel refuses, and a text may hold all the same */
	{ POLICY("DROP") "-A INPUT -j own\n-A own -j own\n-A own -j INPUT\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT\n-A INPUT -j\n-A\n-A INPUT \"\n-A INPUT !\n" END, DOCTOR_INPUT_CLOSED },
	{ POLICY("DROP") "-A INPUT -p tcp -j ACCEPT", DOCTOR_INPUT_OPEN }, /* cut: no filter table that ends */
};

static void judges_inputs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		enum doctor_input got = doctor_input_judge(inputs[i].tables, 443);

		if (got != inputs[i].input)
			fail_msg("row %zu: expected %d got %d: %s", i, inputs[i].input, got, inputs[i].tables);
	}
}

static void finds_nft_chains(void **state)
{
	static const char own[] =
		"table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n"
		"table ip6 mangle {\n\tchain INPUT {\n\t\ttype filter hook input priority mangle; policy accept;\n";
	static const struct {
		const char *chains, *name; /* NULL: none */
	} rows[] = {
		{ own, NULL },
		{ "", NULL },
		{ "table inet x {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n",
			NULL },
		{ "table inet x {\n\tchain in {\n\t\ttype nat hook input priority filter; policy drop;\n", NULL },
		{ "table bridge x {\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n", NULL },
		{ "table inet firewalld {\n\tchain mangle_PREROUTING {\n\t}\n\tchain filter_INPUT {\n\t\ttype filter hook input priority "
		  "filter + 10; policy accept;\n",
			"inet firewalld filter_INPUT" },
		{ "table ip own {\n\tchain pre {\n\t\ttype filter hook prerouting priority raw; policy accept;\n",
			"ip own pre" },
		{ "table inet uturn {\n\tchain input {\n\t\ttype filter hook input priority mangle; policy accept;\n",
			NULL },
		{ "table netdev filter {\n\tchain in {\n\t\ttype filter hook ingress device eth0 priority 0; policy accept;\n",
			NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[DOCTOR_CHAIN_SIZE] = "";

		assert_int_equal(doctor_input_has_nft(rows[i].chains, name), rows[i].name != NULL);
		assert_string_equal(name, rows[i].name ? rows[i].name : "");
	}
}

static void judges_ports(void **state)
{
	static const char closed[] = POLICY("DROP") END,
			  some[] = POLICY("DROP") "-A INPUT -s 192.0.2.0/24 -p tcp -j ACCEPT\n" END,
			  open[] = POLICY("DROP") "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n" END;
	static const struct {
		const char *web, *text[2][2], *nft;
		enum doctor_result result;
		const char *words;
	} rows[] = {
		{ "", { { NULL, NULL }, { NULL, NULL } }, "", DOCTOR_OK, "open in INPUT" },
		{ "", { { open, open }, { NULL, NULL } }, "", DOCTOR_OK, "open in INPUT" },
		{ "", { { open, open }, { NULL, NULL } }, NULL, DOCTOR_NOTE, "not seen" },
		{ "", { { closed, open }, { NULL, NULL } }, NULL, DOCTOR_FAIL, "TCP port 80 is closed" },
		{ "", { { open, open }, { NULL, NULL } }, "inet x in", DOCTOR_NOTE,
			"the chain 'inet x in' of nftables" },
		{ "", { { open, closed }, { NULL, NULL } }, "", DOCTOR_FAIL, "TCP port 80 is closed in INPUT of IPv6" },
		{ "", { { closed, open }, { NULL, NULL } }, "inet x in", DOCTOR_FAIL,
			"iptables -I INPUT -p tcp --dport 80" },
		{ "", { { open, open }, { NULL, closed } }, "", DOCTOR_FAIL, "ip6tables -I" },
		{ "", { { open, some }, { NULL, NULL } }, "", DOCTOR_NOTE, "of IPv6 for some sources" },
		{ "listen 192.0.2.1:80\n", { { open, closed }, { NULL, NULL } }, "", DOCTOR_OK, "open" },
		{ "listen [2001:db8::1]:80\n", { { closed, open }, { NULL, NULL } }, "", DOCTOR_OK, "open" },
		{ "listen 127.0.0.1:81\nlisten [::1]:82\n", { { closed, closed }, { NULL, NULL } }, "", DOCTOR_OK,
			"open" },
		{ "listen 192.0.2.1:80\nlisten 192.0.2.1:81\n", { { open, open }, { NULL, NULL } }, "", DOCTOR_FAIL,
			"TCP port 81 is closed" },
	};
	struct doctor_finding f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doctor_tables t = { 0 };
		struct doctor_web_file w;

		for (int j = 0; j < 4; j++)
			t.text[j / 2][j % 2] = (char *)(uintptr_t)rows[i].text[j / 2][j % 2];
		doctor_web_file_parse(rows[i].web, &w);
		doctor_judge_ports(&t, &w, rows[i].nft, &f);
		doctor_expect(i, &f, rows[i].result, rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_web_file),
		cmocka_unit_test(judges_inband),
		cmocka_unit_test(reads_pairs),
		cmocka_unit_test(judges_pairs),
		cmocka_unit_test(judges_inputs),
		cmocka_unit_test(finds_nft_chains),
		cmocka_unit_test(judges_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
