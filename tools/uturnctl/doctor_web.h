/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of uturn-web, where it runs on this host: its traces, its certificate, its ports. */
#ifndef UTURNCTL_DOCTOR_WEB_H
#define UTURNCTL_DOCTOR_WEB_H

#include <stdbool.h>
#include <time.h>

#include "config/config_types.h"
#include "doctor_certificate.h"
#include "doctor_finding.h"
#include "doctor_host.h"
#include "doctor_input.h"
#include "doctor_web_file.h"

void doctor_check_inband(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_certificate(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_renewal(const struct doctor_host *h, struct doctor_finding *f);
void doctor_check_ports(const struct doctor_host *h, struct doctor_finding *f);

/* ---- pure ---- */

/* web: NULL where uturn-web does not run. */
void doctor_judge_inband(const struct config *c, const struct doctor_web_file *web, struct doctor_finding *f);
void doctor_judge_pair(const struct doctor_pair *pair, time_t now, struct doctor_finding *f);
/* tables: of both backends. nft_chain: of nftables' own, "" for none, NULL where that is not seen. */
void doctor_judge_ports(const struct doctor_tables *tables, const struct doctor_web_file *web, const char *nft_chain,
	struct doctor_finding *f);

#endif
