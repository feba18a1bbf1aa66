/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/read_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/read_parts.h"

enum { FILE_MOST = 256 << 20 }; /* bytes */

/* --- the head --- */

static bool read_target(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_address(j, name, &r->target);
}

static bool read_source(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_address(j, name, &r->source);
}

static bool read_protocol(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	if (!read_word(j, name, r->protocol, sizeof(r->protocol)))
		return false;
	if (strcmp(r->protocol, "udp") == 0 || strcmp(r->protocol, "tcp") == 0 || strcmp(r->protocol, "icmp") == 0)
		return true;
	return reader_fail(j, "\"%s\" is '%s', not udp, tcp or icmp", name, r->protocol);
}

/* A word, or true for an option that has no value. */
static bool read_options(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	char key[RECORD_OPTION_SIZE], value[RECORD_OPTION_SIZE];
	bool is_there;

	(void)element;
	r->has_options = true;
	if (!reader_open(j, '{'))
		return false;
	while (reader_key(j, key, sizeof(key))) {
		if (strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(key))
			return reader_fail(j, "\"%s\" has a key that is not the name of an option", name);
		*value = '\0';
		is_there = true;
		if (!(reader_is_text(j) ? read_word(j, key, value, sizeof(value)) : reader_truth(j, key, &is_there)))
			return false;
		if (is_there && !record_add_option(r, key, value))
			return reader_fail(j, "\"%s\": too many", name);
	}
	return !j->has_failed;
}

/* --- the whole --- */

static bool check(struct reader *j, const struct trace_record *r)
{
	if (!r->version)
		return reader_fail(j, "not a trace of uturn-trace: \"uturn-trace\" is missing");
	if (!r->target.family || r->source.family != r->target.family)
		return reader_fail(j, "\"target\" and \"source\" are not addresses of one family");
	return *r->protocol || reader_fail(j, "\"protocol\" is missing");
}

bool read_json(struct trace_record *r, const char *text, size_t len, char *why, size_t why_size)
{
	static const struct field_reading fields[] = {
		{ "uturn-trace", FIELD_WHOLE, READ_INTO(trace_record, version), RECORD_VERSION, RECORD_VERSION },
		{ "name", FIELD_WORD, READ_INTO(trace_record, target_name), 0, 0 },
		{ "started", FIELD_WORD, READ_INTO(trace_record, started), 0, 0 },
		{ "seconds", FIELD_NUMBER, READ_INTO(trace_record, seconds), 0, 1e9 },
		{ "wanted", FIELD_NUMBER, READ_INTO(trace_record, wanted), 0, 1 },
		{ "bound", FIELD_NUMBER, READ_INTO(trace_record, bound), 0, 1 },
		{ "reverse", FIELD_WORD, READ_INTO(trace_record, reverse), 0, 0 },
		{ "reached", FIELD_TRUTH, READ_INTO(trace_record, is_reached), 0, 0 },
		{ "plain", FIELD_TRUTH, READ_INTO(trace_record, is_plain), 0, 0 },
		{ "cut-off", FIELD_WORD, READ_INTO(trace_record, cut_off), 0, 0 },
		{ "sent", FIELD_WHOLE, READ_INTO(trace_record, sent), 0, UINT32_MAX },
		{ "unproven", FIELD_WHOLE, READ_INTO(trace_record, unproven), 0, UINT32_MAX },
		{ "dropped", FIELD_WHOLE, READ_INTO(trace_record, dropped), 0, UINT32_MAX },
		{ 0 },
	};
	static const struct reading table[] = { { "target", read_target }, { "protocol", read_protocol },
		{ "source", read_source }, { "options", read_options }, { "mtu", read_mtu }, { "flows", read_flows },
		{ "routers", read_routers }, { "aliases", read_aliases }, { "links", read_links },
		{ "probes", read_probes }, { "back-probes", read_back_probes }, { NULL, NULL } };
	struct reader j;

	reader_begin(&j, text, len);
	if (read_object(&j, r, r, fields, table) && reader_finish(&j) && check(&j, r))
		return true;
	snprintf(why, why_size, "%s", j.why);
	return false;
}

/* The whole file, for the caller to free; NULL with errno. */
static char *read_file(FILE *file, size_t *len)
{
	size_t room = 1 << 16, got;
	char *text = malloc(room), *larger;

	*len = 0;
	while (text && (got = fread(text + *len, 1, room - *len, file)) > 0) {
		*len += got;
		if (*len < room)
			continue;
		larger = room < FILE_MOST ? realloc(text, room * 2) : NULL;
		if (!larger) {
			free(text);
			errno = EFBIG;
		}
		text = larger;
		room *= 2;
	}
	if (text && ferror(file)) {
		free(text);
		text = NULL;
	}
	return text;
}

bool read_json_file(struct trace_record *r, FILE *file, const char *name, char *why, size_t why_size)
{
	size_t len;
	char *text, words[160];
	bool is_read;

	errno = 0;
	text = read_file(file, &len);
	if (!text) {
		snprintf(why, why_size, "%s: %s", name, strerror(errno ? errno : EIO));
		return false;
	}
	is_read = read_json(r, text, len, words, sizeof(words));
	if (!is_read)
		snprintf(why, why_size, "%s: %s", name, words);
	free(text);
	return is_read;
}
