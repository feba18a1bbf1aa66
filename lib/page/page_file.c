/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page/page_file.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

PAGE_FILE_OF(look, "lib/page/look.css");
PAGE_FILE_OF(path, "lib/page/path.js");
PAGE_FILE_OF(table, "lib/page/table.js");
PAGE_FILE_OF(trace, "lib/page/trace.js");
PAGE_FILE_OF(icon, "lib/page/icon.svg");

static struct page_file shared[] = {
	PAGE_FILE_ROW("/look.css", PAGE_CSS, look),
	PAGE_FILE_ROW("/path.js", PAGE_SCRIPT, path),
	PAGE_FILE_ROW("/table.js", PAGE_SCRIPT, table),
	PAGE_FILE_ROW("/trace.js", PAGE_SCRIPT, trace),
	PAGE_FILE_ROW("/icon.svg", "image/svg+xml", icon),
};

/* FNV-1a: another build's file has another tag. */
static void tag(struct page_file *f)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (const char *at = f->bytes; at < f->end; at++)
		hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
	snprintf(f->etag, sizeof(f->etag), "\"%016" PRIx64 "\"", hash);
}

static struct page_file *find(struct page_file *files, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].path, path) == 0)
			return &files[i];
	return NULL;
}

const struct page_file *page_file_find(struct page_file *own, size_t count, const char *path)
{
	struct page_file *f = find(own, count, path);

	if (!f)
		f = find(shared, sizeof(shared) / sizeof(shared[0]), path);
	if (f && !f->etag[0])
		tag(f);
	return f;
}
