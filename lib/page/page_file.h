/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a page, which are in the program itself: nothing is read while it
 * runs. Those that draw a trace are here, for every program that shows one.
 */
#ifndef UTURN_PAGE_PAGE_FILE_H
#define UTURN_PAGE_PAGE_FILE_H

#include <stddef.h>

struct page_file {
	const char *path; /* of a URL */
	const char *type; /* of its media, as in Content-Type (RFC 9110 8.3) */
	const char *bytes, *end;
	char etag[20]; /* with its quotes; set by page_file_find() */
};

/*
 * page_NAME and page_NAME_end: the bytes of this file of the tree. The assembler
 * takes the file as it is; the Makefile knows that the object depends on it.
 */
#define PAGE_FILE_OF(name, file) \
	__asm__(".section .rodata\n" \
		".global page_" #name "\n" \
		"page_" #name ":\n" \
		".incbin \"" file "\"\n" \
		".global page_" #name "_end\n" \
		"page_" #name "_end:\n" \
		".byte 0\n" \
		".previous\n"); \
	extern const char page_##name[], page_##name##_end[]

/* A row of a table of files. */
#define PAGE_FILE_ROW(path, type, name) \
	{ \
		path, type, page_##name, page_##name##_end, "" \
	}

#define PAGE_CSS "text/css; charset=utf-8"
#define PAGE_HTML "text/html; charset=utf-8"
#define PAGE_SCRIPT "text/javascript; charset=utf-8"

/* The file at this path: one of the program's own, else one that all programs share; NULL: neither. */
const struct page_file *page_file_find(struct page_file *own, size_t count, const char *path);

#endif
