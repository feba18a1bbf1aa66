/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "schema.h"

#include <errno.h>
#include <stdio.h>

/* From version 0 on: what each step adds. */
static const struct {
	const char *sqlite, *postgres;
} steps[SCHEMA_VERSION] = {
	{
		"CREATE TABLE history_schema (version INTEGER NOT NULL);"
		"INSERT INTO history_schema VALUES (0);"
		"CREATE TABLE autonomous_system (asn INTEGER PRIMARY KEY, name TEXT NOT NULL);"
		"CREATE TABLE router (id INTEGER PRIMARY KEY AUTOINCREMENT, address BLOB NOT NULL UNIQUE, asn INTEGER NOT NULL,"
		" last_day INTEGER NOT NULL);"
		"CREATE TABLE series (id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, origin BLOB NOT NULL, remote BLOB NOT NULL,"
		" length INTEGER NOT NULL, protocol INTEGER NOT NULL, front INTEGER NOT NULL, asn INTEGER NOT NULL,"
		" first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, traces INTEGER NOT NULL,"
		" UNIQUE (remote, length, origin, host, protocol, front));"
		"CREATE INDEX series_asn ON series (asn);"
		"CREATE TABLE path (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, hops BLOB NOT NULL,"
		" last_day INTEGER NOT NULL);"
		"CREATE TABLE trace (series INTEGER NOT NULL, at INTEGER NOT NULL, path INTEGER NOT NULL,"
		" ms INTEGER NOT NULL, probes INTEGER NOT NULL, ended INTEGER NOT NULL, rtts BLOB NOT NULL,"
		" PRIMARY KEY (series, at)) WITHOUT ROWID;"
		"CREATE TABLE change (series INTEGER NOT NULL, at INTEGER NOT NULL, hop INTEGER NOT NULL,"
		" kind INTEGER NOT NULL, before_at INTEGER NOT NULL, moved INTEGER NOT NULL, compared INTEGER NOT NULL,"
		" seen INTEGER NOT NULL, asked INTEGER NOT NULL, p REAL NOT NULL, gone BLOB NOT NULL, added BLOB NOT NULL);"
		"CREATE INDEX change_at ON change (at);"
		"CREATE INDEX change_series ON change (series, at);",
		"CREATE TABLE history_schema (version INTEGER NOT NULL);"
		"INSERT INTO history_schema VALUES (0);"
		"CREATE TABLE autonomous_system (asn BIGINT PRIMARY KEY, name TEXT NOT NULL);"
		"CREATE TABLE router (id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, address BYTEA NOT NULL UNIQUE,"
		" asn BIGINT NOT NULL, last_day INTEGER NOT NULL);"
		"CREATE TABLE series (id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, host TEXT NOT NULL,"
		" origin BYTEA NOT NULL, remote BYTEA NOT NULL, length SMALLINT NOT NULL, protocol SMALLINT NOT NULL,"
		" front SMALLINT NOT NULL, asn BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL,"
		" traces BIGINT NOT NULL, UNIQUE (remote, length, origin, host, protocol, front));"
		"CREATE INDEX series_asn ON series (asn);"
		"CREATE TABLE path (id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, hash BYTEA NOT NULL UNIQUE,"
		" hops BYTEA NOT NULL, last_day INTEGER NOT NULL);"
		"CREATE TABLE trace (at BIGINT NOT NULL, path BIGINT NOT NULL, series INTEGER NOT NULL, ms INTEGER NOT NULL,"
		" probes INTEGER NOT NULL, ended SMALLINT NOT NULL, rtts BYTEA NOT NULL, PRIMARY KEY (series, at));"
		"CREATE TABLE change (series BIGINT NOT NULL, at BIGINT NOT NULL, hop SMALLINT NOT NULL,"
		" kind SMALLINT NOT NULL, before_at BIGINT NOT NULL, moved INTEGER NOT NULL, compared INTEGER NOT NULL,"
		" seen INTEGER NOT NULL, asked INTEGER NOT NULL, p DOUBLE PRECISION NOT NULL, gone BYTEA NOT NULL,"
		" added BYTEA NOT NULL);"
		"CREATE INDEX change_at ON change (at);"
		"CREATE INDEX change_series ON change (series, at);",
	},
	/* which flow met which router, of traces of uturn-trace */
	{
		"CREATE TABLE trace_flows (series INTEGER NOT NULL, at INTEGER NOT NULL, flows BLOB NOT NULL,"
		" PRIMARY KEY (series, at)) WITHOUT ROWID;",
		"CREATE TABLE trace_flows (series INTEGER NOT NULL, at BIGINT NOT NULL, flows BYTEA NOT NULL,"
		" PRIMARY KEY (series, at));",
	},
};

static int words(const struct db *d, int err, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s", d->why);
	return err;
}

static int64_t version_of(struct db *d)
{
	int64_t version = 0;
	const int64_t err = db_numbers(d, "SELECT version FROM history_schema", NULL, 0, &version, 1);

	return err < 0 ? err : version;
}

/* Within a transaction. */
static int step(struct db *d, int64_t from)
{
	for (int64_t i = from; i < SCHEMA_VERSION; i++) {
		const int err = db_script(d, d->adapter->lock ? steps[i].postgres : steps[i].sqlite);

		if (err)
			return err;
	}
	const struct db_value version = db_integer(SCHEMA_VERSION);

	return (int)(db_run(d, "UPDATE history_schema SET version = $1", &version, 1, NULL, NULL) < 0 ? -EIO : 0);
}

/* Another writer may have made the tables since they were looked for. */
static int64_t version_now(struct db *d)
{
	int64_t tables = 0;

	if (!d->is_new)
		return version_of(d);
	if (db_numbers(d,
		    d->adapter->lock ? "SELECT count(*) FROM pg_class WHERE oid = to_regclass('history_schema')"
				     : "SELECT count(*) FROM sqlite_master WHERE name = 'history_schema'",
		    NULL, 0, &tables, 1) < 0)
		return -EIO;
	return tables ? version_of(d) : 0;
}

static int migrate(struct db *d)
{
	int64_t version;
	int err = db_script(d, d->adapter->begin);

	if (err)
		return err;
	if (d->adapter->lock && (err = db_script(d, d->adapter->lock)) != 0)
		return err;
	version = version_now(d);
	err = version < 0 ? (int)version : version < SCHEMA_VERSION ? step(d, version) : 0;
	if (!err)
		return db_script(d, "COMMIT");
	db_script(d, "ROLLBACK");
	return err;
}

int schema_update(struct db *d, bool is_reading, char *why, size_t why_size)
{
	int64_t version = d->is_new ? 0 : version_of(d);
	int err;

	if (version < 0 && version != -EIO)
		return words(d, (int)version, why, why_size); /* it has gone, or another program holds it */
	if (version < 0) {
		snprintf(why, why_size, "%s: not a database of uturn-history: name another one (%s)", d->name, d->why);
		return -EPROTO;
	}
	if (version > SCHEMA_VERSION) {
		snprintf(why, why_size,
			"%s: has version %d of the tables, and this uturn-history knows %d: install a newer one",
			d->name, (int)version, SCHEMA_VERSION);
		return -EPROTO;
	}
	if (version == SCHEMA_VERSION)
		return 0;
	if (is_reading) {
		snprintf(why, why_size,
			"%s: has version %d of the tables, this uturn-history needs %d: start uturn-history record, which updates them",
			d->name, (int)version, SCHEMA_VERSION);
		return -EPROTO;
	}
	err = migrate(d);
	return err ? words(d, err, why, why_size) : 0;
}
