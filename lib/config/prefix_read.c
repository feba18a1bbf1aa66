/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/prefix_read.h"

#include <string.h>

#include "common/text.h"
#include "packet/special.h"

bool prefix_read(struct reading *r, const char *name, char *word, struct prefix *prefix)
{
	char text[ADDR_TEXT_SIZE];
	struct addr host, four;

	if (!prefix_parse(word, prefix))
		return reading_refuse(r, "%s: '%s' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32", name, word);
	/* no packet has an IPv4-mapped source (RFC 4291 2.5.5.2): such a prefix would have no effect */
	if (prefix->length >= 96 && addr_is_mapped(&prefix->addr, &four))
		return reading_refuse(r, "%s: '%s' is IPv4-mapped, write '%s/%u'", name, word, addr_text(&four, text),
			prefix->length - 96U);
	word[strcspn(word, "/")] = '\0';
	if (addr_parse(word, &host) && !addr_equal(&host, &prefix->addr))
		return reading_refuse(r, "%s: %s/%u has host bits set, did you mean '%s/%u'?", name, word,
			prefix->length, addr_text(&prefix->addr, text), prefix->length);
	return true;
}
