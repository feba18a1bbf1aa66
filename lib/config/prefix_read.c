/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/prefix_read.h"

#include <string.h>

#include "common/text.h"

/* No packet has an IPv4-mapped source (RFC 4291 2.5.5.2): such a prefix would have no effect. */
static bool is_mapped(const struct prefix *p, struct prefix *four)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (p->addr.family != 6 || p->length < 96 || memcmp(p->addr.bytes, mapped, sizeof(mapped)) != 0)
		return false;
	*four = (struct prefix){ addr_from(4, p->addr.bytes + 12), (uint8_t)(p->length - 96) };
	return true;
}

bool prefix_read(struct reading *r, const char *name, char *word, struct prefix *prefix)
{
	char text[ADDR_TEXT_SIZE];
	struct prefix four;
	struct addr host;

	if (!prefix_parse(word, prefix))
		return reading_refuse(r, "%s: '%s' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32", name, word);
	if (is_mapped(prefix, &four))
		return reading_refuse(r, "%s: '%s' is IPv4-mapped, write '%s/%u'", name, word,
			addr_text(&four.addr, text), four.length);
	word[strcspn(word, "/")] = '\0';
	if (addr_parse(word, &host) && !addr_equal(&host, &prefix->addr))
		return reading_refuse(r, "%s: %s/%u has host bits set, did you mean '%s/%u'?", name, word,
			prefix->length, addr_text(&prefix->addr, text), prefix->length);
	return true;
}
