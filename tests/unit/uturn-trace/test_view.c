/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --live shows, as text on screens of several sizes; and the series that it is made of. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-trace/series.h"
#include "tools/uturn-trace/view.h"

static struct view_row rows[] = {
	{ .is_heading = true, .label = "there", .share = -1, .loss = -1 },
	{ .hop = 1,
		.label = "10.1.1.1",
		.share = -1,
		.loss = -1,
		.has_times = true,
		.has_median = true,
		.last_us = 400,
		.median_us = 450,
		.best_us = 300,
		.worst_us = 4000,
		.bars = { 300, 4000, VIEW_LOST, 400, VIEW_WAITING },
		.bar_count = 5 },
	{ .hop = 2,
		.label = "10.1.2.1",
		.share = 67,
		.loss = 123,
		.has_times = true,
		.last_us = 12345,
		.best_us = 12000,
		.worst_us = 234567,
		.marks = "limited, 1/s" },
	{ .label = "*", .share = -1, .loss = -1 },
	{ .hop = 3, .label = "203.0.113.80", .share = -1, .loss = 0, .marks = "** target" },
};

static struct view_screen screen;

static struct view view_of_rows(void)
{
	return (struct view){ .title = "example.net, udp", .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]) };
}

/* All lines of the screen, one below the other. */
static const char *draw(const struct view *v, unsigned lines, unsigned columns)
{
	static char text[VIEW_LINES * 200];
	size_t len = 0;

	screen.lines = lines;
	screen.columns = columns;
	view_draw(v, &screen);
	*text = '\0';
	for (unsigned i = 0; i < lines && i < VIEW_LINES; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\n", screen.text[i]);
	return text;
}

static void at_80_columns(void **state)
{
	const struct view v = view_of_rows();

	(void)state;
	assert_string_equal(draw(&v, 9, 80),
		"example.net, udp\n"
		"   Router          Share    Last  Median    Best   Worst   Loss                 \n"
		"there\n"
		" 1 10.1.1.1                  0.4     0.5     0.3     4.0        _#!_\n"
		" 2 10.1.2.1         67 %    12.3            12.0     234   12 %\n"
		"   *\n"
		" 3 203.0.113.80                                           0.0 %\n"
		"\n"
		"d direction  p path  n names  space pause  s save  r again  ? help  q quit      \n");
	assert_int_equal(screen.look[0], VIEW_TITLE);
	assert_int_equal(screen.look[2], VIEW_HEADING);
	assert_int_equal(screen.look[3], VIEW_PLAIN);
	assert_int_equal(screen.look[4], VIEW_LOSS);
}

static void at_120_columns_of_utf8(void **state)
{
	struct view v = view_of_rows();
	const char *text;

	(void)state;
	v.is_utf8 = true;
	text = draw(&v, 24, 120);
	assert_non_null(
		strstr(text, " 1 10.1.1.1                  0.4     0.5     0.3     4.0        \u2581\u2588!\u2581\n"));
	assert_non_null(strstr(text, "   12 %                       limited, 1/s\n"));
	assert_non_null(strstr(text, "  0.0 %                       ** target\n"));
}

static void at_40_columns(void **state)
{
	struct view v = view_of_rows();

	(void)state;
	v.top = 100; /* as far as there are rows */
	assert_string_equal(draw(&v, 6, 40),
		"example.net, udp\n"
		"   Router             Last  Median      \n"
		" 2 10.1.2.1           12.3\n"
		"   *\n"
		" 3 203.0.113.80\n"
		"d p n space s r ? help q quit   3-5 of 5\n");
	assert_int_equal(view_last_top(&v, &screen), 2);
}

static unsigned width_of(const char *text)
{
	unsigned width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80; /* not the rest of a character of UTF-8 */
	return width;
}

/* No line is wider than the screen, and none is written outside of it, of any size. */
static void at_any_size(void **state)
{
	struct view v = view_of_rows();

	(void)state;
	v.is_utf8 = true;
	for (unsigned lines = 0; lines < 300; lines += lines < 12 ? 1 : 37) {
		for (unsigned columns = 0; columns < 700; columns += columns < 130 ? 1 : 71) {
			v.is_help = columns % 2;
			screen.lines = lines;
			screen.columns = columns;
			for (unsigned i = 0; i < VIEW_LINES; i++)
				strcpy(screen.text[i], "untouched");
			view_draw(&v, &screen);
			for (unsigned i = 0; i < VIEW_LINES; i++)
				if (i < lines ? width_of(screen.text[i]) > columns
					      : strcmp(screen.text[i], "untouched") != 0)
					fail_msg("%u x %u, line %u: '%s'", columns, lines, i, screen.text[i]);
		}
	}
}

/* What comes from the network cannot leave its place on the terminal. */
static void hostile_words(void **state)
{
	struct view_row row = { .hop = 1, .share = -1, .loss = -1 };
	struct view v = { .title = "\x1b]0;title\x07",
		.rows = &row,
		.row_count = 1,
		.status = "\x9b"
			  "31m" };

	(void)state;
	strcpy(row.label, "a\x1b[2J\n\r\tb\x7f\xc3\xa9");
	strcpy(row.marks, "interface \x1b[31m");
	assert_string_equal(draw(&v, 4, 120),
		"?]0;title?\n"
		"   Router          Share    Last  Median    Best   Worst   Loss"
		"                                                         \n"
		" 1 a?[2J???b???                                                                       interface ?[31m\n"
		"?31m                                                                                                                    \n");
}

static void long_names_are_cut(void **state)
{
	struct view_row row = { .hop = 1, .share = -1, .loss = -1, .has_times = true, .last_us = 1000 };
	const struct view v = { .rows = &row, .row_count = 1 };

	(void)state;
	memset(row.label, 'x', VIEW_LABEL_SIZE - 1);
	draw(&v, 4, 40);
	assert_string_equal(screen.text[2], " 1 xxxxxxxxxxxxxxxxxxx~     1.0");
}

static void help(void **state)
{
	struct view v = view_of_rows();

	(void)state;
	v.is_help = true;
	assert_non_null(strstr(draw(&v, 24, 80),
		"\nd       both directions, there, back     p       all paths, or one by one\n"));
	strcpy(v.status, "saved: x.json");
	assert_non_null(strstr(draw(&v, 24, 80), "\nsaved: x.json  "));
}

static void samples(void **state)
{
	struct series s = { .sent = 0 };
	struct series_sample last[SERIES_KEPT];

	(void)state;
	assert_int_equal(series_median(&s), 0);
	assert_int_equal(series_last(&s, last, SERIES_KEPT), 0);
	for (uint32_t i = 0; i < 3; i++)
		series_on_sent(&s, i * 1000);
	series_on_answer(&s, 2000, 500);
	series_on_answer(&s, 0, 2300); /* late */
	assert_int_equal(s.last_us, 2300);
	assert_int_equal(s.best_us, 500);
	assert_int_equal(s.worst_us, 2300);
	assert_int_equal(series_median(&s), 500);
	assert_int_equal(series_last(&s, last, SERIES_KEPT), 3);
	assert_int_equal(last[0].rtt_us, 2300);
	assert_int_equal(last[1].state, SERIES_SENT);
	assert_int_equal(last[2].rtt_us, 500);
	series_take_back(&s, 1000);
	assert_int_equal(series_last(&s, last, SERIES_KEPT), 2);
	assert_int_equal(series_last(&s, last, 1), 1);
	assert_int_equal(last[0].rtt_us, 500);
	for (uint32_t i = 3; i < 3 * SERIES_KEPT; i++) {
		series_on_sent(&s, i * 1000);
		series_on_answer(&s, i * 1000, 10000 + i);
	}
	assert_int_equal(series_last(&s, last, SERIES_KEPT), SERIES_KEPT);
	assert_int_equal(last[SERIES_KEPT - 1].rtt_us, 10000 + 3 * SERIES_KEPT - 1);
	assert_int_equal(s.best_us, 500);
	series_on_answer(&s, 0, 1); /* its place is another one's by now */
	assert_int_equal(s.sent, 3 * SERIES_KEPT + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_80_columns),
		cmocka_unit_test(at_120_columns_of_utf8),
		cmocka_unit_test(at_40_columns),
		cmocka_unit_test(at_any_size),
		cmocka_unit_test(hostile_words),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(help),
		cmocka_unit_test(samples),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
