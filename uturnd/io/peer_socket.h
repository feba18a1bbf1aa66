/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UDP socket that peers send each other datagrams by, and the code that
 * authenticates them: BLAKE2b (RFC 7693) with a key of 32 bytes and 16 bytes of
 * output, by libsodium. What the datagrams say is not known here.
 */
#ifndef UTURN_IO_PEER_SOCKET_H
#define UTURN_IO_PEER_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "packet/addr.h"
#include "packet/bytes.h"

enum { PEER_SOCKET_ENDS = 32 };

struct peer_end {
	struct addr addr;
	uint16_t port;
};

/* To be called once before any of the others. Returns 0 or a negative errno. */
int peer_socket_prepare(void);

/* Bound to own. mark: SO_MARK, 0: none. Returns the socket, which the caller closes, or a negative errno. */
int peer_socket_open(const struct peer_end *own, uint32_t mark);

/* Sends the same bytes to so many ends, at most PEER_SOCKET_ENDS. Returns a bit for each that it was sent to; never blocks. */
uint32_t peer_socket_send(int fd, const struct peer_end *const *to, unsigned count, struct span bytes);
/*
 * Reads one datagram into room. Returns its bytes, -1 where there is none. One that is larger than the room is cut.
 * *lost: how many the kernel has dropped before it, since the socket was opened; left alone where it does not say.
 */
ssize_t peer_socket_receive(int fd, uint8_t *room, size_t size, struct peer_end *from, uint32_t *lost);

/* The code over all that is in *out is appended; overflow where that failed. */
void peer_socket_seal(const uint8_t key[32], struct writer *out);
/* Is this the code? In a time that does not depend on the bytes. */
bool peer_socket_is_sealed(const uint8_t key[32], struct span covered, struct span mac);

#endif
