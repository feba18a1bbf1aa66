/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pair of a TLS server in two PEM files. */
#ifndef UTURNCTL_DOCTOR_CERTIFICATE_H
#define UTURNCTL_DOCTOR_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct doctor_pair {
	bool is_matching; /* the key is that of the certificate */
	time_t not_after; /* of the first certificate of the chain, which is the server's */
};

/* The end of the first certificate in this text; false where there is none. Pure. */
bool doctor_not_after(const char *certificate, time_t *not_after);
/* The texts of both files; false with words in why. Pure. */
bool doctor_pair_read(const char *certificate, const char *key, struct doctor_pair *pair, char *why, size_t why_size);

#endif
