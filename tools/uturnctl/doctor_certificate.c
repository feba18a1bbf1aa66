/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_certificate.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

static BIO *memory_of(const char *text)
{
	const size_t len = strlen(text);

	return BIO_new_mem_buf(text, len > INT_MAX ? INT_MAX : (int)len);
}

/* A key with a passphrase is of no use to a service: none is asked for. */
static int no_passphrase(char *to, int size, int is_write, void *owner)
{
	(void)to, (void)size, (void)is_write, (void)owner;
	return -1;
}

/* ASN.1 as time(2), which 64 bits have room for. */
static bool read_time(const ASN1_TIME *from, time_t *to)
{
	struct tm broken;

	memset(&broken, 0, sizeof(broken));
	if (!from || ASN1_TIME_to_tm(from, &broken) != 1)
		return false;
	*to = timegm(&broken);
	return true;
}

static X509 *read_certificate(BIO *in)
{
	return in ? PEM_read_bio_X509_AUX(in, NULL, no_passphrase, NULL) : NULL;
}

bool doctor_not_after(const char *certificate, time_t *not_after)
{
	BIO *in = memory_of(certificate);
	X509 *x = read_certificate(in);
	bool is_read = x && read_time(X509_get0_notAfter(x), not_after);

	X509_free(x);
	BIO_free(in);
	ERR_clear_error();
	return is_read;
}

bool doctor_pair_read(const char *certificate, const char *key, struct doctor_pair *pair, char *why, size_t why_size)
{
	BIO *certificate_in = memory_of(certificate), *key_in = memory_of(key);
	X509 *x = read_certificate(certificate_in);
	EVP_PKEY *k = key_in ? PEM_read_bio_PrivateKey(key_in, NULL, no_passphrase, NULL) : NULL;
	bool is_read = false;

	if (!x) {
		snprintf(why, why_size, "the certificate is not PEM");
	} else if (!k) {
		snprintf(why, why_size, "the key is not PEM, or has a passphrase");
	} else if (!read_time(X509_get0_notAfter(x), &pair->not_after)) {
		snprintf(why, why_size, "the certificate has no end");
	} else {
		pair->is_matching = X509_check_private_key(x, k) == 1;
		is_read = true;
	}
	X509_free(x);
	EVP_PKEY_free(k);
	BIO_free(certificate_in);
	BIO_free(key_in);
	ERR_clear_error();
	return is_read;
}
