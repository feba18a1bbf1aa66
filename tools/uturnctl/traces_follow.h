/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces as they end. */
#ifndef UTURNCTL_TRACES_FOLLOW_H
#define UTURNCTL_TRACES_FOLLOW_H

#include "command.h"

/* The last ones that have ended, and all others until a signal; returns the exit status. */
int traces_follow(const struct ctl_options *o, unsigned last);

#endif
