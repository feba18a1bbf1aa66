/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An engine that is configured by lines of uturnd.conf, in memory of its exact size, until packets_free(). */
#ifndef UTURN_TESTS_ENGINE_OF_H
#define UTURN_TESTS_ENGINE_OF_H

#include <stdint.h>

#include "engine/engine.h"

/* The test fails where the lines are wrong. */
struct engine_settings settings_of(const char *lines);
void engine_of(struct engine *e, const char *lines, const uint64_t secret[2]);

#endif
