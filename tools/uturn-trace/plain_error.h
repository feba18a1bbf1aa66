/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ICMP error as a socket's error queue has it (recvmsg(2) with MSG_ERRQUEUE). */
#ifndef UTURN_TRACE_PLAIN_ERROR_H
#define UTURN_TRACE_PLAIN_ERROR_H

#include <stdbool.h>
#include <sys/socket.h>

#include "answers.h"

/*
 * m: as recvmsg() left it; payload: what it has read, the quoted payload of the
 * probe and behind it the extension, if there is one. ANSWER_FOREIGN for an error
 * of this host's own.
 */
enum answer_result plain_error_read(const struct answer_world *w, struct msghdr *m, struct span payload,
	struct answer *a);

/* The TTL with which a datagram or an error came, as recvmsg() has told; 0: it has not. */
uint8_t plain_ttl(struct msghdr *m, uint8_t family);

#endif
