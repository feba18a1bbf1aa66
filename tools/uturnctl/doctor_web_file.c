/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_web_file.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

enum { LINE_SIZE = 512, WORDS = 3 };

/* Up to WORDS words of a line, without its comment. Returns how many. */
static int split(char *line, char *words[WORDS])
{
	char *save = NULL;
	int count = 0;

	for (char *word = strtok_r(line, " \t\r", &save); word && *word != '#' && count < WORDS;
		word = strtok_r(NULL, " \t\r", &save))
		words[count++] = word;
	return count;
}

static void take_listener(struct doctor_web_file *w, const char *end, bool is_tls)
{
	struct addr addr;
	uint16_t port;

	if (w->listener_count == DOCTOR_LISTENERS || !addr_port_parse(end, &addr, &port))
		return;
	w->listeners[w->listener_count].addr = addr;
	w->listeners[w->listener_count].port = port;
	w->listeners[w->listener_count++].is_tls = is_tls;
}

void doctor_web_file_parse(const char *text, struct doctor_web_file *w)
{
	char line[LINE_SIZE], *words[WORDS];
	size_t len;

	*w = (struct doctor_web_file){ .control = "/run/uturn/control", .user = "uturn-web" };
	for (; *text; text += len + (text[len] == '\n')) {
		const struct {
			const char *keyword;
			char *to;
			size_t size;
		} rows[] = { { "certificate", w->certificate, sizeof(w->certificate) },
			{ "key", w->key, sizeof(w->key) }, { "control", w->control, sizeof(w->control) },
			{ "user", w->user, sizeof(w->user) } };
		int count;

		len = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)(len < LINE_SIZE ? len : LINE_SIZE - 1), text);
		count = split(line, words);
		if (count > 1 && strcmp(words[0], "listen") == 0)
			take_listener(w, words[1], count > 2);
		for (size_t i = 0; count > 1 && i < sizeof(rows) / sizeof(rows[0]); i++)
			if (strcmp(words[0], rows[i].keyword) == 0)
				snprintf(rows[i].to, rows[i].size, "%s", words[1]);
	}
	if (w->listener_count == 0)
		take_listener(w, "[::]:80", false);
}
