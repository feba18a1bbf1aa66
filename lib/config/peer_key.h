/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key that peers share (uturn-peer(7)): a file of its bytes and nothing else. */
#ifndef UTURN_CONFIG_PEER_KEY_H
#define UTURN_CONFIG_PEER_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "packet/peer_datagram.h"

struct config;

/*
 * Reads the file of `peer-key`, where the configuration has peers. Returns 0, or
 * -1 with words in why; a file that others may read or change is refused.
 */
int peer_key_read(const struct config *config, uint8_t key[PEER_KEY_SIZE], char *why, size_t why_size);

#endif
