/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db.h"

/* pages given back at once: 4 MB */
#define SHRINK "PRAGMA incremental_vacuum(1024)"

enum { WAIT_MS = 10000, LOOK_MS = 5 /* less than the pause of a writer between two transactions */ };

struct sqlite {
	struct db base;
	sqlite3 *db;
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} statements[DB_STATEMENTS];
	unsigned count;
	char name[];
};

static struct sqlite *own(struct db *d)
{
	return (struct sqlite *)(void *)d;
}

static int fail(struct sqlite *s)
{
	const int code = sqlite3_errcode(s->db) & 0xff;

	snprintf(s->base.why, sizeof(s->base.why), "%s: %s", s->name, sqlite3_errmsg(s->db));
	switch (code) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return -EACCES;
	case SQLITE_NOTADB:
		return -EPROTO;
	case SQLITE_IOERR:
		/* a journal that finds no room is an error of I/O */
		return sqlite3_system_errno(s->db) == ENOSPC ? -ENOSPC : -EIO;
	default:
		return -EIO;
	}
}

/* One that is asked already, by a callback of its own rows, is prepared once more. */
static sqlite3_stmt *find(struct sqlite *s, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	for (unsigned i = 0; i < s->count; i++)
		if (s->statements[i].sql == sql && !sqlite3_stmt_busy(s->statements[i].statement))
			return s->statements[i].statement;
	if (s->count == DB_STATEMENTS ||
		sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
		return NULL;
	s->statements[s->count].sql = sql;
	s->statements[s->count++].statement = statement;
	return statement;
}

static void bind(sqlite3_stmt *statement, int at, const struct db_value *v)
{
	switch (v->type) {
	case DB_INTEGER:
		sqlite3_bind_int64(statement, at, v->integer);
		return;
	case DB_REAL:
		sqlite3_bind_double(statement, at, v->real);
		return;
	case DB_TEXT:
		sqlite3_bind_text(statement, at, v->bytes, (int)v->len, SQLITE_STATIC);
		return;
	case DB_BYTES:
		sqlite3_bind_blob(statement, at, v->len ? v->bytes : "", (int)v->len, SQLITE_STATIC);
		return;
	default:
		sqlite3_bind_null(statement, at);
	}
}

static struct db_value value_of(sqlite3_stmt *statement, int at)
{
	struct db_value v = { .type = DB_NULL };

	switch (sqlite3_column_type(statement, at)) {
	case SQLITE_INTEGER:
		return db_integer(sqlite3_column_int64(statement, at));
	case SQLITE_FLOAT:
		return db_real(sqlite3_column_double(statement, at));
	case SQLITE_TEXT:
		v.type = DB_TEXT;
		v.bytes = sqlite3_column_text(statement, at);
		break;
	case SQLITE_BLOB:
		v.type = DB_BYTES;
		v.bytes = sqlite3_column_blob(statement, at);
		break;
	default:
		return v;
	}
	v.len = (size_t)sqlite3_column_bytes(statement, at);
	return v;
}

static bool tell(sqlite3_stmt *statement, db_row *row, void *owner)
{
	struct db_value values[DB_ARGUMENTS];
	unsigned count = (unsigned)sqlite3_column_count(statement);

	count = count < DB_ARGUMENTS ? count : DB_ARGUMENTS;
	for (unsigned i = 0; i < count; i++)
		values[i] = value_of(statement, (int)i);
	return row(owner, values, count);
}

static int64_t run(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, db_row *row,
	void *owner)
{
	struct sqlite *s = own(d);
	sqlite3_stmt *statement = find(s, sql);
	int64_t told = 0, err;
	int code;

	if (!statement)
		return fail(s);
	for (unsigned i = 0; i < count; i++)
		bind(statement, (int)i + 1, &arguments[i]);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		told++;
		if (row && !tell(statement, row, owner))
			break;
	}
	err = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : fail(s);
	sqlite3_reset(statement);
	if (err)
		return err;
	return told || sqlite3_stmt_readonly(statement) ? told : sqlite3_changes(s->db);
}

static int later(struct db *d, const char *sql, const struct db_value *arguments, unsigned count)
{
	const int64_t changed = run(d, sql, arguments, count, NULL, NULL);

	return changed < 0 ? (int)changed : 0;
}

/* The path is not this file any more: what is written to it would be found by no reader. */
static bool is_moved(struct sqlite *s)
{
	int moved = 0;

	if (sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved)
		return false;
	/* its log has the old name, and would go with a new file: all of it into the file, wherever that is */
	sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return true;
}

static int script(struct db *d, const char *sql)
{
	if (sql == d->adapter->begin && is_moved(own(d))) {
		snprintf(d->why, sizeof(d->why), "%s: the file was removed or replaced", own(d)->name);
		return -ENOTCONN;
	}
	return sqlite3_exec(own(d)->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(own(d));
}

static int64_t size(struct db *d, int64_t traces)
{
	int64_t pages = 0, empty = 0, bytes = 0;

	(void)traces;
	if (db_numbers(d, "PRAGMA page_count", NULL, 0, &pages, 1) < 0 ||
		db_numbers(d, "PRAGMA freelist_count", NULL, 0, &empty, 1) < 0 ||
		db_numbers(d, "PRAGMA page_size", NULL, 0, &bytes, 1) < 0)
		return -EIO;
	return (pages - empty) * bytes;
}

static int shrink(struct db *d)
{
	return script(d, SHRINK);
}

static void close_db(struct db *d)
{
	struct sqlite *s = own(d);

	for (unsigned i = 0; i < s->count; i++)
		sqlite3_finalize(s->statements[i].statement);
	sqlite3_close(s->db);
	free(s);
}

static const struct db_adapter adapter = { run, later, script, size, shrink, close_db, "BEGIN IMMEDIATE", NULL };

/* That of SQLite looks less and less often, and does not meet the pauses of an import. */
static int wait_for_writer(void *owner, int times)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };

	(void)owner;
	nanosleep(&pause, NULL);
	return times < WAIT_MS / LOOK_MS;
}

/* WAL: readers and the writer do not wait for each other; FULL: what is committed survives a power failure. */
static int configure(struct sqlite *s, bool is_reading)
{
	int64_t tables = 0;
	int err;

	sqlite3_busy_handler(s->db, wait_for_writer, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!is_reading) {
		err = script(&s->base,
			"PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			"PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32768");
		if (err)
			return err;
	}
	err = (int)db_numbers(&s->base, "SELECT count(*) FROM sqlite_master", NULL, 0, &tables, 1);
	s->base.is_new = tables == 0;
	return err < 0 ? err : 0;
}

static void explain(int err, int system_errno, const char *path, char *why, size_t why_size)
{
	const size_t len = strlen(why);

	if (err == -EACCES && system_errno == ENOENT)
		snprintf(why, why_size, "%s: its folder does not exist", path);
	else if (err == -EPROTO)
		snprintf(why, why_size, "%s: not a database of uturn-history: name another file", path);
	else if (err == -EACCES)
		snprintf(why + len, why_size - len, " (needs root, or the user that records)");
}

/* Before SQLite is asked: it would take some names for a database that goes with the program. */
static int check_name(const char *path, bool is_reading, char *why, size_t why_size)
{
	struct stat is;

	if (!*path || *path == ':') {
		snprintf(why, why_size, "'%s' is not the name of a file (write ./%s)", path,
			*path ? path : "history.db");
		return -EPROTO;
	}
	if (stat(path, &is) == 0 && S_ISDIR(is.st_mode)) {
		snprintf(why, why_size, "%s: is a directory: name a file in it", path);
		return -EPROTO;
	}
	if (!is_reading || stat(path, &is) == 0)
		return 0;
	const int err = -errno;

	snprintf(why, why_size, "%s: %s (uturn-history record or import makes it)", path, strerror(-err));
	return err;
}

/*
 * A file that root makes, by an import before the service is started, is that of the folder's owner, who
 * records. SQLite gives the files beside it the same owner.
 */
static void make_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	struct stat is;
	int fd = -1;

	if (folder && geteuid() == 0 && stat(folder, &is) == 0 && is.st_uid != 0)
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	free(folder);
	if (fd < 0)
		return; /* it is there, or cannot be made, which SQLite will say */
	if (fchown(fd, is.st_uid, is.st_gid) != 0)
		unlink(path);
	close(fd);
}

int db_open_sqlite(struct db **made, const char *path, bool is_reading, char *why, size_t why_size)
{
	const int flags = is_reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	struct sqlite *s = calloc(1, sizeof(*s) + strlen(path) + 1);
	int err;

	*made = NULL;
	if (!s)
		return -ENOMEM;
	strcpy(s->name, path);
	s->base.adapter = &adapter;
	s->base.name = s->name;
	err = check_name(path, is_reading, why, why_size);
	if (err) {
		free(s);
		return err;
	}
	if (!is_reading)
		make_file(path);
	err = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK ? configure(s, is_reading)
											    : fail(s);
	if (!err) {
		*made = &s->base;
		return 0;
	}
	snprintf(why, why_size, "%s", s->base.why);
	explain(err, sqlite3_system_errno(s->db), path, why, why_size);
	close_db(&s->base);
	return err;
}
