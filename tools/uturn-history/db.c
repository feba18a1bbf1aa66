/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db.h"

#include <string.h>

struct db_value db_integer(int64_t n)
{
	return (struct db_value){ .type = DB_INTEGER, .integer = n };
}

struct db_value db_real(double n)
{
	return (struct db_value){ .type = DB_REAL, .real = n };
}

struct db_value db_text(const char *text)
{
	return (struct db_value){ .type = DB_TEXT, .bytes = text, .len = strlen(text) };
}

struct db_value db_bytes(const void *bytes, size_t len)
{
	return (struct db_value){ .type = DB_BYTES, .bytes = bytes, .len = len };
}

bool db_is_postgres(const char *name)
{
	return strncmp(name, "postgresql://", 13) == 0 || strncmp(name, "postgres://", 11) == 0;
}

int db_open(struct db **made, const char *name, bool is_reading, char *why, size_t why_size)
{
	return db_is_postgres(name) ? db_open_postgres(made, name, why, why_size)
				    : db_open_sqlite(made, name, is_reading, why, why_size);
}

void db_close(struct db *d)
{
	if (d)
		d->adapter->close(d);
}

int64_t db_run(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, db_row *row,
	void *owner)
{
	return d->adapter->run(d, sql, arguments, count, row, owner);
}

int db_run_later(struct db *d, const char *sql, const struct db_value *arguments, unsigned count)
{
	return d->adapter->later(d, sql, arguments, count);
}

int db_script(struct db *d, const char *sql)
{
	return d->adapter->script(d, sql);
}

struct numbers {
	int64_t *numbers;
	unsigned most;
};

static bool take_numbers(void *owner, const struct db_value *values, unsigned count)
{
	struct numbers *n = owner;

	for (unsigned i = 0; i < count && i < n->most; i++)
		n->numbers[i] = values[i].type == DB_INTEGER ? values[i].integer : 0;
	return false;
}

int64_t db_numbers(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, int64_t *numbers,
	unsigned most)
{
	struct numbers n = { numbers, most };

	return db_run(d, sql, arguments, count, take_numbers, &n);
}

void db_list(const int64_t *ids, unsigned count, struct db_value list[DB_ARGUMENTS])
{
	_Static_assert(DB_ARGUMENTS == 32, "as many as DB_IN_LIST has");
	for (unsigned i = 0; i < DB_ARGUMENTS; i++)
		list[i] = db_integer(ids[i < count ? i : count - 1]);
}
