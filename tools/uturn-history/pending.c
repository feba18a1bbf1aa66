/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pending.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

enum { WHY_SIZE = 1024 };

/* A server that is not there yet is waited for; everything else is for the operator to correct. */
int pending_open(struct pending *p, const char *database, char *why, size_t why_size)
{
	int err;

	memset(p, 0, sizeof(*p));
	p->database = database;
	p->room = PENDING_MOST;
	p->traces = calloc(p->room, sizeof(*p->traces));
	if (!p->traces) {
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = store_open(&p->store, database, false, why, why_size);
	if (err != -ENOTCONN && err != -EBUSY && err != -ENOSPC)
		return err;
	log_error("database: %s; traces wait for it", why);
	p->is_stuck = true;
	return 0;
}

void pending_close(struct pending *p)
{
	for (size_t i = 0; i < p->count; i++)
		kept_done(&p->traces[i]);
	free(p->traces);
	map_clear(&p->named);
	store_close(p->store);
}

bool pending_is_full(const struct pending *p)
{
	return p->count >= PENDING_MOST - PENDING_MARGIN;
}

static bool has_room(struct pending *p)
{
	struct kept *more;

	if (p->count < p->room)
		return true;
	more = reallocarray(p->traces, 2 * p->room, sizeof(*more));
	if (!more)
		return false;
	p->traces = more;
	p->room *= 2;
	return true;
}

void pending_add(struct pending *p, struct kept *k)
{
	if (has_room(p)) {
		p->traces[p->count++] = *k;
		return;
	}
	log_limited(&p->lost, LOG_LEVEL_ERROR, "no memory: a trace is lost");
	kept_done(k);
}

static struct kept_hash hash_of(uint32_t asn)
{
	static const uint64_t key[2] = { 0, 0 };

	return kept_hash(key, &asn, sizeof(asn));
}

void pending_name(struct pending *p, uint32_t asn, const char *name)
{
	if (p->name_count == PENDING_NAMES || map_find(&p->named, hash_of(asn)))
		return;
	for (unsigned i = 0; i < p->name_count; i++)
		if (p->names[i].asn == asn)
			return;
	p->names[p->name_count].asn = asn;
	snprintf(p->names[p->name_count].name, sizeof(p->names[0].name), "%s", name);
	p->name_count++;
}

/* Once, however long it lasts. */
static bool stick(struct pending *p, const char *why)
{
	if (!p->is_stuck)
		log_error("database: %s; traces wait for it", why);
	p->is_stuck = true;
	return false;
}

/* Two writers that wait for each other's rows: the database ends one of them, which tries again. */
static bool fail(struct pending *p, int err)
{
	if (err == -EBUSY)
		log_debug("database: %s", store_why(p->store));
	else
		stick(p, store_why(p->store));
	store_rollback(p->store);
	if (err == -ENOTCONN) {
		store_close(p->store);
		p->store = NULL;
	}
	return false;
}

static bool reopen(struct pending *p)
{
	char why[WHY_SIZE];

	return p->store || store_open(&p->store, p->database, false, why, sizeof(why)) == 0 || stick(p, why);
}

static int write_all(struct pending *p)
{
	int err = 0;

	for (unsigned i = 0; i < p->name_count && err >= 0; i++)
		err = store_name_as(p->store, p->names[i].asn, p->names[i].name);
	for (size_t i = 0; i < p->count && err >= 0; i++) {
		err = store_add(p->store, &p->traces[i]);
		p->added += err == STORE_ADDED;
		p->duplicates += err == STORE_DUPLICATE;
	}
	return err < 0 ? err : store_commit(p->store);
}

bool pending_write(struct pending *p)
{
	const uint64_t added = p->added, duplicates = p->duplicates;
	int err;

	if (!p->count && !p->name_count && !p->is_stuck)
		return true;
	if (!reopen(p))
		return false;
	err = write_all(p);
	if (err < 0) {
		p->added = added;
		p->duplicates = duplicates;
		return fail(p, err);
	}
	if (p->is_stuck)
		log_info("database: works again, %zu traces that had waited are written", p->count);
	log_debug("%" PRIu64 " traces added, %" PRIu64 " were there already", p->added - added,
		p->duplicates - duplicates);
	for (size_t i = 0; i < p->count; i++)
		kept_done(&p->traces[i]);
	for (unsigned i = 0; i < p->name_count; i++)
		map_add(&p->named, hash_of(p->names[i].asn), 1, 0);
	p->count = p->name_count = 0;
	p->is_stuck = false;
	return true;
}

bool pending_prune(struct pending *p, const struct store_limits *limits, int64_t now_ms)
{
	const int64_t gone = p->store && !p->is_stuck ? store_prune(p->store, limits, now_ms) : 0;

	if (gone < 0)
		fail(p, (int)gone);
	else if (gone)
		log_debug("%" PRId64 " old traces are gone", gone);
	return gone > 0;
}
