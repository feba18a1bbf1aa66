/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a saved trace: what is read is printed, read again and printed
 * the same, and what is refused has words with a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sound.h"
#include "tools/uturn-trace/print.h"
#include "tools/uturn-trace/read_json.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(void (*to)(FILE *, const struct trace_record *), const struct trace_record *r, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	MUST(out);
	to(out, r);
	MUST(fclose(out) == 0);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace_record first, second;
	char why[160] = "", *once, *again, *text;
	size_t once_size, again_size, text_size;

	trace_record_init(&first);
	trace_record_init(&second);
	if (!read_json(&first, (const char *)data, size, why, sizeof(why))) {
		MUST(strncmp(why, "line ", 5) == 0);
		trace_record_done(&first);
		return 0;
	}
	once = print(print_json, &first, &once_size);
	MUST(read_json(&second, once, once_size, why, sizeof(why)));
	again = print(print_json, &second, &again_size);
	MUST(once_size == again_size && memcmp(once, again, once_size) == 0);
	text = print(print_text, &first, &text_size);
	for (size_t i = 0; i < text_size; i++)
		MUST((unsigned char)text[i] >= 0x20 || text[i] == '\n');
	free(once);
	free(again);
	free(text);
	trace_record_done(&first);
	trace_record_done(&second);
	return 0;
}
