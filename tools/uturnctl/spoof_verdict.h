/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test of `uturnctl spoof-check` found; the values are the exit status of the command. */
#ifndef UTURNCTL_SPOOF_VERDICT_H
#define UTURNCTL_SPOOF_VERDICT_H

enum spoof_verdict {
	SPOOF_ROUTER, /* packets with a foreign source arrive: answer-from router works */
	SPOOF_SELF, /* they do not arrive */
	SPOOF_UNKNOWN /* the test was not conclusive; as exit status also: the command line was wrong */
};

#endif
