/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/read_parts.h"

/* --- one fall --- */

static bool read_fall_hop(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_fall *f = element;
	unsigned long hop;

	(void)r;
	f->has_hop = true;
	if (!reader_whole(j, name, 0, RECORD_HOPS, &hop))
		return false;
	f->hop = (uint8_t)hop;
	return true;
}

static bool read_fall_from(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_address(j, name, &((struct record_fall *)element)->from);
}

/* --- one direction --- */

static bool read_falls(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct field_reading fields[] = {
		{ "mtu", FIELD_WHOLE, READ_INTO(record_fall, mtu), 1, UINT16_MAX },
		{ "black-hole", FIELD_TRUTH, READ_INTO(record_fall, is_black_hole), 0, 0 },
		{ 0 },
	};
	static const struct reading table[] = { { "hop", read_fall_hop }, { "from", read_fall_from }, { NULL, NULL } };
	struct record_mtu *m = element;

	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_fall *f = &m->falls[m->fall_count];

		if (m->fall_count == RECORD_FALLS)
			return reader_fail(j, "\"%s\": too many", name);
		*f = (struct record_fall){ .mtu = 0 };
		if (!read_object(j, r, f, fields, table))
			return false;
		if (!f->mtu || (!f->has_hop && !f->from.family))
			return reader_fail(j, "\"%s\": one without an \"mtu\" or a \"hop\"", name);
		m->fall_count++;
	}
	return !j->has_failed;
}

static bool read_way(struct reader *j, const char *name, struct trace_record *r, struct record_mtu *m)
{
	static const struct field_reading fields[] = {
		{ "first", FIELD_WHOLE, READ_INTO(record_mtu, first), 1, UINT16_MAX },
		{ "path", FIELD_WHOLE, READ_INTO(record_mtu, path), 1, UINT16_MAX },
		{ "hops", FIELD_WHOLE, READ_INTO(record_mtu, hops), 0, RECORD_HOPS },
		{ "cut-off", FIELD_TRUTH, READ_INTO(record_mtu, is_cut_off), 0, 0 },
		{ 0 },
	};
	static const struct reading table[] = { { "falls", read_falls }, { NULL, NULL } };

	*m = (struct record_mtu){ .first = 0 };
	if (!read_object(j, r, m, fields, table))
		return false;
	return (m->first && m->path) || reader_fail(j, "\"%s\" without \"first\" or \"path\"", name);
}

static bool read_there(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_way(j, name, r, &r->mtu[RECORD_THERE]);
}

static bool read_back(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_way(j, name, r, &r->mtu[RECORD_BACK]);
}

bool read_mtu(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct reading table[] = { { "there", read_there }, { "back", read_back }, { NULL, NULL } };

	static const struct field_reading fields[] = { { 0 } };

	(void)name;
	return read_object(j, r, element, fields, table);
}
