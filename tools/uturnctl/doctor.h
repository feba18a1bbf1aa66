/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturnctl doctor`: a line for each check of this host. A check is a row of the
 * table in doctor.c, and a function of a file doctor_*.c that fills in a finding.
 */
#ifndef UTURNCTL_DOCTOR_H
#define UTURNCTL_DOCTOR_H

#include <stdio.h>

#include "doctor_finding.h"

/* One line of text. What others have written into a finding does not reach the terminal as it is. */
void doctor_print(FILE *out, const char *what, const struct doctor_finding *f);

#endif
