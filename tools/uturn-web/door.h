/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words spoken with uturnd's door inband over the control socket: one
 * JSON object a line each way. No socket here.
 */
#ifndef UTURN_WEB_DOOR_H
#define UTURN_WEB_DOOR_H

#include <stddef.h>

#include "packet/addr.h"
#include "record.h"

enum { DOOR_REQUEST_SIZE = 256 };

enum said {
	SAID_NOTHING, /* a line for others than us: ignored */
	SAID_ACCEPTED,
	SAID_ANSWER,
	SAID_DONE,
	SAID_ERROR
};

/* One line, read; which fields count depends on what it says. */
struct door_line {
	unsigned max_ttl, attempts; /* of SAID_ACCEPTED */
	struct answer answer; /* its router is the next field */
	struct addr router; /* family 0: nobody */
	enum end end;
	unsigned hops, probes;
	struct row rows[RECORD_ROWS];
	unsigned row_count;
	char words[RECORD_WORDS_SIZE]; /* of SAID_ERROR, printable ASCII */
};

/* The request, with its newline; returns its length. */
size_t door_ask(const struct record *r, char request[DOOR_REQUEST_SIZE]);
enum said door_read(const char *line, size_t len, struct door_line *said);

#endif
