/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A database that speaks SQL: SQLite, or PostgreSQL by libpq. What differs
 * between them stays behind this interface, but for the statements that make
 * the tables (schema.h).
 *
 * Statements are written for both, with $1, $2, ... in the order in which they
 * first stand; they are prepared once, and found again by their address: a
 * statement is a string that lives as long as the database.
 */
#ifndef UTURN_HISTORY_DB_H
#define UTURN_HISTORY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DB_WHY_SIZE = 512, DB_ARGUMENTS = 32, DB_STATEMENTS = 96 };

enum db_type { DB_NULL, DB_INTEGER, DB_REAL, DB_TEXT, DB_BYTES };

/* Text has a NUL behind len. Values of a row are lent until the callback returns. */
struct db_value {
	enum db_type type;
	int64_t integer;
	double real;
	const void *bytes;
	size_t len;
};

struct db_value db_integer(int64_t n);
struct db_value db_real(double n);
struct db_value db_text(const char *text);
struct db_value db_bytes(const void *bytes, size_t len);

/* false: no further row is wanted */
typedef bool db_row(void *owner, const struct db_value *values, unsigned count);

struct db;

struct db_adapter {
	int64_t (*run)(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, db_row *row,
		void *owner);
	/* without waiting for it: an error is that of the next call */
	int (*later)(struct db *d, const char *sql, const struct db_value *arguments, unsigned count);
	int (*script)(struct db *d, const char *sql);
	/* bytes that rows take, without what deleted ones have left; traces: how many there are */
	int64_t (*size)(struct db *d, int64_t traces);
	/* gives back to the file system some of what deleted rows have left */
	int (*shrink)(struct db *d);
	void (*close)(struct db *d);
	const char *begin, *lock; /* a transaction that writes; what keeps other writers from migrating */
};

struct db {
	const struct db_adapter *adapter;
	const char *name; /* for messages: the file, or postgresql; lent */
	bool is_new; /* has no tables yet */
	char why[DB_WHY_SIZE]; /* words about the last error */
};

/*
 * Both return 0 or a negative errno, with words in why. name is the path of a
 * file, or a URI of libpq. is_reading: nothing is made or changed. Both begin
 * with -EPROTO where the address is not understood.
 */
int db_open(struct db **made, const char *name, bool is_reading, char *why, size_t why_size);
int db_open_sqlite(struct db **made, const char *path, bool is_reading, char *why, size_t why_size);
int db_open_postgres(struct db **made, const char *uri, char *why, size_t why_size);
void db_close(struct db *d);
bool db_is_postgres(const char *name);

/*
 * Returns how many rows were changed, or told; or a negative errno with words
 * in d->why: -ENOSPC (the disk is full), -ENOTCONN (the server or the file is
 * gone: open it anew), -EBUSY (another program holds it), -EIO (all else).
 */
int64_t db_run(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, db_row *row,
	void *owner);
/* Of a statement whose result does not matter; an error may be that of a later call in the same transaction. */
int db_run_later(struct db *d, const char *sql, const struct db_value *arguments, unsigned count);
int db_script(struct db *d, const char *sql); /* several statements without arguments */

/* A row that was asked for alone: its first values are copied here; numbers alone. */
int64_t db_numbers(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, int64_t *numbers,
	unsigned most);

/* A condition on an integer with all DB_ARGUMENTS, and their values: of ids, count of them, 1 at least, the last one again in what is left. */
#define DB_IN_LIST \
	"IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23," \
	" $24, $25, $26, $27, $28, $29, $30, $31, $32)"
void db_list(const int64_t *ids, unsigned count, struct db_value list[DB_ARGUMENTS]);

#endif
