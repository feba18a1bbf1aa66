/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Responses to HTTP-01 challenges, which an ACME client puts into a folder (RFC 8555 8.3). */
#ifndef UTURN_WEB_ACME_H
#define UTURN_WEB_ACME_H

#include <stddef.h>
#include <sys/types.h>

/* Bytes of the token's file, or a negative errno; the token has been checked by route_is_token(). */
ssize_t acme_read(const char *webroot, const char *token, char *bytes, size_t size);

/* Makes the folder of challenges where it is missing; what cannot be made is logged. */
void acme_make(const char *webroot);

#endif
