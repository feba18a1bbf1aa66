/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The reason of the first error in the queue, and none left behind. */
static const char *reason(void)
{
	unsigned long err = ERR_peek_error();
	const char *words = ERR_SYSTEM_ERROR(err) ? strerror(ERR_GET_REASON(err)) : ERR_reason_error_string(err);

	if (ERR_SYSTEM_ERROR(err) && ERR_GET_REASON(err) == EACCES)
		words = "Permission denied (let the group of 'user' read it)";
	ERR_clear_error();
	return words ? words : "unknown error";
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
	unsigned in_len, void *owner)
{
	static const unsigned char ours[] = "\2h2\10http/1.1";
	unsigned char *chosen;

	(void)ssl, (void)owner;
	if (SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL; /* RFC 7301 3.2 */
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

void tls_init(void)
{
	OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG,
		NULL);
	ERR_clear_error();
}

static bool is_readable(const char *what, const char *path, char *why, size_t why_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		snprintf(why, why_size, "%s %s: %s%s", what, path, strerror(errno),
			errno == EACCES ? " (let the group of 'user' read it)" : "");
		return false;
	}
	close(fd);
	return true;
}

bool tls_pair_is_readable(const char *certificate, const char *key, char *why, size_t why_size)
{
	return is_readable("certificate", certificate, why, why_size) && is_readable("key", key, why, why_size);
}

SSL_CTX *tls_context(const char *certificate, const char *key, char *why, size_t why_size)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	ERR_clear_error();
	if (!context) {
		snprintf(why, why_size, "tls: %s", reason());
		return NULL;
	}
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context,
		SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* renegotiation lets a client cause computation; responses have a length, so a missing close_notify does no harm */
	SSL_CTX_set_options(context,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION |
			SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	/* tickets resume sessions; a cache would keep 20,480 of those who take none, 1 kB each */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(context, choose_alpn, NULL);
	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		snprintf(why, why_size, "certificate %s: %s", certificate, reason());
	else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
		SSL_CTX_check_private_key(context) != 1)
		snprintf(why, why_size, "key %s: %s", key, reason());
	else
		return context;
	SSL_CTX_free(context);
	return NULL;
}

/* "2026-11-28" */
static void date_text(const ASN1_TIME *at, char text[16])
{
	struct tm broken = { 0 };

	if (!at || ASN1_TIME_to_tm(at, &broken) != 1 || strftime(text, 16, "%Y-%m-%d", &broken) == 0)
		strcpy(text, "?");
}

bool tls_is_valid_now(const SSL_CTX *context, const char *certificate, char *why, size_t why_size)
{
	const X509 *x = SSL_CTX_get0_certificate(context);
	const ASN1_TIME *from = x ? X509_get0_notBefore(x) : NULL, *to = x ? X509_get0_notAfter(x) : NULL;
	char day[16];

	if (!from || !to || X509_cmp_current_time(to) < 0) {
		date_text(to, day);
		snprintf(why, why_size, "certificate %s: expired on %s", certificate, day);
		return false;
	}
	if (X509_cmp_current_time(from) > 0) {
		date_text(from, day);
		snprintf(why, why_size, "certificate %s: not valid before %s", certificate, day);
		return false;
	}
	return true;
}

int64_t tls_expiry(const SSL_CTX *context)
{
	const X509 *certificate = SSL_CTX_get0_certificate(context);
	struct tm tm;
	int64_t expiry = 0;

	if (certificate && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1)
		expiry = timegm(&tm);
	ERR_clear_error();
	return expiry;
}

SSL *tls_open(SSL_CTX *context, int fd)
{
	SSL *ssl = SSL_new(context);

	if (!ssl || SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_accept_state(ssl);
	return ssl;
}

void tls_close(SSL *ssl)
{
	SSL_free(ssl);
}

int tls_handshake(SSL *ssl)
{
	int result, error;

	ERR_clear_error();
	result = SSL_do_handshake(ssl);
	if (result == 1)
		return 1;
	error = SSL_get_error(ssl, result);
	ERR_clear_error();
	return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

bool tls_is_open(const SSL *ssl)
{
	return SSL_is_init_finished(ssl);
}

bool tls_is_http2(const SSL *ssl)
{
	const unsigned char *name = NULL;
	unsigned len = 0;

	SSL_get0_alpn_selected(ssl, &name, &len);
	return len == 2 && memcmp(name, "h2", 2) == 0;
}

bool tls_wants_write(const SSL *ssl)
{
	return SSL_want_write(ssl);
}

ssize_t tls_read(SSL *ssl, char *bytes, size_t size)
{
	int got, error;

	ERR_clear_error();
	got = SSL_read(ssl, bytes, size > INT_MAX ? INT_MAX : (int)size);
	if (got > 0)
		return got;
	error = SSL_get_error(ssl, got);
	ERR_clear_error();
	if (error == SSL_ERROR_ZERO_RETURN)
		return 0;
	errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
	return -1;
}

ssize_t tls_write(SSL *ssl, const char *bytes, size_t len)
{
	int sent, error;

	if (!tls_is_open(ssl))
		return 0;
	ERR_clear_error();
	sent = SSL_write(ssl, bytes, len > INT_MAX ? INT_MAX : (int)len);
	if (sent > 0)
		return sent;
	error = SSL_get_error(ssl, sent);
	ERR_clear_error();
	return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

void tls_goodbye(SSL *ssl)
{
	if (tls_is_open(ssl)) {
		SSL_shutdown(ssl);
		ERR_clear_error();
	}
}
