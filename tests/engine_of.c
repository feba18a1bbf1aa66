/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/engine_of.h"

#include <string.h>

#include "config/config.h"
#include "tests/packets.h"

struct engine_settings settings_of(const char *lines)
{
	char why[CONFIG_WHY_SIZE];
	struct config c;

	if (config_parse("lines", lines, strlen(lines), &c, why, sizeof(why)))
		fail_msg("%s", why);
	return engine_settings_of(&c);
}

void engine_of(struct engine *e, const char *lines, const uint64_t secret[2])
{
	const struct engine_settings settings = settings_of(lines);
	const size_t size = engine_bytes(&settings);
	uint8_t *memory = packet_room(size).at;

	memset(memory, 0, size);
	engine_init(e, &settings, memory, secret);
}
