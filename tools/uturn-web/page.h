/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the visitor's page, with those of lib/page/ that draw a trace. */
#ifndef UTURN_WEB_PAGE_H
#define UTURN_WEB_PAGE_H

#include "page/page_file.h"

/* The file at this path of a URL, or NULL. */
const struct page_file *page_find(const char *path);

#endif
