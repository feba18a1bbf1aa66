/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UTURN_HISTORY_CHANGES_H
#define UTURN_HISTORY_CHANGES_H

struct changes;
void changes_free(struct changes *c);

#endif
