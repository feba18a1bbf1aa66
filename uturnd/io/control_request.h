/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses one line from a client of the control socket. Pure. */
#ifndef UTURN_IO_CONTROL_REQUEST_H
#define UTURN_IO_CONTROL_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A new reference to the request, with *op lent from inside it; or NULL with
 * *answer a new reference to {"error": words}.
 */
json_t *control_request(const char *line, size_t len, const char **op, json_t **answer);

/* A new reference to {"error": words}. */
json_t *control_error(const char *words);

bool control_is_blank(const char *line, size_t len);

#endif
