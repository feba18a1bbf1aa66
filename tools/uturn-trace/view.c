/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view.h"

#include <stdio.h>
#include <string.h>

enum {
	HOP_WIDTH = 3,
	LABEL_LEAST = 15,
	BARS_LEAST = 4,
	BARS_USUAL = 20, /* where marks want to be seen as well */
	MARKS_LEAST = 20,
	AROUND = 3, /* lines that are no rows: title, heads, status */
	LEVELS = 8,
};

static const char *const help[] = {
	"Each second one flow of those that take every link is asked at all its hops.",
	"",
	"Share   of the flows that met a router of this hop",
	"Last    round-trip time, ms; Median of the last 64 answers; Best, Worst of all",
	"Loss    where it can be stated: at the target, and at the router behind the",
	"        link that loses packets; a router's own silence is no loss",
	"",
	"d       both directions, there, back     p       all paths, or one by one",
	"n       names or addresses               space   pause",
	"s       save the trace                   r       trace again",
	"arrows  scroll; also PgUp PgDn Home End  q       quit",
};

enum { HELP_LINES = sizeof(help) / sizeof(help[0]) };

/* The columns of numbers, the most important first, and where each stands: by index. */
enum column { SHARE, LAST, MEDIAN, BEST, WORST, LOSS, COLUMNS };
static const struct {
	const char *head;
	unsigned width; /* with the space in front */
} columns[COLUMNS] = {
	[SHARE] = { "Share", 6 },
	[LAST] = { "Last", 8 },
	[MEDIAN] = { "Median", 8 },
	[BEST] = { "Best", 8 },
	[WORST] = { "Worst", 8 },
	[LOSS] = { "Loss", 7 },
};
static const enum column importance[COLUMNS] = { LAST, MEDIAN, LOSS, SHARE, WORST, BEST };

struct layout {
	unsigned label, bars, marks; /* widths; bars, marks: 0 where there is no room */
	bool has[COLUMNS];
};

static struct view_line line_of(struct view_screen *s, unsigned number, enum view_look look)
{
	s->text[number][0] = '\0';
	s->look[number] = (uint8_t)look;
	return (struct view_line){ .text = s->text[number],
		.width = s->columns < VIEW_COLUMNS ? s->columns : VIEW_COLUMNS };
}

static unsigned widest_label(const struct view *v)
{
	size_t most = LABEL_LEAST;

	for (unsigned i = 0; i < v->row_count; i++)
		if (!v->rows[i].is_heading && strlen(v->rows[i].label) > most)
			most = strlen(v->rows[i].label);
	return (unsigned)most;
}

static unsigned widest_marks(const struct view *v)
{
	size_t most = 0;

	for (unsigned i = 0; i < v->row_count; i++)
		if (strlen(v->rows[i].marks) > most)
			most = strlen(v->rows[i].marks);
	return (unsigned)most;
}

/* Labels first, up to half of the screen; then numbers by importance; bars and marks share what is left. */
static struct layout lay_out(const struct view *v, unsigned width)
{
	const unsigned label = widest_label(v), marks = widest_marks(v);
	struct layout l = { .label = label };
	unsigned used;

	if (l.label > width / 2)
		l.label = width / 2 > LABEL_LEAST ? width / 2 : LABEL_LEAST;
	used = HOP_WIDTH + l.label;
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (used + columns[importance[i]].width > width)
			break;
		l.has[importance[i]] = true;
		used += columns[importance[i]].width;
	}
	if (used + 1 + BARS_LEAST > width)
		return l;
	l.bars = width - used - 1;
	if (l.bars > VIEW_BARS)
		l.bars = VIEW_BARS;
	if (marks && used + 1 + BARS_USUAL + 2 + MARKS_LEAST <= width)
		l.bars = BARS_USUAL;
	used += 1 + l.bars;
	if (used + 2 + MARKS_LEAST <= width)
		l.marks = width - used - 2;
	return l;
}

static void write_time(uint32_t us, char text[16])
{
	if (us < 100000)
		snprintf(text, 16, "%.1f", us / 1000.0);
	else
		snprintf(text, 16, "%u", us / 1000);
}

static void write_number(const struct view_row *r, enum column c, char text[16])
{
	const uint32_t times[COLUMNS] = { [LAST] = r->last_us,
		[MEDIAN] = r->median_us,
		[BEST] = r->best_us,
		[WORST] = r->worst_us };

	*text = '\0';
	if (c == SHARE && r->share >= 0)
		snprintf(text, 16, "%d %%", r->share);
	else if (c == LOSS && r->loss >= 0)
		snprintf(text, 16, r->loss < 100 ? "%.1f %%" : "%.0f %%", r->loss / 10.0);
	else if (c != SHARE && c != LOSS && r->has_times && (c != MEDIAN || r->has_median))
		write_time(times[c], text);
}

/* Between the least and the most that is shown; what differs by less than a tenth, or 0.2 ms, is low. */
static unsigned level_of(int32_t us, int32_t least, int32_t most)
{
	int64_t span = most - least;

	if (span < least / 10)
		span = least / 10;
	if (span < 200)
		span = 200;
	return (unsigned)((int64_t)(us - least) * (LEVELS - 1) / span);
}

static void put_bars(struct view_line *l, const struct view *v, const struct view_row *r, unsigned width)
{
	static const char *const blocks[LEVELS] = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586",
		"\u2587", "\u2588" };
	static const char letters[LEVELS + 1] = "_.-~=+*#";
	const unsigned first = r->bar_count > width ? r->bar_count - width : 0, end = l->at + width;
	int32_t least = INT32_MAX, most = 0;

	for (unsigned i = first; i < r->bar_count; i++) {
		if (r->bars[i] < 0)
			continue;
		least = r->bars[i] < least ? r->bars[i] : least;
		most = r->bars[i] > most ? r->bars[i] : most;
	}
	for (unsigned i = first; i < r->bar_count; i++) {
		if (r->bars[i] < 0)
			view_line_char(l, r->bars[i] == VIEW_LOST ? '!' : ' ');
		else if (v->is_utf8)
			view_line_glyph(l, blocks[level_of(r->bars[i], least, most)]);
		else
			view_line_char(l, letters[level_of(r->bars[i], least, most)]);
	}
	view_line_fill(l, end);
}

static void draw_row(const struct view *v, const struct layout *lay, const struct view_row *r, struct view_line *l)
{
	char text[16] = "";

	if (r->is_heading) {
		view_line_left(l, r->label, l->width);
		view_line_trim(l);
		return;
	}
	if (r->hop)
		snprintf(text, sizeof(text), "%u", r->hop);
	view_line_right(l, text, HOP_WIDTH - 1);
	view_line_char(l, ' ');
	view_line_left(l, r->label, lay->label);
	for (enum column c = SHARE; c < COLUMNS; c++) {
		if (!lay->has[c])
			continue;
		write_number(r, c, text);
		view_line_right(l, text, columns[c].width);
	}
	if (lay->bars) {
		view_line_char(l, ' ');
		put_bars(l, v, r, lay->bars);
	}
	if (lay->marks && *r->marks) {
		view_line_left(l, "", 2);
		view_line_left(l, r->marks, lay->marks);
	}
	view_line_trim(l);
}

static void draw_heads(const struct layout *lay, struct view_line *l)
{
	view_line_left(l, "", HOP_WIDTH);
	view_line_left(l, "Router", lay->label);
	for (enum column c = SHARE; c < COLUMNS; c++)
		if (lay->has[c])
			view_line_right(l, columns[c].head, columns[c].width);
	view_line_fill(l, l->width);
}

unsigned view_body(const struct view_screen *s)
{
	const unsigned lines = s->lines < VIEW_LINES ? s->lines : VIEW_LINES;

	return lines > AROUND ? lines - AROUND : 0;
}

static unsigned count_rows(const struct view *v)
{
	return v->is_help ? HELP_LINES : v->row_count;
}

unsigned view_last_top(const struct view *v, const struct view_screen *s)
{
	const unsigned body = view_body(s), count = count_rows(v);

	return count > body ? count - body : 0;
}

static void draw_status(const struct view *v, unsigned top, unsigned body, struct view_line *l)
{
	static const char *const keys[] = {
		"d direction  p path  n names  space pause  s save  r again  ? help  q quit",
		"d p n space s r ? help q quit",
		"? help q quit",
	};
	const unsigned count = count_rows(v);
	unsigned key = 0, room = l->width;
	char where[32] = "";

	if (count > body && body)
		snprintf(where, sizeof(where), " %u-%u of %u", top + 1, top + body, count);
	room = room > strlen(where) ? room - (unsigned)strlen(where) : 0;
	while (key < 2 && strlen(keys[key]) > room)
		key++;
	view_line_left(l, *v->status ? v->status : keys[key], room);
	view_line_left(l, where, (unsigned)strlen(where));
	view_line_fill(l, l->width);
}

void view_draw(const struct view *v, struct view_screen *out)
{
	const unsigned lines = out->lines < VIEW_LINES ? out->lines : VIEW_LINES, body = view_body(out);
	const unsigned last_top = view_last_top(v, out), top = v->top < last_top ? v->top : last_top;
	const struct layout lay = lay_out(v, out->columns < VIEW_COLUMNS ? out->columns : VIEW_COLUMNS);
	struct view_line l;

	for (unsigned i = 0; i < lines; i++)
		line_of(out, i, VIEW_PLAIN);
	if (lines > 0) {
		l = line_of(out, 0, VIEW_TITLE);
		view_line_left(&l, v->title, l.width);
		view_line_trim(&l);
	}
	if (lines > 1) {
		l = line_of(out, 1, VIEW_COLUMN_HEADS);
		draw_heads(&lay, &l);
	}
	for (unsigned i = 0; i < body && top + i < count_rows(v); i++) {
		const struct view_row *r = v->is_help ? NULL : &v->rows[top + i];

		l = line_of(out, 2 + i,
			!r                      ? VIEW_PLAIN
				: r->is_heading ? VIEW_HEADING
				: r->loss > 0   ? VIEW_LOSS
						: VIEW_PLAIN);
		if (r)
			draw_row(v, &lay, r, &l);
		else
			view_line_left(&l, help[top + i], (unsigned)strlen(help[top + i]));
	}
	if (lines >= AROUND) {
		l = line_of(out, lines - 1, VIEW_STATUS);
		draw_status(v, top, body, &l);
	}
}
