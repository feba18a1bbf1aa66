/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A path a column, or a path a row. */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "print.h"
#include "record_paths.h"

enum {
	WIDTH = 80, /* columns of a terminal: paths that do not fit beside each other come below */
	GAP = 2,
	LABEL = 5, /* the column of the hop's number */
	CELL_SIZE = ADDR_TEXT_SIZE + 24,
};

/* The paths of one direction. */
struct table {
	const struct trace_record *record;
	struct record_paths paths;
	char marks[RECORD_HOPS + 1]; /* by hop: "|" where paths differ, "~" where packets of one flow do */
};

static void find_marks(struct table *t, enum record_direction d)
{
	uint64_t per_packet = 0;

	for (size_t i = 0; i < t->record->router_count; i++)
		if (t->record->routers[i].direction == d && record_has_mark(&t->record->routers[i], "per packet"))
			per_packet |= t->record->routers[i].hops;
	for (unsigned hop = 1; hop <= t->paths.hops; hop++) {
		t->marks[hop] = per_packet >> (hop - 1) & 1 ? '~' : ' ';
		for (size_t i = 1; i < t->paths.count && t->marks[hop] == ' '; i++)
			if (t->paths.paths[i].met[hop - 1] != t->paths.paths[0].met[hop - 1])
				t->marks[hop] = '|';
	}
}

/* The source port, and how many flows took this path. */
static void write_ports(const struct table *t, const struct record_path *path, char text[CELL_SIZE])
{
	const int len = snprintf(text, CELL_SIZE, "%u", t->record->flows[path->flow].sport);

	if (path->flows > 1)
		snprintf(text + len, (size_t)(CELL_SIZE - len), " x%u", path->flows);
}

/* Address and median round-trip time; "?" where these flows were not asked. Hop 0 is the head. */
static void write_cell(const struct table *t, const struct record_path *path, unsigned hop, char text[CELL_SIZE])
{
	const int32_t met = hop ? path->met[hop - 1] : MET_OVER;
	char address[ADDR_TEXT_SIZE];

	if (!hop)
		write_ports(t, path, text);
	else if (met < 0)
		strcpy(text, met == MET_SILENT ? "*" : met == MET_UNKNOWN ? "?" : "");
	else if (!t->record->routers[met].addr.family)
		strcpy(text, "*");
	else if (path->rtt_us[hop - 1] < 0)
		addr_text(&t->record->routers[met].addr, text);
	else
		snprintf(text, CELL_SIZE, "%s  %.1f ms", addr_text(&t->record->routers[met].addr, address),
			(double)path->rtt_us[hop - 1] / 1000);
}

/* What ports are in ICMP is the checksum. */
static const char *port_word(const struct table *t)
{
	return strcmp(t->record->protocol, "icmp") == 0 ? "sum" : "port";
}

/* What a line is made of, cut at its room. */
struct line {
	char text[RECORD_HOPS * CELL_SIZE];
	size_t len;
};

static void line_add(struct line *l, const char *text, size_t width)
{
	const size_t len = strlen(text);

	for (size_t i = 0; i < (width > len ? width : len) && l->len < sizeof(l->text); i++)
		l->text[l->len++] = i < len ? text[i] : ' ';
}

static void line_put(FILE *out, struct line *l)
{
	while (l->len && l->text[l->len - 1] == ' ')
		l->len--;
	fprintf(out, "%.*s\n", (int)l->len, l->text);
	l->len = 0;
}

/* --- columns --- */

static size_t column_width(const struct table *t, const struct record_path *path)
{
	char cell[CELL_SIZE];
	size_t width = 0;

	for (unsigned hop = 0; hop <= t->paths.hops; hop++) {
		write_cell(t, path, hop, cell);
		width = strlen(cell) > width ? strlen(cell) : width;
	}
	return width + GAP;
}

/* Paths first to last - 1 beside each other, of these widths. */
static void print_block(FILE *out, const struct table *t, size_t first, size_t last, const size_t *widths)
{
	struct line line = { .len = 0 };
	char cell[CELL_SIZE];

	for (unsigned hop = 0; hop <= t->paths.hops; hop++) {
		snprintf(cell, sizeof(cell), "%2u %c", hop, t->marks[hop]);
		line_add(&line, hop ? cell : port_word(t), LABEL);
		for (size_t i = first; i < last; i++) {
			write_cell(t, &t->paths.paths[i], hop, cell);
			line_add(&line, cell, widths[i - first]);
		}
		line_put(out, &line);
	}
}

static void print_columns(FILE *out, const struct table *t)
{
	for (size_t first = 0, last; first < t->paths.count; first = last) {
		size_t widths[WIDTH], all = LABEL;

		for (last = first; last < t->paths.count && last - first < WIDTH; last++) {
			widths[last - first] = column_width(t, &t->paths.paths[last]);
			all += widths[last - first];
			if (all > WIDTH + GAP && last > first)
				break;
		}
		if (first)
			fputc('\n', out);
		print_block(out, t, first, last, widths);
	}
}

/* --- rows --- */

/* What the column of a hop is called: "3 |". */
static void write_hop(const struct table *t, unsigned hop, char text[CELL_SIZE])
{
	if (!hop)
		strcpy(text, port_word(t));
	else if (t->marks[hop] == ' ')
		snprintf(text, CELL_SIZE, "%u", hop);
	else
		snprintf(text, CELL_SIZE, "%u %c", hop, t->marks[hop]);
}

static void print_rows(FILE *out, const struct table *t)
{
	size_t widths[RECORD_HOPS + 1] = { 0 };
	struct line line = { .len = 0 };
	char cell[CELL_SIZE];

	for (unsigned hop = 0; hop <= t->paths.hops; hop++) {
		write_hop(t, hop, cell);
		widths[hop] = strlen(cell) + GAP;
		for (size_t i = 0; i < t->paths.count; i++) {
			write_cell(t, &t->paths.paths[i], hop, cell);
			widths[hop] = strlen(cell) + GAP > widths[hop] ? strlen(cell) + GAP : widths[hop];
		}
	}
	for (unsigned hop = 0; hop <= t->paths.hops; hop++) {
		write_hop(t, hop, cell);
		line_add(&line, cell, widths[hop]);
	}
	line_put(out, &line);
	for (size_t i = 0; i < t->paths.count; i++) {
		for (unsigned hop = 0; hop <= t->paths.hops; hop++) {
			write_cell(t, &t->paths.paths[i], hop, cell);
			line_add(&line, cell, widths[hop]);
		}
		line_put(out, &line);
	}
}

static bool print_direction(FILE *out, const struct trace_record *r, enum record_direction d, bool is_vertical)
{
	struct table t = { .record = r };
	const bool is_found = record_paths_find(&t.paths, r, d);

	if (is_found) {
		find_marks(&t, d);
		(is_vertical ? print_columns : print_rows)(out, &t);
		if (t.paths.others)
			fprintf(out, "and %u flow%s, asked at some hops only\n", t.paths.others,
				t.paths.others == 1 ? "" : "s");
	}
	record_paths_done(&t.paths);
	return is_found;
}

bool print_paths(FILE *out, const struct trace_record *r, bool is_vertical)
{
	bool is_printed;

	print_text_head(out, r);
	fputs("there\n", out);
	is_printed = print_direction(out, r, RECORD_THERE, is_vertical);
	if (!r->is_reached)
		fputs("not reached\n", out);
	if (is_printed && record_last_hop(r, RECORD_BACK)) {
		print_text_back(out, r);
		is_printed = print_direction(out, r, RECORD_BACK, is_vertical);
	}
	print_text_foot(out, r);
	return is_printed;
}
