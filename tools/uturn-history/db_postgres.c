/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"

/* The types of PostgreSQL, by the numbers that pg_type has for them on every server. */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_FLOAT8 = 701,
	OID_VARCHAR = 1043
};

/* A row of a trace with its index, and its share of the other tables: what 7.3 million traces took (tests/bench/history). */
enum { BYTES_A_TRACE = 150, NAME_SIZE = 16, TEXT_SIZE = 12 };

struct postgres {
	struct db base;
	PGconn *connection;
	struct {
		const char *sql;
		bool is_prepared;
	} statements[DB_STATEMENTS];
	unsigned count;
	unsigned outstanding; /* statements that were sent, whose results have not been read */
};

/* Sent without reading a result: less than the buffers of both sides hold. */
enum { OUTSTANDING_MOST = 256 };

static struct postgres *own(struct db *d)
{
	return (struct postgres *)(void *)d;
}

/* The first line of what libpq says. */
static void note(struct postgres *p, const char *message)
{
	snprintf(p->base.why, sizeof(p->base.why), "postgresql: %.*s", (int)strcspn(message, "\n"), message);
}

static int fail(struct postgres *p, PGresult *result)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	int err = -EIO;

	note(p, result && *PQresultErrorMessage(result) ? PQresultErrorMessage(result) : PQerrorMessage(p->connection));
	/* 57P01 to 57P03: the server stops or starts */
	if (PQstatus(p->connection) != CONNECTION_OK || (state && strncmp(state, "57P", 3) == 0))
		err = -ENOTCONN;
	else if (state && strcmp(state, "53100") == 0)
		err = -ENOSPC;
	else if (state && (strcmp(state, "40P01") == 0 || strcmp(state, "40001") == 0 || strcmp(state, "55P03") == 0))
		err = -EBUSY;
	PQclear(result);
	return err;
}

static bool is_done(const PGresult *result)
{
	const ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Results of what was sent without waiting; 0 or the error of the first that failed. */
static int settle(struct postgres *p)
{
	PGresult *result;
	int err = 0;

	if (!p->outstanding)
		return 0;
	p->outstanding = 0;
	if (!PQpipelineSync(p->connection))
		return fail(p, NULL);
	/* a NULL stands between two results, the synchronisation is the last */
	for (unsigned empty = 0; empty < 2;) {
		result = PQgetResult(p->connection);
		empty = result ? 0 : empty + 1;
		if (result && PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			break;
		}
		if (result && !err && !is_done(result) && PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
			err = fail(p, result);
		else
			PQclear(result);
	}
	if (!PQexitPipelineMode(p->connection) && !err)
		err = fail(p, NULL);
	return err;
}

/* Arguments in the binary form of their types. */
struct arguments {
	Oid types[DB_ARGUMENTS];
	const char *values[DB_ARGUMENTS];
	int lengths[DB_ARGUMENTS], formats[DB_ARGUMENTS];
	uint64_t numbers[DB_ARGUMENTS];
};

static void fill(struct arguments *a, unsigned i, const struct db_value *v)
{
	a->formats[i] = 1;
	a->values[i] = v->type == DB_NULL ? NULL : v->len ? v->bytes : "";
	a->lengths[i] = (int)v->len;
	a->types[i] = v->type == DB_TEXT ? OID_TEXT : OID_BYTEA;
	if (v->type != DB_INTEGER && v->type != DB_REAL)
		return;
	if (v->type == DB_REAL)
		memcpy(&a->numbers[i], &v->real, sizeof(v->real));
	else
		a->numbers[i] = (uint64_t)v->integer;
	a->numbers[i] = htobe64(a->numbers[i]);
	a->types[i] = v->type == DB_REAL ? OID_FLOAT8 : OID_INT8;
	a->values[i] = (const char *)&a->numbers[i];
	a->lengths[i] = sizeof(a->numbers[i]);
}

/* The number of a statement; a new one is told by *is_new. -1: there are too many. */
static int find(struct postgres *p, const char *sql, bool *is_new)
{
	*is_new = false;
	for (unsigned i = 0; i < p->count; i++)
		if (p->statements[i].sql == sql)
			return (int)i;
	if (p->count == DB_STATEMENTS) {
		snprintf(p->base.why, sizeof(p->base.why), "postgresql: too many statements");
		return -1;
	}
	*is_new = true;
	p->statements[p->count].sql = sql;
	p->statements[p->count].is_prepared = false;
	return (int)p->count++;
}

static void name_of(int number, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "s%d", number);
}

static int prepare(struct postgres *p, int number, const struct arguments *a, unsigned count)
{
	char name[NAME_SIZE];
	PGresult *result;

	if (p->statements[number].is_prepared)
		return 0;
	name_of(number, name);
	result = PQprepare(p->connection, name, p->statements[number].sql, (int)count, a->types);
	if (!is_done(result))
		return fail(p, result);
	PQclear(result);
	p->statements[number].is_prepared = true;
	return 0;
}

static int64_t integer_of(const void *bytes, int len)
{
	uint64_t n8;
	uint32_t n4;
	uint16_t n2;

	if (len == sizeof(n8)) {
		memcpy(&n8, bytes, sizeof(n8));
		return (int64_t)be64toh(n8);
	}
	if (len == sizeof(n4)) {
		memcpy(&n4, bytes, sizeof(n4));
		return (int32_t)be32toh(n4);
	}
	memcpy(&n2, bytes, sizeof(n2));
	return len == sizeof(n2) ? (int16_t)be16toh(n2) : 0;
}

static struct db_value value_of(const PGresult *result, int row, int column)
{
	const char *bytes = PQgetvalue(result, row, column);
	const int len = PQgetlength(result, row, column);
	uint64_t bits;
	double real;

	if (PQgetisnull(result, row, column))
		return (struct db_value){ .type = DB_NULL };
	switch (PQftype(result, column)) {
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
		return db_integer(integer_of(bytes, len));
	case OID_FLOAT8:
		memcpy(&bits, bytes, sizeof(bits));
		bits = be64toh(bits);
		memcpy(&real, &bits, sizeof(real));
		return db_real(real);
	case OID_TEXT:
	case OID_VARCHAR:
		return (struct db_value){ .type = DB_TEXT, .bytes = bytes, .len = (size_t)len };
	default:
		return db_bytes(bytes, (size_t)len);
	}
}

static void tell(const PGresult *result, db_row *row, void *owner)
{
	struct db_value values[DB_ARGUMENTS];
	int count = PQnfields(result);

	count = count < DB_ARGUMENTS ? count : DB_ARGUMENTS;
	for (int i = 0; i < PQntuples(result); i++) {
		for (int column = 0; column < count; column++)
			values[column] = value_of(result, i, column);
		if (!row(owner, values, (unsigned)count))
			return;
	}
}

/* What is asked once is not prepared: that would be a second question. */
static int execute(struct postgres *p, const char *sql, const struct arguments *a, unsigned count, PGresult **result)
{
	bool is_new;
	const int number = find(p, sql, &is_new);
	const int err = number < 0 ? -EIO : is_new ? 0 : prepare(p, number, a, count);
	char name[NAME_SIZE];

	if (err)
		return err;
	name_of(number, name);
	*result = is_new ? PQexecParams(p->connection, sql, (int)count, a->types, a->values, a->lengths, a->formats, 1)
			 : PQexecPrepared(p->connection, name, (int)count, a->values, a->lengths, a->formats, 1);
	return 0;
}

static int64_t run(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, db_row *row,
	void *owner)
{
	struct postgres *p = own(d);
	struct arguments a;
	PGresult *result;
	int64_t rows;
	int err = settle(p);

	if (err)
		return err;
	for (unsigned i = 0; i < count && i < DB_ARGUMENTS; i++)
		fill(&a, i, &arguments[i]);
	err = execute(p, sql, &a, count, &result);
	if (err)
		return err;
	if (!is_done(result))
		return fail(p, result);
	rows = PQntuples(result);
	if (row)
		tell(result, row, owner);
	if (!rows && *PQcmdTuples(result))
		rows = strtoll(PQcmdTuples(result), NULL, 10);
	PQclear(result);
	return rows;
}

static int later(struct db *d, const char *sql, const struct db_value *arguments, unsigned count)
{
	struct postgres *p = own(d);
	struct arguments a;
	char name[NAME_SIZE];
	bool is_new;
	const int number = find(p, sql, &is_new);
	int err = number < 0 ? -EIO : 0;

	if (!err && (p->outstanding >= OUTSTANDING_MOST || !p->statements[number].is_prepared))
		err = settle(p);
	for (unsigned i = 0; i < count && i < DB_ARGUMENTS; i++)
		fill(&a, i, &arguments[i]);
	if (!err)
		err = prepare(p, number, &a, count);
	if (err)
		return err;
	name_of(number, name);
	if ((!p->outstanding && !PQenterPipelineMode(p->connection)) ||
		!PQsendQueryPrepared(p->connection, name, (int)count, a.values, a.lengths, a.formats, 1))
		return fail(p, NULL);
	p->outstanding++;
	return 0;
}

static int script(struct db *d, const char *sql)
{
	const int err = settle(own(d));
	PGresult *result = err ? NULL : PQexec(own(d)->connection, sql);

	if (err)
		return err;
	if (!is_done(result))
		return fail(own(d), result);
	PQclear(result);
	return 0;
}

/* What deleted rows have left is used again by later ones: the tables themselves do not tell what rows take. */
static int64_t size(struct db *d, int64_t traces)
{
	(void)d;
	return traces * BYTES_A_TRACE;
}

/* autovacuum does it */
static int shrink(struct db *d)
{
	(void)d;
	return 0;
}

static void close_db(struct db *d)
{
	PQfinish(own(d)->connection);
	free(d);
}

static const struct db_adapter adapter = { run, later, script, size, shrink, close_db, "BEGIN",
	"SELECT pg_advisory_xact_lock(505887879788)" };

static void be_silent(void *owner, const char *message)
{
	(void)owner;
	(void)message;
}

/*
 * By default libpq waits without a limit for a host that does not answer. In seconds, the last one in ms; values of
 * the URI take precedence.
 */
static PGconn *connect_to(const char *uri)
{
	static const char *const names[] = { "connect_timeout", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "dbname", NULL };
	const char *const values[] = { "10", "20", "5", "4", "40000", uri, NULL };

	return PQconnectdbParams(names, values, true);
}

int db_open_postgres(struct db **made, const char *uri, char *why, size_t why_size)
{
	struct postgres *p = calloc(1, sizeof(*p));
	int64_t tables = 0, err;

	*made = NULL;
	if (!p)
		return -ENOMEM;
	p->base.adapter = &adapter;
	p->base.name = "postgresql"; /* the URI may have a password */
	p->connection = connect_to(uri);
	if (!p->connection || PQstatus(p->connection) != CONNECTION_OK) {
		note(p, p->connection ? PQerrorMessage(p->connection) : "no memory");
		snprintf(why, why_size, "%s (does it run, and may this user connect?)", p->base.why);
		close_db(&p->base);
		return -ENOTCONN;
	}
	PQsetNoticeProcessor(p->connection, be_silent, NULL);
	err = db_numbers(&p->base, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('history_schema')", NULL, 0,
		&tables, 1);
	if (err < 0) {
		snprintf(why, why_size, "%s", p->base.why);
		close_db(&p->base);
		return (int)err;
	}
	p->base.is_new = tables == 0;
	*made = &p->base;
	return 0;
}
