/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"

enum { LINE_SIZE = 1024 };

static const uint64_t interval_ns = 60 * UINT64_C(1000000000);

static const struct {
	const char *journal; /* sd-daemon(3) */
	const char *terminal;
} levels[] = {
	[LOG_LEVEL_ERROR] = { "<3>", "error: " },
	[LOG_LEVEL_WARNING] = { "<4>", "warning: " },
	[LOG_LEVEL_INFO] = { "<6>", "" },
	[LOG_LEVEL_DEBUG] = { "<7>", "debug: " },
};

static const char *name = "uturn";
static char about[32];
static enum log_level detail = LOG_LEVEL_INFO;
static bool is_journal;

/* systemd.exec(5), JOURNAL_STREAM: device and inode of the stream, if stderr still is it. */
static bool is_journal_stream(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void log_open(const char *program, enum log_level most_detailed)
{
	name = program;
	detail = most_detailed;
	is_journal = is_journal_stream();
}

void log_as(const char *speaker)
{
	snprintf(about, sizeof(about), "%s", speaker);
}

/* One write for the whole line, so that two programs on one terminal do not mix. */
static void line_write(enum log_level level, const char *format, va_list args, unsigned held_back)
{
	char line[LINE_SIZE];
	const size_t room = sizeof(line) - 1; /* for the newline */
	size_t at, start;
	ssize_t ignored;

	if (is_journal)
		at = (size_t)snprintf(line, room, "%s%s", levels[level].journal, about);
	else
		at = (size_t)snprintf(line, room, "%s: %s%s", name, levels[level].terminal, about);
	start = at;
	at += (size_t)vsnprintf(line + at, room - at, format, args);
	if (held_back && at < room)
		at += (size_t)snprintf(line + at, room - at, " (%u more since the last such line)", held_back);
	if (at > room - 1)
		at = room - 1;
	for (size_t i = start; i < at; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[at++] = '\n';
	ignored = write(STDERR_FILENO, line, at); /* nowhere left to complain to */
	(void)ignored;
}

void log_line(enum log_level level, const char *format, ...)
{
	va_list args;

	if (level > detail)
		return;
	va_start(args, format);
	line_write(level, format, args, 0);
	va_end(args);
}

void log_limited(struct log_limit *limit, enum log_level level, const char *format, ...)
{
	uint64_t now_ns;
	va_list args;

	if (level > detail)
		return;
	now_ns = clock_ns(CLOCK_MONOTONIC);
	if (limit->last_ns && now_ns - limit->last_ns < interval_ns) {
		limit->held_back++;
		return;
	}
	va_start(args, format);
	line_write(level, format, args, limit->held_back);
	va_end(args);
	*limit = (struct log_limit){ now_ns, 0 };
}
