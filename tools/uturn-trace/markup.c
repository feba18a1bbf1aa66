/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "markup.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* Bytes of the UTF-8 character here (RFC 3629: shortest form, no surrogates); 0: it is none. */
static size_t utf8_length(const unsigned char *at)
{
	const size_t len = *at < 0x80       ? 1
		: *at >= 0xc2 && *at < 0xe0 ? 2
		: *at >= 0xe0 && *at < 0xf0 ? 3
		: *at >= 0xf0 && *at < 0xf5 ? 4
					    : 0;

	for (size_t i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) ||
		(*at == 0xf4 && at[1] > 0x8f))
		return 0;
	/* U+FFFE and U+FFFF, which XML has not; C1 control characters */
	if ((*at == 0xef && at[1] == 0xbf && at[2] >= 0xbe) || (*at == 0xc2 && at[1] < 0xa0))
		return 0;
	return len;
}

void markup_put(FILE *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const escapes[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	while (*text) {
		const unsigned char c = (unsigned char)*text;
		const char *found = strchr(special, c);
		const size_t len = utf8_length((const unsigned char *)text);

		if (found)
			fputs(escapes[found - special], out);
		else if (c < 0x20 || c == 0x7f || !len)
			fputc('?', out);
		else
			fwrite(text, 1, len, out);
		text += len ? len : 1;
	}
}

void markup_printf(FILE *out, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	markup_put(out, text);
}

void markup_put_json(FILE *out, const char *json, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)json[i];
		const bool is_line_end = i + 2 < len && c == 0xe2 && (unsigned char)json[i + 1] == 0x80 &&
			((unsigned char)json[i + 2] | 1) == 0xa9;

		if (c == '<' || c == '>' || c == '&') {
			fprintf(out, "\\u%04x", c);
		} else if (is_line_end) {
			fprintf(out, "\\u20%02x", (unsigned char)json[i + 2] - 0x80);
			i += 2;
		} else {
			fputc(c, out);
		}
	}
}
