/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration of a replay: the lines of -f, over them those of the
 * recording, over them those of -c. A keyword that is said again in a higher
 * place is not read in the lower one; allow and deny add up.
 *
 * Lines are borrowed until settings_done(), from the command line or a script.
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
/* Reads the lines of a uturnd.conf; false with words on stderr. */
bool settings_add_file(struct settings *s, const char *path);
/* Forgets the lines of this level. */
void settings_clear(struct settings *s, enum setting_level level);
/* False with "FILE:LINE: words" on stderr. */
bool settings_apply(const struct settings *s, struct config *config);
void settings_done(struct settings *s);

#endif
