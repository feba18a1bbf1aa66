/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/record_fields.h"

#include <stdio.h>
#include <string.h>

const char *const record_field_names[RECORD_FIELDS] = {
	[RECORD_SOURCE_PORT] = "source port",
	[RECORD_DESTINATION_PORT] = "destination port",
	[RECORD_CHECKSUM] = "checksum",
	[RECORD_DSCP] = "dscp",
	[RECORD_LABEL] = "label",
};

unsigned record_fields_there(const struct trace_record *r)
{
	const unsigned ports = 1U << RECORD_SOURCE_PORT | 1U << RECORD_DESTINATION_PORT;
	const unsigned own = strcmp(r->protocol, "icmp") == 0 ? 1U << RECORD_CHECKSUM : ports;

	return own | 1U << RECORD_DSCP | (r->target.family == 6 ? 1U << RECORD_LABEL : 0);
}

/* Appends "; not dscp, label" and the like, where there are any. */
static size_t put_list(char *text, size_t len, const char *before, unsigned fields, const char *behind)
{
	const char *separator = before;

	for (unsigned i = 0; i < RECORD_FIELDS; i++) {
		if (!(fields >> i & 1) || len >= RECORD_FIELDS_TEXT)
			continue;
		len += (size_t)snprintf(text + len, RECORD_FIELDS_TEXT - len, "%s%s", separator, record_field_names[i]);
		separator = ", ";
	}
	if (fields && len < RECORD_FIELDS_TEXT)
		len += (size_t)snprintf(text + len, RECORD_FIELDS_TEXT - len, "%s", behind);
	return len;
}

void record_fields_text(const struct trace_record *r, const struct record_router *router, char text[RECORD_FIELDS_TEXT])
{
	const unsigned known = router->balances | router->balances_not;
	size_t len;

	*text = '\0';
	if (!known)
		return;
	len = put_list(text, 0, "balances: ", router->balances, "");
	len = put_list(text, len, len ? "; not " : "balances: not ", router->balances_not, "");
	put_list(text, len, "; ", record_fields_there(r) & ~known, " not tested");
}
