/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The assembler takes the file as it is; the Makefile knows that this object depends on it. */
#define FILE_OF(name, file) \
	__asm__(".section .rodata\n" \
		".global page_" #name "\n" \
		"page_" #name ":\n" \
		".incbin \"tools/uturn-web/page/" file "\"\n" \
		".global page_" #name "_end\n" \
		"page_" #name "_end:\n" \
		".byte 0\n" \
		".previous\n"); \
	extern const char page_##name[], page_##name##_end[]

FILE_OF(html, "page.html");
FILE_OF(css, "page.css");
FILE_OF(js, "page.js");
FILE_OF(path, "path.js");
FILE_OF(table, "table.js");
FILE_OF(trace, "trace.js");
FILE_OF(icon, "icon.svg");

static struct page_file files[] = {
	{ "/", "text/html; charset=utf-8", page_html, page_html_end, "" },
	{ "/page.css", "text/css; charset=utf-8", page_css, page_css_end, "" },
	{ "/page.js", "text/javascript; charset=utf-8", page_js, page_js_end, "" },
	{ "/path.js", "text/javascript; charset=utf-8", page_path, page_path_end, "" },
	{ "/table.js", "text/javascript; charset=utf-8", page_table, page_table_end, "" },
	{ "/trace.js", "text/javascript; charset=utf-8", page_trace, page_trace_end, "" },
	{ "/icon.svg", "image/svg+xml", page_icon, page_icon_end, "" },
};

/* FNV-1a: another build's file has another tag. */
static void tag(struct page_file *f)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (const char *at = f->bytes; at < f->end; at++)
		hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
	snprintf(f->etag, sizeof(f->etag), "\"%016" PRIx64 "\"", hash);
}

const struct page_file *page_find(const char *path)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(files[i].path, path) != 0)
			continue;
		if (!files[i].etag[0])
			tag(&files[i]);
		return &files[i];
	}
	return NULL;
}
