/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a line of the control socket: a request with an op, or one line of words about why not. */
#include <stdlib.h>
#include <string.h>

#include "io/control_request.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *op = NULL;
	json_t *answer = NULL, *request;
	char *text;

	if (control_is_blank((const char *)data, size))
		return 0;
	request = control_request((const char *)data, size, &op, &answer);
	if (request) {
		if (!op || answer)
			abort();
		json_decref(request);
		return 0;
	}
	text = json_dumps(answer, JSON_COMPACT);
	if (!text || strchr(text, '\n') || !json_string_length(json_object_get(answer, "error")))
		abort();
	free(text);
	json_decref(answer);
	return 0;
}
