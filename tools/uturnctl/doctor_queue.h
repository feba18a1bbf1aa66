/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the packets' way through uturnd: who reads its queues, and what was lost on the way. */
#ifndef UTURNCTL_DOCTOR_QUEUE_H
#define UTURNCTL_DOCTOR_QUEUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "doctor_finding.h"
#include "doctor_host.h"

void doctor_check_queue(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_queue_drops(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_capture_drops(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_send_drops(const struct doctor_host *h, struct doctor_finding *f);

/* ---- pure ---- */

/* Who reads a queue. */
struct doctor_listener {
	unsigned queue;
	bool is_there;
	pid_t pid, parent; /* 0: not known */
	char name[32];
};

/* The socket of a netlink port of netfilter in the text of /proc/net/netlink; 0: none. */
unsigned long doctor_netlink_inode(const char *text, uint32_t port);
/* False: all is well with this queue, and *f is left alone. uturnd: 0 where it is not running, or not known. */
bool doctor_judge_listener(const struct doctor_listener *l, pid_t uturnd, struct doctor_finding *f);
/* dropped, lost: the kernel's own figures, of all queues of uturnd. counters: NULL where uturnd does not answer. */
void doctor_judge_queue_drops(unsigned long dropped, unsigned long lost, const json_t *counters,
	struct doctor_finding *f);
void doctor_judge_capture_drops(const json_t *counters, struct doctor_finding *f);
void doctor_judge_send_drops(const json_t *counters, uint32_t mark, struct doctor_finding *f);

#endif
