/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_view.h"

#include <stdio.h>
#include <string.h>

#include "top_head.h"
#include "top_line.h"

enum { HEAD_LINES = TOP_HEAD_LINES + 1 /* an empty one */, ADDR_LEAST = 15, TEXT_SIZE = 160 };

static const char *const sort_names[] = { "age", "prober", "TTL", "answered", "RTT" };

static const char *const help[] = {
	"q            quit",
	"p            hold: the screen stays as it is, until p again",
	"s            sort by age, prober, TTL, answered, RTT",
	"/            show traces with these letters in prober, target, front end or",
	"             protocol; Escape shows all again",
	"Up, Down     choose a trace",
	"Enter        the trace hop by hop, and back",
	"?            this, and back",
	"",
	"Probes, turned, relayed: a second. Flights: return probes outstanding.",
	"Back: hops of the return path that are known; Answered: how many of them have.",
	"RTT: of the last answer that was relayed to the prober.",
	"Age: since the last probe.",
};

/* ---- traces ---- */

static double share_of(const struct top_trace *t)
{
	unsigned hops = t->answered + t->silent;

	return hops ? 100.0 * t->answered / hops : -1;
}

/* Of two that are equal, the one that began first. */
static int compare_traces(const struct top_trace *a, const struct top_trace *b, enum top_sort sort)
{
	int order = 0;

	switch (sort) {
	case TOP_BY_AGE:
		order = (a->age_s > b->age_s) - (a->age_s < b->age_s);
		break;
	case TOP_BY_PROBER:
		order = strcmp(a->prober, b->prober);
		break;
	case TOP_BY_TTL:
		order = (a->ttl < b->ttl) - (a->ttl > b->ttl);
		break;
	case TOP_BY_ANSWERED:
		order = (share_of(a) > share_of(b)) - (share_of(a) < share_of(b));
		break;
	case TOP_BY_RTT:
		order = (a->last_ms < b->last_ms) - (a->last_ms > b->last_ms);
		break;
	case TOP_SORTS:
		break;
	}
	return order ? order : (a->id > b->id) - (a->id < b->id);
}

static bool is_wanted(const struct top_trace *t, const char *filter)
{
	return !*filter || strstr(t->prober, filter) || strstr(t->target, filter) || strstr(t->frontend, filter) ||
		strstr(t->protocol, filter);
}

/* Those that are shown, in order: few, and never many at once. */
static unsigned choose_traces(const struct top_view *v, const struct top_model *m,
	const struct top_trace *chosen[TOP_TRACES])
{
	unsigned count = 0;

	for (unsigned i = 0; i < m->trace_count; i++) {
		unsigned at = count;

		if (!is_wanted(&m->traces[i], v->filter))
			continue;
		for (; at > 0 && compare_traces(&m->traces[i], chosen[at - 1], v->sort) < 0; at--)
			chosen[at] = chosen[at - 1];
		chosen[at] = &m->traces[i];
		count++;
	}
	return count;
}

static unsigned index_of(const struct top_trace *const *chosen, unsigned count, json_int_t id)
{
	for (unsigned i = 0; i < count; i++)
		if (chosen[i]->id == id)
			return i;
	return 0;
}

json_int_t top_view_move(const struct top_view *v, const struct top_model *m, int lines)
{
	const struct top_trace *chosen[TOP_TRACES];
	unsigned count = choose_traces(v, m, chosen);
	long at = (long)index_of(chosen, count, v->chosen) + lines;

	if (count == 0)
		return 0;
	if (at < 0)
		at = 0;
	return chosen[at < (long)count ? at : (long)count - 1]->id;
}

/* Widths of the columns; what is left is the prober's, and on a wide screen the target's. */
static const struct {
	const char *head;
	unsigned width;
} columns[] = { { "Front end", 11 }, { "Proto", 7 }, { "TTL", 4 }, { "Back", 6 }, { "Answered", 10 }, { "RTT", 11 },
	{ "Age", 8 } };

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), WIDE = 100 };

static void widths_of(unsigned width, unsigned *prober, unsigned *target)
{
	unsigned rest = width;

	for (unsigned i = 0; i < COLUMNS; i++)
		rest = rest > columns[i].width ? rest - columns[i].width : 0;
	if (rest < ADDR_LEAST)
		rest = ADDR_LEAST;
	*target = width >= WIDE ? rest / 2 : 0;
	*prober = rest - *target;
}

static void put_heads(struct view_screen *s, unsigned number)
{
	struct view_line l = top_line_of(s, number, VIEW_COLUMN_HEADS);
	unsigned prober, target;

	widths_of(l.width, &prober, &target);
	view_line_left(&l, "Prober", prober);
	if (target)
		view_line_left(&l, "Target", target);
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (i < 2)
			view_line_left(&l, columns[i].head, columns[i].width);
		else
			view_line_right(&l, columns[i].head, columns[i].width);
	}
	view_line_fill(&l, l.width);
}

static void put_address(struct view_line *l, const char *address, unsigned width)
{
	view_line_left(l, address, width ? width - 1 : 0);
	if (width)
		view_line_char(l, ' ');
}

static void put_trace(const struct top_trace *t, struct view_line *l)
{
	char ttl[16] = "-", back[24], share[16] = "-", rtt[32] = "-", age[32] = "-";
	unsigned prober, target;

	widths_of(l->width, &prober, &target);
	if (t->ttl)
		snprintf(ttl, sizeof(ttl), "%u", t->ttl);
	snprintf(back, sizeof(back), "%u", t->answered + t->silent);
	if (share_of(t) >= 0)
		snprintf(share, sizeof(share), "%.0f %%", share_of(t));
	if (t->last_ms >= 0)
		snprintf(rtt, sizeof(rtt), "%.1f ms", t->last_ms);
	if (t->age_s >= 0)
		snprintf(age, sizeof(age), "%.1f s", t->age_s);
	put_address(l, t->prober, prober);
	if (target)
		put_address(l, t->target, target);
	view_line_left(l, t->frontend, columns[0].width);
	view_line_left(l, t->protocol, columns[1].width);
	view_line_right(l, ttl, columns[2].width);
	view_line_right(l, back, columns[3].width);
	view_line_right(l, share, columns[4].width);
	view_line_right(l, rtt, columns[5].width);
	view_line_right(l, age, columns[6].width);
}

static const char *words_of_none(const struct top_view *v, const struct top_model *m)
{
	if (!m->is_up)
		return "";
	if (*m->why)
		return m->why;
	return *v->filter ? "no trace that goes on has that" : "no trace goes on";
}

/* From this line on, so many; the one that is chosen is among them. */
static void put_traces(const struct top_view *v, const struct top_model *m, struct view_screen *s, unsigned first,
	unsigned lines)
{
	const struct top_trace *chosen[TOP_TRACES];
	unsigned count = choose_traces(v, m, chosen), at = index_of(chosen, count, v->chosen);
	unsigned from = at >= lines ? at - lines + 1 : 0;

	if (count == 0) {
		top_line_put(s, first, VIEW_PLAIN, words_of_none(v, m));
		return;
	}
	for (unsigned i = 0; i < lines && from + i < count; i++) {
		bool is_chosen = v->chosen && chosen[from + i]->id == v->chosen;
		struct view_line l = top_line_of(s, first + i, is_chosen ? VIEW_CHOSEN : VIEW_PLAIN);

		put_trace(chosen[from + i], &l);
		if (is_chosen)
			view_line_fill(&l, l.width);
		else
			view_line_trim(&l);
	}
}

/* ---- events, hops, help, and the last line ---- */

/* The newest last. */
static void put_events(const struct top_model *m, struct view_screen *s, unsigned first, unsigned lines)
{
	uint64_t kept = m->event_count < TOP_EVENTS ? m->event_count : TOP_EVENTS;
	uint64_t shown = lines < kept ? lines : kept;

	for (uint64_t i = 0; i < shown; i++)
		top_line_put(s, first + (unsigned)i, VIEW_PLAIN, m->events[(m->event_count - shown + i) % TOP_EVENTS]);
}

static void put_hops(const struct top_view *v, const struct top_model *m, struct view_screen *s, unsigned first,
	unsigned lines)
{
	char text[TOP_TEXT_SIZE + 16];
	const struct top_trace *t = &m->of_shown;

	if (m->is_shown_known)
		snprintf(text, sizeof(text), "%s to %s, %s, %s: the return path", t->prober, t->target, t->frontend,
			t->protocol);
	else
		snprintf(text, sizeof(text), "trace %" JSON_INTEGER_FORMAT, m->shown);
	top_line_put(s, first, VIEW_HEADING, text);
	for (unsigned i = 0; i + 1 < lines && v->top + i < m->hop_count; i++) {
		const struct top_hop *h = &m->hops[v->top + i];

		snprintf(text, sizeof(text), "%3u  %s", h->ttl, h->text);
		top_line_put(s, first + 1 + i, VIEW_PLAIN, text);
	}
	if (m->is_shown_known && m->hop_count == 0)
		top_line_put(s, first + 1, VIEW_PLAIN, "no hop yet");
}

static void put_keys(const struct top_view *v, const struct top_model *m, struct view_screen *s, unsigned lines)
{
	char text[TEXT_SIZE];
	struct view_line l = top_line_of(s, lines - 1, VIEW_STATUS);

	if (v->is_filtering)
		snprintf(text, sizeof(text), "/%s_   Enter keep  Esc show all", v->filter);
	else
		snprintf(text, sizeof(text), "q quit  p %s  s sort (%s)  / filter%s%s  Enter %s  ? help",
			v->is_held ? "go on" : "hold", sort_names[v->sort % TOP_SORTS], *v->filter ? " " : "",
			v->filter, m->shown ? "back" : "hops");
	view_line_left(&l, text, l.width);
	view_line_fill(&l, l.width);
}

/* A third of what there is, and three lines at least where there is room for both. */
static unsigned events_of(unsigned body)
{
	unsigned third = body / 3;

	if (body < 8)
		return 0;
	return third < 3 ? 3 : third;
}

void top_view_draw(const struct top_view *v, const struct top_model *m, struct view_screen *out)
{
	const unsigned lines = out->lines < VIEW_LINES ? out->lines : VIEW_LINES;
	const unsigned body = lines > HEAD_LINES + 1 ? lines - HEAD_LINES - 1 : 0;
	const unsigned events = v->is_help || m->shown ? 0 : events_of(body);
	const unsigned rest = events ? body - events - 1 : body; /* one for the heading of the events */

	for (unsigned i = 0; i < lines; i++) {
		out->text[i][0] = '\0';
		out->look[i] = VIEW_PLAIN;
	}
	top_head_draw(m, v->is_held, out);
	if (v->is_help) {
		for (unsigned i = 0; i < body && i < sizeof(help) / sizeof(help[0]); i++)
			top_line_put(out, HEAD_LINES + i, VIEW_PLAIN, help[i]);
	} else if (m->shown) {
		put_hops(v, m, out, HEAD_LINES, rest);
	} else if (rest > 1) {
		put_heads(out, HEAD_LINES);
		put_traces(v, m, out, HEAD_LINES + 1, rest - 1);
		if (events)
			top_line_put(out, HEAD_LINES + rest, VIEW_HEADING, "Last events");
		put_events(m, out, HEAD_LINES + rest + 1, events);
	}
	if (lines)
		put_keys(v, m, out, lines);
}
