/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

PAGE_FILE_OF(html, "tools/uturn-web/page/page.html");
PAGE_FILE_OF(css, "tools/uturn-web/page/page.css");
PAGE_FILE_OF(js, "tools/uturn-web/page/page.js");
PAGE_FILE_OF(stream, "tools/uturn-web/page/stream.js");

const struct page_file *page_find(const char *path)
{
	static struct page_file files[] = {
		PAGE_FILE_ROW("/", PAGE_HTML, html),
		PAGE_FILE_ROW("/page.css", PAGE_CSS, css),
		PAGE_FILE_ROW("/page.js", PAGE_SCRIPT, js),
		PAGE_FILE_ROW("/stream.js", PAGE_SCRIPT, stream),
	};

	return page_file_find(files, sizeof(files) / sizeof(files[0]), path);
}
