/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a check of `uturnctl doctor` has found. Plain memory of the caller; words
 * that are longer are cut. Each function below replaces what was there.
 */
#ifndef UTURNCTL_DOCTOR_FINDING_H
#define UTURNCTL_DOCTOR_FINDING_H

enum { DOCTOR_FOUND_SIZE = 512, DOCTOR_REMEDY_SIZE = 384 };

enum doctor_result {
	DOCTOR_OK,
	DOCTOR_NOTE, /* should be known, or could not be seen */
	DOCTOR_FAIL /* traces suffer from it */
};

struct doctor_finding {
	enum doctor_result result;
	char found[DOCTOR_FOUND_SIZE];
	char remedy[DOCTOR_REMEDY_SIZE]; /* "": none */
};

void doctor_ok(struct doctor_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void doctor_note(struct doctor_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void doctor_fail(struct doctor_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What to do about it; follows one of those above. */
void doctor_remedy(struct doctor_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A note that this could not be read; err: of errno, positive. */
void doctor_unseen(struct doctor_finding *f, const char *what, int err);

#endif
