/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of one family, or of the one table that nftables has for both, kept: compared with the plan, and
 * applied again where they are gone or different. Says so in the log and in its state.
 *
 * keep_family_done() frees what it holds.
 */
#ifndef UTURN_RULES_KEEP_FAMILY_H
#define UTURN_RULES_KEEP_FAMILY_H

#include "backend.h"
#include "common/log.h"
#include "keep_legacy.h"
#include "keep_pace.h"
#include "keep_state.h"
#include "plan.h"

struct keep_family {
	const char *name; /* for the log */
	int family; /* 4 or 6; 0: the table of nftables */
	bool has4, has6; /* what that has */
	struct backend backend;
	struct ruleset want;
	struct keep_pace pace;
	struct keep_snapshot good; /* legacy: as compared last and found equal */
	struct log_limit failing;
	bool is_contested; /* and that was logged */
};

/* Opens the backend. The plan is what keep_family_want() says. Returns 0, or -1 with an error message. */
int keep_family_open(struct keep_family *f, int family, enum backend_kind kind, char *why);
/* The table of nftables, of one family or both. */
void keep_family_open_table(struct keep_family *f, bool has4, bool has6);
void keep_family_done(struct keep_family *f);

/* What is applied by now, and to be kept; compared at once. Returns 0, or -1 with an error message and as before. */
int keep_family_want(struct keep_family *f, const struct plan *plan, char *why);

/*
 * Applies another plan, which is kept from now on. *changer as
 * keep_family_compare() has it. Returns 0, or -1 with an error message; what is kept stays
 * the same then, whatever has been applied.
 */
int keep_family_change(struct keep_family *f, const struct plan *plan, pid_t *changer, char *why);

/* Is this what is kept already? */
bool keep_family_wants(const struct keep_family *f, const struct plan *plan);

/*
 * Compares, and applies again what is missing if that is permitted by now. Sets
 * f->pace for the next time. Returns the process that has changed the tables, 0 where none has.
 */
pid_t keep_family_compare(struct keep_family *f, const struct plan *plan, struct keep_state *state);

#endif
