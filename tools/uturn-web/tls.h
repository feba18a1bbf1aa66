/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS 1.2 and 1.3 on a connection, and the pair of certificate and key. */
#ifndef UTURN_WEB_TLS_H
#define UTURN_WEB_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Has the library read what it reads once, its configuration and modules, before a sandbox forbids it. */
void tls_init(void);

/* Can both files be opened? False with words about the first that cannot. */
bool tls_pair_is_readable(const char *certificate, const char *key, char *why, size_t why_size);

/* A context with this pair, which has been checked; NULL with words. */
SSL_CTX *tls_context(const char *certificate, const char *key, char *why, size_t why_size);

/* Is its certificate valid at this moment? False with words. */
bool tls_is_valid_now(const SSL_CTX *context, const char *certificate, char *why, size_t why_size);
/* When its certificate expires, in seconds since 1970; 0: not known. */
int64_t tls_expiry(const SSL_CTX *context);

/* fd: the connection, which stays the caller's. NULL: out of memory. */
SSL *tls_open(SSL_CTX *context, int fd);
void tls_close(SSL *ssl);
/* 1: done, 0: later, -1: never. */
int tls_handshake(SSL *ssl);
bool tls_is_open(const SSL *ssl);
bool tls_is_http2(const SSL *ssl);
bool tls_wants_write(const SSL *ssl);
/* As recv(2) with errno EAGAIN or EPROTO; a connection closed without close_notify counts as ended. */
ssize_t tls_read(SSL *ssl, char *bytes, size_t size);
/* Bytes written; 0: later; -1: never again. */
ssize_t tls_write(SSL *ssl, const char *bytes, size_t len);
/* Sends close_notify. */
void tls_goodbye(SSL *ssl);

#endif
