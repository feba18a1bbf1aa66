/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_request.h"

#include <stdio.h>

json_t *control_error(const char *words)
{
	json_t *error = json_pack("{s:s}", "error", words);

	/* words that quote the client's line may not be valid UTF-8 */
	return error ? error : json_pack("{s:s}", "error", "invalid request");
}

bool control_is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			return false;
	return true;
}

/* jansson limits the depth of nesting to 2048, and the length of a line limits everything else. */
json_t *control_request(const char *line, size_t len, const char **op, json_t **answer)
{
	char words[sizeof(((json_error_t *)NULL)->text) + 32];
	json_error_t error;
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);

	if (!request) {
		snprintf(words, sizeof(words), "malformed JSON: %s", error.text);
		*answer = control_error(words);
		return NULL;
	}
	*op = json_string_value(json_object_get(request, "op"));
	if (*op)
		return request;
	json_decref(request);
	*answer = control_error("expected an object with an op, such as {\"op\":\"status\"}");
	return NULL;
}
