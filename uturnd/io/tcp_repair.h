/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a TCP connection stands, asked of its own socket (TCP_REPAIR, needs
 * CAP_NET_ADMIN), and a window probe that shows its next segments' looks to
 * whoever sniffs. The probe says nothing new, and its answer neither.
 *
 * While it is asked, for some microseconds, the owner must not write: his
 * data would go nowhere. Hence only sockets that their owner hands over for it.
 */
#ifndef UTURN_IO_TCP_REPAIR_H
#define UTURN_IO_TCP_REPAIR_H

#include <stdint.h>

struct tcp_repair {
	uint32_t acked; /* what the peer has acknowledged */
	uint32_t next; /* behind the last byte that was sent */
};

/*
 * cookie: the socket that it must be (tcp_diag.h). Returns 0 or a negative
 * errno: -EINVAL for another socket, -EAGAIN where it has something to send,
 * in which case nothing is touched. fd stays the caller's.
 */
int tcp_repair_read(int fd, uint64_t cookie, struct tcp_repair *r);

#endif
