/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

const char page_css_hash[] = "sha256-CXmBBOhvOjVvTSzNxGC43YBJ8AuYDtI1xrxSjze3u2U=";
const char page_js_hash[] = "sha256-kGJrSe2Pk1UzCoMmLKbiY5mbptBiwh/0rimuS0ixxpg=";
const char graph_css_hash[] = "sha256-nFLYbojitkQDnJR7Bc43Fxzu0j8I1rFNM7tPsdnPtos=";

/* The assembler takes the file as it is; the Makefile knows that this object depends on it. */
#define FILE_OF(name, file) \
	__asm__(".section .rodata\n" \
		".global trace_" #name "\n" \
		"trace_" #name ":\n" \
		".incbin \"tools/uturn-trace/page/" file "\"\n" \
		".byte 0\n" \
		".previous\n")

FILE_OF(page_css, "page.css");
FILE_OF(page_js, "page.js");
FILE_OF(graph_css, "graph.css");
