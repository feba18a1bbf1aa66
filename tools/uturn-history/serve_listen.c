/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve_listen.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

static bool is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	return a->family == 4 ? a->bytes[0] == 127 : memcmp(a->bytes, one, sizeof(one)) == 0;
}

bool serve_listen_parse(const char *text, struct serve_listen *l, char *why, size_t why_size)
{
	memset(l, 0, sizeof(*l));
	if (*text == '/' && strlen(text) < sizeof(l->path)) {
		strcpy(l->path, text);
		return true;
	}
	if (*text == '/')
		snprintf(why, why_size, "'%s' is longer than the %d bytes that the path of a socket may have", text,
			LISTEN_PATH_SIZE - 1);
	else if (!addr_port_parse(text, &l->addr, &l->port))
		snprintf(why, why_size,
			"'%s' is neither ADDRESS:PORT, such as 127.0.0.1:8470, nor the path of a socket", text);
	else if (!is_loopback(&l->addr))
		snprintf(why, why_size,
			"'%s' is not an address of the loopback (for other hosts: ssh -L, or a web server in front)",
			text);
	else
		return true;
	return false;
}

bool serve_listen_is_own(const struct serve_listen *l, const char *host)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };

	if (!l->addr.family)
		return true;
	for (size_t i = 0; host && i < sizeof(names) / sizeof(names[0]); i++) {
		const size_t len = strlen(names[i]);
		const char *port = host + len + 1;

		if (strncasecmp(host, names[i], len) != 0)
			continue;
		if (!host[len] || (host[len] == ':' && strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5))
			return true;
	}
	return false;
}
