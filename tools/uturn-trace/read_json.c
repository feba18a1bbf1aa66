/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read_parts.h"

enum { FILE_MOST = 256 << 20 }; /* bytes */

/* --- the head --- */

static bool read_version(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long version;

	(void)r;
	*(bool *)element = true;
	return reader_whole(j, name, RECORD_VERSION, RECORD_VERSION, &version);
}

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

static bool read_name(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_word(j, name, r->target_name, sizeof(r->target_name));
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

static bool read_started(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_word(j, name, r->started, sizeof(r->started));
}

static bool read_seconds(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return reader_number(j, name, 0, 1e9, &r->seconds);
}

static bool read_wanted(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return reader_number(j, name, 0, 1, &r->wanted);
}

static bool read_bound(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return reader_number(j, name, 0, 1, &r->bound);
}

static bool read_reverse(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_word(j, name, r->reverse, sizeof(r->reverse));
}

static bool read_reached(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return reader_truth(j, name, &r->is_reached);
}

static bool read_plain(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return reader_truth(j, name, &r->is_plain);
}

static bool read_cut_off(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_word(j, name, r->cut_off, sizeof(r->cut_off));
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

static bool check(struct reader *j, const struct trace_record *r, bool has_version)
{
	if (!has_version)
		return reader_fail(j, "not a trace of uturn-trace: \"uturn-trace\" is missing");
	if (!r->target.family || r->source.family != r->target.family)
		return reader_fail(j, "\"target\" and \"source\" are not addresses of one family");
	return *r->protocol || reader_fail(j, "\"protocol\" is missing");
}

bool read_json(struct trace_record *r, const char *text, size_t len, char *why, size_t why_size)
{
	static const struct reading table[] = { { "uturn-trace", read_version }, { "target", read_target },
		{ "name", read_name }, { "protocol", read_protocol }, { "source", read_source },
		{ "started", read_started }, { "seconds", read_seconds }, { "wanted", read_wanted },
		{ "bound", read_bound }, { "reverse", read_reverse }, { "reached", read_reached },
		{ "plain", read_plain }, { "cut-off", read_cut_off }, { "options", read_options }, { "mtu", read_mtu },
		{ "flows", read_flows }, { "routers", read_routers }, { "links", read_links },
		{ "probes", read_probes }, { "back-probes", read_back_probes }, { NULL, NULL } };
	struct reader j;
	bool has_version = false;

	reader_begin(&j, text, len);
	if (read_object(&j, r, &has_version, table) && reader_finish(&j) && check(&j, r, has_version))
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
