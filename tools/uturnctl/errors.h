/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How every error message of uturnctl is printed. */
#ifndef UTURNCTL_ERRORS_H
#define UTURNCTL_ERRORS_H

#include <stddef.h>

/* "uturnctl: " and the message as one line on standard error, after what standard output still holds back. */
void errors_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on the words are kept here, and not printed; NULL: printed again. They are those of the last message. */
void errors_keep(char *words, size_t size);

#endif
