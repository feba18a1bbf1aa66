/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the page, which are in the program itself: nothing is read while it runs. */
#ifndef UTURN_WEB_PAGE_H
#define UTURN_WEB_PAGE_H

#include <stddef.h>

struct page_file {
	const char *path, *type, *bytes, *end;
	char etag[20]; /* with its quotes */
};

/* The file at this path of a URL, or NULL. */
const struct page_file *page_find(const char *path);

#endif
