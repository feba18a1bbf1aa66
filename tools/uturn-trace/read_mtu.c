/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read_parts.h"

static bool read_size(struct reader *j, const char *name, uint16_t *size)
{
	unsigned long n = 0;

	if (!reader_whole(j, name, 1, UINT16_MAX, &n))
		return false;
	*size = (uint16_t)n;
	return true;
}

static bool read_hop(struct reader *j, const char *name, uint8_t *hop)
{
	unsigned long n = 0;

	if (!reader_whole(j, name, 0, RECORD_HOPS, &n))
		return false;
	*hop = (uint8_t)n;
	return true;
}

/* --- one fall --- */

static bool read_fall_hop(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_fall *f = element;

	(void)r;
	f->has_hop = true;
	return read_hop(j, name, &f->hop);
}

static bool read_fall_mtu(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_size(j, name, &((struct record_fall *)element)->mtu);
}

static bool read_fall_from(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_address(j, name, &((struct record_fall *)element)->from);
}

static bool read_black_hole(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return reader_truth(j, name, &((struct record_fall *)element)->is_black_hole);
}

/* --- one direction --- */

static bool read_first(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_size(j, name, &((struct record_mtu *)element)->first);
}

static bool read_path(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_size(j, name, &((struct record_mtu *)element)->path);
}

static bool read_hops(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_hop(j, name, &((struct record_mtu *)element)->hops);
}

static bool read_cut(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return reader_truth(j, name, &((struct record_mtu *)element)->is_cut_off);
}

static bool read_falls(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct reading table[] = { { "hop", read_fall_hop }, { "mtu", read_fall_mtu },
		{ "from", read_fall_from }, { "black-hole", read_black_hole }, { NULL, NULL } };
	struct record_mtu *m = element;

	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_fall *f = &m->falls[m->fall_count];

		if (m->fall_count == RECORD_FALLS)
			return reader_fail(j, "\"%s\": too many", name);
		*f = (struct record_fall){ .mtu = 0 };
		if (!read_object(j, r, f, table))
			return false;
		if (!f->mtu || (!f->has_hop && !f->from.family))
			return reader_fail(j, "\"%s\": one without an \"mtu\" or a \"hop\"", name);
		m->fall_count++;
	}
	return !j->has_failed;
}

static bool read_way(struct reader *j, const char *name, struct trace_record *r, struct record_mtu *m)
{
	static const struct reading table[] = { { "first", read_first }, { "path", read_path }, { "hops", read_hops },
		{ "falls", read_falls }, { "cut-off", read_cut }, { NULL, NULL } };

	*m = (struct record_mtu){ .first = 0 };
	if (!read_object(j, r, m, table))
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

	(void)name;
	return read_object(j, r, element, table);
}
