/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-web -n`: is everything there that the configuration names, and as it has to be? */
#ifndef UTURN_WEB_WEB_CHECK_H
#define UTURN_WEB_WEB_CHECK_H

/*
 * path: of the configuration, as web_config_load() has it. Started by root it
 * reads the files as the user does that the configuration names, and stays that
 * user. Prints what is wrong to stderr, FILE:LINE: words (remedy). Returns 0, or
 * -1 if anything is wrong.
 */
int web_check(const char *path);

#endif
