/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from the network or a file inside SVG and HTML: it stays text whatever it
 * is. A control character, and what is not UTF-8, becomes a question mark, so that
 * an XML parser reads all of it.
 */
#ifndef UTURN_TRACE_MARKUP_H
#define UTURN_TRACE_MARKUP_H

#include <stddef.h>
#include <stdio.h>

/* Between tags, or between the quotes of an attribute. */
void markup_put(FILE *out, const char *text);
/* printf(3) of it, cut at 1,023 bytes. */
void markup_printf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * JSON inside <script>, which it cannot end or comment out: "<", ">" and "&" of
 * its strings, and the line ends of JavaScript that JSON has not, become escapes.
 */
void markup_put_json(FILE *out, const char *json, size_t len);

#endif
