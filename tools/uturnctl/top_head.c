/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_head.h"

#include <stdio.h>

#include "top_line.h"
#include "top_model.h"

enum { TEXT_SIZE = 160 };

static const char *rate_text(double rate, char text[16])
{
	if (rate < 0)
		return "-";
	snprintf(text, 16, rate < 100 ? "%.1f" : "%.0f", rate);
	return text;
}

static const char *duration_text(double seconds, char text[32])
{
	unsigned long s = (unsigned long)seconds;

	if (s >= 86400)
		snprintf(text, 32, "%lu d %lu h", s / 86400, s % 86400 / 3600);
	else if (s >= 3600)
		snprintf(text, 32, "%lu h %lu min", s / 3600, s % 3600 / 60);
	else
		snprintf(text, 32, "%lu min %lu s", s / 60, s % 60);
	return text;
}

static void put_title(const struct top_model *m, bool is_held, struct view_screen *s)
{
	char text[2 * TEXT_SIZE], up[32], left[32], drained[64] = "";

	if (m->draining_s >= 0)
		snprintf(drained, sizeof(drained), ", draining, %s left", duration_text(m->draining_s, left));
	if (!m->is_up)
		snprintf(text, sizeof(text), "%suturnd does not answer: %.200s", is_held ? "held: " : "",
			*m->why ? m->why : "asked");
	else
		snprintf(text, sizeof(text), "%suturnd %s%s%s%s", is_held ? "held: " : "", m->version,
			m->uptime_s < 0 ? "" : ", up ", m->uptime_s < 0 ? "" : duration_text(m->uptime_s, up), drained);
	top_line_put(s, 0, m->is_up ? VIEW_TITLE : VIEW_LOSS, text);
}

static void put_rates(const struct top_model *m, struct view_screen *s)
{
	char text[TEXT_SIZE], probes[16], turned[16], relayed[16], flights[48] = "", probers[32] = "";

	if (m->flights >= 0)
		snprintf(flights, sizeof(flights), "   flights %.0f of %.0f", m->flights,
			m->capacity < 0 ? 0 : m->capacity);
	if (m->probers >= 0)
		snprintf(probers, sizeof(probers), "   probers %.0f", m->probers);
	snprintf(text, sizeof(text), "probes %s/s   turned %s/s   relayed %s/s%s%s", rate_text(m->rates.probes, probes),
		rate_text(m->rates.turned, turned), rate_text(m->rates.relayed, relayed), flights, probers);
	top_line_put(s, 1, VIEW_PLAIN, text);
}

static void put_host(const struct top_model *m, struct view_screen *s)
{
	char text[3 * TOP_TEXT_SIZE];

	snprintf(text, sizeof(text), "rules %s   queue %s%s%s", *m->rules ? m->rules : "-", *m->queue ? m->queue : "-",
		*m->queues ? ": " : "", m->queues);
	top_line_put(s, 2, m->are_rules_bad || m->are_queues_bad ? VIEW_LOSS : VIEW_PLAIN, text);
}

void top_head_draw(const struct top_model *m, bool is_held, struct view_screen *out)
{
	put_title(m, is_held, out);
	put_rates(m, out);
	put_host(m, out);
}
