/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In place of the databases that uturn-history opens, for documented.sh, which wants a table alone. */
#include <stddef.h>

#include "tools/uturn-history/db.h"

int db_open_sqlite(struct db **made, const char *path, bool is_reading, char *why, size_t why_size)
{
	return made || path || is_reading || why || why_size ? -1 : 0;
}

int db_open_postgres(struct db **made, const char *uri, char *why, size_t why_size)
{
	return made || uri || why || why_size ? -1 : 0;
}
