/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturnctl spoof-check`: source-address validation (BCP 38, RFC 2827) test.
 * It runs between two hosts of the operator: the host of uturnd sends packets
 * with a foreign source address, the other host listens for them.
 */
#ifndef UTURNCTL_SPOOF_CHECK_H
#define UTURNCTL_SPOOF_CHECK_H

#include <stdbool.h>

/* argv[0] is the command; is_json: --json stood before it. Returns the exit status, an enum spoof_verdict. */
int spoof_check(int argc, char **argv, bool is_json);

#endif
