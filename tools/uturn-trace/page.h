/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of page/, which are part of the program. */
#ifndef UTURN_TRACE_PAGE_H
#define UTURN_TRACE_PAGE_H

/* Each ends with a NUL. */
extern const char trace_page_css[], trace_page_js[], trace_graph_css[];

/* What a Content-Security-Policy allows of the page: "sha256-...", of the files as they are in it. A test compares. */
extern const char page_css_hash[], page_js_hash[], graph_css_hash[];

#endif
