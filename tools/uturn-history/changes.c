/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "changes.h"

void changes_free(struct changes *c)
{
	(void)c;
}
