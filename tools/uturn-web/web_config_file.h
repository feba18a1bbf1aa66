/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uturn-web.conf(5): `keyword value` lines, read as uturnd's are (common/keywords.h).
 *
 * Both readers start from the defaults, and change *c only when the whole
 * file is right.
 */
#ifndef UTURN_WEB_WEB_CONFIG_FILE_H
#define UTURN_WEB_WEB_CONFIG_FILE_H

#include "web_config.h"

extern const char web_config_path[]; /* the default file */

/* 0, or -1 with why filled in; path NULL is the default file, which has to exist. */
int web_config_load(const char *path, struct web_config *c, char *why, size_t why_size);
int web_config_parse(const char *name, const char *text, size_t len, struct web_config *c, char *why, size_t why_size);

#endif
