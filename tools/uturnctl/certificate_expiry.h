/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the certificate of uturn-web expires. */
#ifndef UTURNCTL_CERTIFICATE_EXPIRY_H
#define UTURNCTL_CERTIFICATE_EXPIRY_H

#include <stdint.h>

/*
 * Seconds since 1970, of the certificate that this uturn-web.conf(5) names; 0
 * where there is none, or it or the file cannot be read.
 */
int64_t certificate_expiry(const char *config);

#endif
