/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To take a host out of service: what is asked of uturnd, and what it answers
 * (uturn-control(7), drain). Times are CLOCK_MONOTONIC. Nothing here reads a
 * clock or keeps a state.
 */
#ifndef UTURN_OPERATOR_DRAIN_H
#define UTURN_OPERATOR_DRAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { DRAIN_SECONDS = 600, DRAIN_SECONDS_MOST = 86400 };

/* Until when, 0 where the drain is to end; false with words in *why if the request is wrong. */
bool drain_read(const json_t *request, uint64_t now_ns, uint64_t *until_ns, const char **why);

/* Whole seconds until then, rounded up; 0 if it has passed. */
json_int_t drain_left_s(uint64_t until_ns, uint64_t now_ns);

/* Returns a new reference. */
json_t *drain_answer(uint64_t until_ns, uint64_t now_ns);

#endif
