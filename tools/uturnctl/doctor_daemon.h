/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of uturnd itself: does it answer, which version, which configuration, as whom. */
#ifndef UTURNCTL_DOCTOR_DAEMON_H
#define UTURNCTL_DOCTOR_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "doctor_finding.h"
#include "doctor_host.h"

void doctor_check_uturnd(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_versions(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_config(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_account(const struct doctor_host *h, struct doctor_finding *f);

/* ---- pure ---- */

struct doctor_version {
	const char *program;
	char version[32]; /* "": not installed, or not running */
};

void doctor_judge_versions(const struct doctor_version *versions, size_t count, struct doctor_finding *f);

/* status: text of /proc/PID/status. user: of the configuration, with the numbers of that account; is_known: it exists. */
struct doctor_account {
	const char *user;
	uid_t uid;
	gid_t gid;
	bool is_known;
};

void doctor_judge_account(const char *status, const struct doctor_account *account, struct doctor_finding *f);

#endif
