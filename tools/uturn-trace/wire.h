/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How probes leave and answers come back: raw packets (wire_raw.h) or the
 * sockets of a process without privileges (wire_plain.h). A program opens one
 * of them, and uses it by these functions alone.
 */
#ifndef UTURN_TRACE_WIRE_H
#define UTURN_TRACE_WIRE_H

#include <stdint.h>

#include "answers.h"

/* Borrowed by the wire, and filled before the first probe. */
struct wire_world {
	struct answer_world answers;
	void (*told)(void *owner, const struct answer *a, uint64_t at_ns); /* CLOCK_MONOTONIC */
	void *owner;
	uint64_t unproven; /* answers that did not prove to be about a probe */
	uint64_t dropped; /* packets that the kernel could not keep until they were read; any may have been an answer */
};

struct wire {
	/*
	 * Sends the probe of this index, which stands in the table. Returns 0 or a
	 * negative errno: -EAGAIN and -ENOBUFS pass, others do not. What is refused
	 * only when the batch is flushed is returned by the next call.
	 */
	int (*send)(struct wire *w, unsigned index);
	int (*flush)(struct wire *w);
	void (*work)(struct wire *w); /* reads what is there, and tells */
	void (*close)(struct wire *w);
	int fd; /* readable: there is work */
};

#endif
