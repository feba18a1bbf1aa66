/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the send sequence numbers of a TCP connection from its own socket
 * (TCP_REPAIR, needs CAP_NET_ADMIN), and makes the kernel send a window probe,
 * in which io/capture_tcp sees what the connection's segments look like. The
 * probe carries no data; the peer answers it with an acknowledgement.
 *
 * For some microseconds the socket's owner must not write, since its data would
 * not be sent. Hence only sockets that their owner passes for this purpose.
 */
#ifndef UTURN_IO_TCP_REPAIR_H
#define UTURN_IO_TCP_REPAIR_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_repair {
	uint32_t snd_una; /* RFC 9293 3.3.1: the oldest byte not acknowledged */
	uint32_t snd_nxt; /* the byte behind the last one sent */
	uint8_t peer_ttl; /* that the peer's segments arrive with; 0: unknown, as where this host opened the connection */
};

/* Whether fd is the TCP socket with this cookie (tcp_diag.h). */
bool tcp_repair_is_socket(int fd, uint64_t cookie);

/*
 * cookie: of the socket that fd must be. Returns 0 or a negative
 * errno: -EINVAL if it is another socket, -EAGAIN if it has unsent data; the
 * socket is left alone in both cases. fd stays the caller's.
 */
int tcp_repair_read(int fd, uint64_t cookie, struct tcp_repair *r);

#endif
