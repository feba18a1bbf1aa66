/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files, programs and processes of this host, for the checks of `uturnctl doctor`.
 * Nothing of them is changed.
 *
 * Texts are NUL-terminated, on the heap, for the caller to free.
 */
#ifndef UTURNCTL_DOCTOR_FILES_H
#define UTURNCTL_DOCTOR_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/command.h"

enum { DOCTOR_OPTIONS = 64 };

/* NULL with errno; of a regular file (those of /proc and /sys are) 1 MB at most. */
char *doctor_text(const char *path);
/* A number in a file; false with errno. */
bool doctor_number(const char *path, unsigned long *value);

/*
 * A program of ours beside this one, or in the directories of the system. False: it is not installed.
 * Only `iptables` and other tools of the system: in those directories alone.
 */
bool doctor_program(const char *name, bool is_ours, char path[PATH_MAX]);
/* Runs such a program with these arguments, NULL at the end; command_done() frees. Returns 0 or a negative errno. */
int doctor_program_run(struct command *c, const char *name, bool is_ours, const char *const *arguments);

/* The first process of this network namespace with this name; 0: none. */
pid_t doctor_process(const char *name);
/* Its arguments, separated by NUL; the length in *len. NULL with errno. */
char *doctor_arguments(pid_t pid, size_t *len);
/* The argument that follows this option; NULL: there is none. Pure. */
const char *doctor_argument(const char *arguments, size_t len, const char *option);

#endif
