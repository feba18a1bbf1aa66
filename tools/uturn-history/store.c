/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "changes.h"
#include "schema.h"
#include "store_state.h"

int store_open(struct store **made, const char *name, bool is_reading, char *why, size_t why_size)
{
	struct store *s = calloc(1, sizeof(*s));
	int err;

	*made = NULL;
	if (!s || getrandom(s->key, sizeof(s->key), 0) != (ssize_t)sizeof(s->key)) {
		snprintf(why, why_size, "%s", strerror(s ? errno : ENOMEM));
		free(s);
		return -ENOMEM;
	}
	err = db_open(&s->db, name, is_reading, why, why_size);
	if (!err)
		err = schema_update(s->db, is_reading, why, why_size);
	if (!err) {
		*made = s;
		return 0;
	}
	store_close(s);
	return err;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_forget(s);
	store_forget_paths(s);
	store_forget_routers(s);
	free(s->written);
	db_close(s->db);
	free(s);
}

const char *store_why(const struct store *s)
{
	return s->why;
}

struct db *store_db(struct store *s)
{
	return s->db;
}

int store_fail(struct store *s, int64_t err)
{
	snprintf(s->why, sizeof(s->why), "%s", s->db->why);
	return (int)err;
}

void store_forget(struct store *s)
{
	map_clear(&s->routers);
	map_clear(&s->paths);
	map_clear(&s->series);
	for (size_t i = 0; i < s->written_count; i++)
		changes_free(s->written[i].changes);
	s->written_count = 0;
}

int64_t store_bytes(struct store *s)
{
	int64_t traces = 0;
	const int64_t err =
		db_numbers(s->db, "SELECT CAST(coalesce(sum(traces), 0) AS BIGINT) FROM series", NULL, 0, &traces, 1);
	const int64_t bytes = err < 0 ? err : s->db->adapter->size(s->db, traces);

	return bytes < 0 ? store_fail(s, bytes) : bytes;
}
