/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS 1.2 and 1.3 on a visitor's connection, and the pair of certificate and key. */
#ifndef UTURN_WEB_TLS_H
#define UTURN_WEB_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct visitor;

/* A context with this pair, which has been checked; NULL with words. */
SSL_CTX *tls_context(const char *certificate, const char *key, char *why, size_t why_size);

int tls_open(struct visitor *v, SSL_CTX *context);
void tls_close(struct visitor *v);
/* 1: done, 0: later, -1: never. */
int tls_handshake(struct visitor *v);
bool tls_is_open(const struct visitor *v);
bool tls_is_http2(const struct visitor *v);
bool tls_wants_write(const struct visitor *v);
/* As recv(2) with errno EAGAIN; a connection that is cut counts as ended. */
ssize_t tls_read(struct visitor *v, char *bytes, size_t size);
/* Bytes written; 0: later; -1: never again. */
ssize_t tls_write(struct visitor *v, const char *bytes, size_t len);
void tls_goodbye(struct visitor *v);

#endif
