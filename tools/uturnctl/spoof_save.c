/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_save.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "common/text.h"
#include "config/config.h"
#include "config/config_verdict.h"
#include "errors.h"
#include "file_replace.h"
#include "spoof_probe.h"

enum { LINE_SIZE = 256 };

static const char *const keywords[2] = { "answer-from4", "answer-from6" };

static void line_write(const struct spoof_result *r, char line[LINE_SIZE])
{
	char foreign[ADDR_TEXT_SIZE], host[ADDR_TEXT_SIZE], date[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &tm);
	snprintf(line, LINE_SIZE, "%s %s # %s: %s -> %s %s\n", keywords[r->host.family == 6],
		r->verdict == SPOOF_ROUTER ? "router" : "self", date, addr_text(&r->foreign, foreign),
		addr_text(&r->host, host), r->verdict == SPOOF_ROUTER ? "arrives" : "does not arrive");
}

/* The lines of a valid file; a broken one is replaced, as its error message asks for. */
static void lines_keep(const char *path, char lines[2][LINE_SIZE])
{
	char why[CONFIG_WHY_SIZE], line[LINE_SIZE];
	struct config_verdict saved;
	FILE *f;

	if (config_verdict_load(path, &saved, why, sizeof(why)))
		return;
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		for (int i = 0; i < 2; i++)
			if (strncmp(line, keywords[i], strlen(keywords[i])) == 0 && strchr(line, '\n'))
				strcpy(lines[i], line);
	if (f)
		fclose(f);
}

static int replace(const char *path, char lines[2][LINE_SIZE])
{
	char text[2 * LINE_SIZE];
	int len = snprintf(text, sizeof(text), "%s%s", lines[0], lines[1]);

	return file_replace(path, text, (size_t)len, true);
}

bool spoof_save(const char *path, const struct spoof_result *results, unsigned count)
{
	char lines[2][LINE_SIZE] = { "", "" };
	bool is_new = false;
	int err;

	lines_keep(path, lines);
	for (unsigned i = 0; i < count; i++) {
		if (results[i].verdict == SPOOF_UNKNOWN)
			continue;
		line_write(&results[i], lines[results[i].host.family == 6]);
		is_new = true;
	}
	if (!is_new)
		return true;
	if (strcmp(path, config_verdict_path) == 0 && mkdir(config_verdict_folder, 0755) == 0)
		chmod(config_verdict_folder,
			0755); /* whatever the umask: uturnd is not root when it reads the file again */
	err = replace(path, lines);
	if (err)
		errors_print("spoof-check: %s: %s: nothing saved", path, strerror(-err));
	return !err;
}
