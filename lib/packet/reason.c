/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/reason.h"

const struct reason_row reason_table[REASON_COUNT] = {
#define X(name, counter, ends, kind, words) [REASON_##name] = { #counter, words, KIND_##kind, ENDS_##ends },
	REASONS(X)
#undef X
};
