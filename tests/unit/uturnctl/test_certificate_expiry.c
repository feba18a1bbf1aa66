/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the certificate that uturn-web.conf(5) names expires. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/uturnctl/certificate_expiry.h"

static const int64_t expires = 1893456000; /* 2030-01-01 */
static char folder[] = "/tmp/uturn-expiry.XXXXXX";

static const char *path_in(const char *name, char path[64])
{
	snprintf(path, 64, "%s/%s", folder, name);
	return path;
}

static void write_certificate(const char *path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	FILE *file = fopen(path, "w");

	assert_non_null(key);
	assert_non_null(certificate);
	assert_non_null(file);
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(certificate), 0));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(certificate), expires));
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* %s: the folder. */
static const struct {
	const char *text;
	int64_t expiry;
} configs[] = {
	{ "certificate %s/good\n", 1893456000 },
	{ "# a comment\nlisten [::]:443 tls\n\tcertificate   %s/good  # ours\nkey /k\n", 1893456000 },
	{ "#certificate %s/good\n", 0 },
	{ "certificates %s/good\n", 0 },
	{ "key %s/good\n", 0 },
	{ "certificate %s/missing\n", 0 },
	{ "certificate %s/broken\n", 0 },
	{ "certificate %s/pipe\n", 0 }, /* which is not waited for */
	{ "certificate %s\n", 0 }, /* a folder */
	{ "certificate good\n", 0 },
	{ "certificate\n", 0 },
	{ "", 0 },
};

static void finds_what_the_file_names(void **state)
{
	char path[64], config[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	write_certificate(path_in("good", path));
	assert_int_equal(mkfifo(path_in("pipe", path), 0600), 0);
	assert_int_equal(symlink("/proc/version", path_in("broken", path)), 0);
	assert_int_equal(certificate_expiry(path_in("no.conf", config)), 0);
	assert_int_equal(certificate_expiry(path_in("pipe", path)), 0);
	path_in("web.conf", config);
	for (size_t i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		const char *mark = strstr(configs[i].text, "%s");
		FILE *file = fopen(config, "w");

		assert_non_null(file);
		fprintf(file, "%.*s%s%s", mark ? (int)(mark - configs[i].text) : 0, configs[i].text, mark ? folder : "",
			mark ? mark + 2 : configs[i].text);
		fclose(file);
		if (certificate_expiry(config) != configs[i].expiry)
			fail_msg("row %zu: %lld", i, (long long)certificate_expiry(config));
	}
	unlink(config);
	unlink(path_in("good", path));
	unlink(path_in("pipe", path));
	unlink(path_in("broken", path));
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_the_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
