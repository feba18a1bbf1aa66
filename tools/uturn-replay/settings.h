/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration of a replay: the lines of -f, overridden by those of the
 * recording, overridden by those of -c. allow and deny are not overridden but
 * accumulate.
 *
 * The text of a line is not copied: it must be valid until settings_clear() of
 * its level, or settings_done().
 */
#ifndef UTURN_REPLAY_SETTINGS_H
#define UTURN_REPLAY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

enum setting_level { SETTING_FILE, SETTING_RECORDING, SETTING_COMMAND_LINE };

struct setting {
	enum setting_level level;
	const char *name; /* of the file */
	unsigned line;
	const char *text;
};

struct settings {
	struct setting *all;
	size_t count;
	char *file; /* text of -f */
};

void settings_add(struct settings *s, struct setting added);
/* Adds the lines of a uturnd.conf; false after an error message. */
bool settings_add_file(struct settings *s, const char *path);
/* Removes the lines of this level. */
void settings_clear(struct settings *s, enum setting_level level);
/* Fills *config; false after "FILE:LINE: message" on standard error. */
bool settings_apply(const struct settings *s, struct config *config);
void settings_done(struct settings *s);

#endif
