/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of uturnd's control socket that belong to a trace along a
 * connection: one JSON object a line each way. No socket here.
 */
#ifndef UTURN_WEB_CONTROL_LINES_H
#define UTURN_WEB_CONTROL_LINES_H

#include <stddef.h>

#include "packet/addr.h"
#include "record.h"

enum { CONTROL_REQUEST_SIZE = 256 };

enum reply_kind {
	REPLY_NOTHING, /* not understood, or of another client: ignored */
	REPLY_ACCEPTED,
	REPLY_ANSWER,
	REPLY_DONE,
	REPLY_STATUS,
	REPLY_ERROR
};

/* One line; which fields are filled in depends on its kind. */
struct control_reply {
	unsigned max_ttl, attempts; /* of REPLY_ACCEPTED */
	struct answer answer; /* its router is the next field, its labels are those behind it */
	struct addr router; /* family 0: none */
	struct label labels[RECORD_LABELS];
	enum end end;
	unsigned hops, probes;
	struct row rows[RECORD_ROWS];
	unsigned row_count;
	bool is_inband_off, is_drained; /* of REPLY_STATUS */
	char words[RECORD_WORDS_SIZE]; /* of REPLY_ERROR; of REPLY_STATUS the version; printable ASCII */
};

/* The request, with its newline; returns its length. */
size_t control_lines_ask(const struct record *r, char request[CONTROL_REQUEST_SIZE]);
enum reply_kind control_lines_read(const char *line, size_t len, struct control_reply *reply);

#endif
