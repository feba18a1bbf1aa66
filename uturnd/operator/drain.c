/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/drain.h"

static const uint64_t second_ns = 1000000000;

bool drain_read(const json_t *request, uint64_t now_ns, uint64_t *until_ns, const char **why)
{
	const json_t *value = json_object_get(request, "seconds");
	json_int_t seconds = value ? json_integer_value(value) : DRAIN_SECONDS;

	if ((value && !json_is_integer(value)) || seconds < 0 || seconds > DRAIN_SECONDS_MOST) {
		*why = "drain: seconds is not a number between 0 (to end it) and 86400";
		return false;
	}
	*until_ns = seconds ? now_ns + (uint64_t)seconds * second_ns : 0;
	return true;
}

json_int_t drain_left_s(uint64_t until_ns, uint64_t now_ns)
{
	return until_ns > now_ns ? (json_int_t)((until_ns - now_ns + second_ns - 1) / second_ns) : 0;
}

json_t *drain_answer(uint64_t until_ns, uint64_t now_ns)
{
	if (until_ns <= now_ns)
		return json_pack("{sb}", "draining", false);
	return json_pack("{sb sI}", "draining", true, "draining_s", drain_left_s(until_ns, now_ns));
}
