/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the rules that bring probes to uturnd. What the plan is, uturn-rules knows. */
#ifndef UTURNCTL_DOCTOR_RULES_H
#define UTURNCTL_DOCTOR_RULES_H

#include <jansson.h>
#include <stdbool.h>

#include "doctor_finding.h"
#include "doctor_host.h"

void doctor_check_backends(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_rules(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_kept(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_request(const struct doctor_host *h, struct doctor_finding *f);

/* ---- pure ---- */

void doctor_judge_backends(const struct doctor_tables *t, struct doctor_finding *f);
/* How `uturn-rules check` ended, and what it said. */
void doctor_judge_rules(int exit_code, const char *out, const char *err, struct doctor_finding *f);
/* rules: state.json, or NULL. */
void doctor_judge_kept(const json_t *rules, struct doctor_finding *f);
void doctor_judge_request(const struct doctor_tables *t, bool is_on, struct doctor_finding *f);

#endif
