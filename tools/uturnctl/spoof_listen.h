/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturnctl spoof-check --listen`: receives the datagrams of tests, answers
 * those with the own source of their host, and reports each test.
 */
#ifndef UTURNCTL_SPOOF_LISTEN_H
#define UTURNCTL_SPOOF_LISTEN_H

struct spoof_options;

/*
 * Runs until interrupted or until o->count tests are reported. Returns the
 * exit status, after an error message where it is not 0.
 */
int spoof_listen(const struct spoof_options *o);

#endif
