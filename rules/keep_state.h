/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What others can read about the rules that are kept: state.json in a folder
 * of its own, replaced by rename, so that no reader sees half of it. And the
 * lock in the same folder, since two programs that keep the rules would undo
 * each other's.
 *
 *	{"pid":N,"ipv4":{"state":"present","backend":"nft","since":T,"repaired":N,"error":""},"ipv6":{...}}
 *
 * A family that is not kept is absent.
 */
#ifndef UTURN_RULES_KEEP_STATE_H
#define UTURN_RULES_KEEP_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define KEEP_STATE_FOLDER "/run/uturn-rules"

enum keep_condition { KEEP_PRESENT, KEEP_MISSING, KEEP_FAILED }; /* missing: absent or different */

enum { KEEP_ERROR_SIZE = 1024 };

struct keep_state {
	bool is_kept;
	enum keep_condition condition;
	const char *backend; /* "nft", "legacy" or "nftables" */
	time_t since; /* when this condition began, seconds since 1970 */
	uint64_t repaired; /* how often the rules were applied again */
	bool is_unwritten; /* something has changed since it was written */
	char error[KEEP_ERROR_SIZE]; /* why they cannot be applied or compared, "" unless KEEP_FAILED */
};

/* Makes the folder and takes the lock, a descriptor to be held. Returns a negative errno; -EWOULDBLOCK: another holds it. */
int keep_state_lock(const char *folder);

/* Both families, IPv4 first. Returns 0 or a negative errno, and then the file is as it was. */
int keep_state_write(const char *folder, const struct keep_state families[2]);
void keep_state_remove(const char *folder);

/* Changes the condition; since stays where it is the same as before. error may be NULL. */
void keep_state_set(struct keep_state *s, enum keep_condition condition, const char *error, time_t now);

#endif
