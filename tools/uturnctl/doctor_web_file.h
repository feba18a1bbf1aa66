/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `uturnctl doctor` has to know of uturn-web.conf(5). Whether the file is
 * right is for uturn-web to say: lines that are not known here are skipped.
 */
#ifndef UTURNCTL_DOCTOR_WEB_FILE_H
#define UTURNCTL_DOCTOR_WEB_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

enum { DOCTOR_LISTENERS = 16, DOCTOR_PATH_SIZE = 256, DOCTOR_USER_SIZE = 33 };

struct doctor_web_file {
	struct {
		struct addr addr;
		uint16_t port;
		bool is_tls;
	} listeners[DOCTOR_LISTENERS];
	unsigned listener_count;
	char certificate[DOCTOR_PATH_SIZE], key[DOCTOR_PATH_SIZE], control[DOCTOR_PATH_SIZE]; /* "": none */
	char user[DOCTOR_USER_SIZE];
};

/* Pure. */
void doctor_web_file_parse(const char *text, struct doctor_web_file *w);

#endif
