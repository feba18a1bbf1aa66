/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which traceroute sent this probe, as far as it matters: does it go on past a
 * target that answers Time Exceeded? See doc/clients.md, "Shapes".
 */
#ifndef UTURN_ENGINE_SHAPE_H
#define UTURN_ENGINE_SHAPE_H

#include <stdbool.h>

#include "packet/probe.h"

/* The client's name, or NULL for one that would stop, or an unknown one. */
const char *shape_that_goes_on(const struct probe *p);

#endif
