/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturnctl spoof-check`: does the network let packets with a foreign source
 * out (BCP 38, RFC 2827)? Between two hosts of the operator: one runs uturnd
 * and asks, the other one listens.
 */
#ifndef UTURNCTL_SPOOF_CHECK_H
#define UTURNCTL_SPOOF_CHECK_H

#include <stdbool.h>

struct spoof_options;

/* What came out of it, and the exit status. */
enum spoof_verdict {
	SPOOF_ROUTER, /* they arrive: answer-from router works */
	SPOOF_SELF, /* they do not */
	SPOOF_UNKNOWN /* or the command line was wrong */
};

/* argv[0] is the command; is_json: said before it. Returns the exit status. */
int spoof_check(int argc, char **argv, bool is_json);

int spoof_listen(const struct spoof_options *o);

#endif
