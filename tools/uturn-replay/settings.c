/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void settings_add(struct settings *s, struct setting added)
{
	s->all = realloc(s->all, sizeof(added) * (s->count + 1));
	if (!s->all) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	s->all[s->count++] = added;
}

bool settings_add_file(struct settings *s, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size = 0;
	unsigned line = 0;
	ssize_t len = file ? getdelim(&s->file, &size, '\0', file) : -1;
	char *rest = s->file, *text;

	if (!file || (len < 0 && !feof(file))) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		if (file)
			fclose(file);
		return false;
	}
	fclose(file);
	while (len > 0 && (text = strsep(&rest, "\n")) != NULL)
		settings_add(s, (struct setting){ SETTING_FILE, path, ++line, text });
	return true;
}

void settings_clear(struct settings *s, enum setting_level level)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->all[i].level != level)
			s->all[kept++] = s->all[i];
	s->count = kept;
}

/* The words that two lines have in common if one overrides the other; returns 0 for a line that is never overridden. */
static size_t topic(const char *text, char *out, size_t size)
{
	char value[32] = "";

	out[0] = '\0';
	if (sscanf(text, " %31s %*s %31s", out, value) < 1 || out[0] == '#')
		return 0;
	if (strcmp(out, "limit") == 0)
		strncat(out, value, size - strlen(out) - 1);
	return strcmp(out, "allow") == 0 || strcmp(out, "deny") == 0 ? 0 : strlen(out);
}

static bool is_overridden(const struct settings *s, const struct setting *one)
{
	char own[80], other[80];

	if (!topic(one->text, own, sizeof(own)))
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (s->all[i].level > one->level && topic(s->all[i].text, other, sizeof(other)) &&
			strcmp(own, other) == 0)
			return true;
	return false;
}

/* config_parse() numbers the lines of the joined text; prints file and line they came from. */
static void complain(const struct settings *s, const char *why)
{
	unsigned line = 0;
	int skip = 0;

	if (sscanf(why, "joined:%u: %n", &line, &skip) >= 1 && line && line <= s->count)
		fprintf(stderr, "%s:%u: %s\n", s->all[line - 1].name, s->all[line - 1].line, why + skip);
	else
		fprintf(stderr, "%s\n", why);
}

bool settings_apply(const struct settings *s, struct config *config)
{
	char why[CONFIG_WHY_SIZE];
	size_t size = 1, len = 0;
	char *text;
	int status;

	for (size_t i = 0; i < s->count; i++)
		size += strlen(s->all[i].text) + 1;
	text = malloc(size);
	if (!text) {
		perror("uturn-replay");
		exit(EXIT_FAILURE);
	}
	for (size_t i = 0; i < s->count; i++) {
		if (!is_overridden(s, &s->all[i]))
			len = (size_t)(stpcpy(text + len, s->all[i].text) - text);
		text[len++] = '\n';
	}
	status = config_parse("joined", text, len, config, why, sizeof(why));
	free(text);
	if (status)
		complain(s, why);
	return status == 0;
}

void settings_done(struct settings *s)
{
	free(s->all);
	free(s->file);
	*s = (struct settings){ 0 };
}
