/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_mtu.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/text.h"

__attribute__((format(printf, 3, 4))) static size_t append(char words[RECORD_MTU_WORDS], size_t len, const char *format,
	...)
{
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(words + len, RECORD_MTU_WORDS - len, format, args);
	va_end(args);
	len += more > 0 ? (size_t)more : 0;
	return len < RECORD_MTU_WORDS ? len : RECORD_MTU_WORDS - 1;
}

const char *record_mtu_words(const struct trace_record *r, enum record_direction d, char words[RECORD_MTU_WORDS])
{
	const struct record_mtu *m = &r->mtu[d];
	/* as they are numbered in text */
	const unsigned before = d == RECORD_BACK ? record_last_hop(r, RECORD_THERE) : 0;
	char address[ADDR_TEXT_SIZE];
	size_t len = 0;

	*words = '\0';
	if (!m->first)
		return words;
	len = append(words, len, "%u", m->first);
	for (unsigned i = 0; i < m->fall_count; i++) {
		const struct record_fall *f = &m->falls[i];

		len = append(words, len, f->is_black_hole ? ", black hole above %u" : ", %u", f->mtu);
		if (!f->has_hop)
			len = append(words, len, " as %s says", addr_text(&f->from, address));
		else if (before + f->hop)
			len = append(words, len, " behind hop %u", before + f->hop);
		else
			len = append(words, len, " on the first link");
	}
	if (m->is_cut_off && m->hops)
		append(words, len, "; not known behind hop %u", before + m->hops);
	else if (m->is_cut_off)
		append(words, len, "; not known behind that");
	return words;
}
