/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network namespace of this process's own, with a tun device as its only way
 * out: the source of the network, of both families.
 */
#ifndef UTURN_TESTS_FAKENET_WORLD_H
#define UTURN_TESTS_FAKENET_WORLD_H

#include "tests/fakenet/network.h"

/*
 * The descriptor of the tun device, one packet a read or write, not blocking;
 * or -1 with words in why. Without root it is a user namespace as well.
 */
int world_open(const struct network *n, char *why, size_t why_size);

#endif
