/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command inside the namespace, with the network served while it runs. */
#ifndef UTURN_TESTS_FAKENET_SERVE_H
#define UTURN_TESTS_FAKENET_SERVE_H

#include "tests/fakenet/network.h"

/* Once a process. output: what the command writes to goes there; -1: as this process's. Returns its exit status. */
int serve_command(struct network *n, int tun, char *const *command, int output);

#endif
