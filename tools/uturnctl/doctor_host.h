/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several checks of `uturnctl doctor` look at: the answers of uturnd, its configuration, the rules. */
#ifndef UTURNCTL_DOCTOR_HOST_H
#define UTURNCTL_DOCTOR_HOST_H

#include <jansson.h>
#include <limits.h>
#include <sys/types.h>

#include "config/config.h"
#include "doctor_tables.h"

enum { DOCTOR_ERROR_SIZE = 256 };

struct doctor_host {
	const char *socket; /* path of the control socket */
	int socket_error; /* of errno, why uturnd cannot be reached; 0: it can */
	char error[DOCTOR_ERROR_SIZE]; /* why it has not answered all the same; "": it has */
	pid_t uturnd; /* 0: of another namespace, or not running */
	json_t *status, *counters; /* its answers, or NULL */
	char config_path[PATH_MAX];
	struct config
		config; /* the file, not what uturnd may have read before; the defaults if it is wrong, with the queues of status */
	int config_error; /* of errno, why the file cannot be read; EINVAL: it is wrong */
	json_t *rules; /* state.json of uturn-rules keep; NULL: the rules are not kept */
	struct doctor_tables tables;
};

void doctor_host_open(struct doctor_host *h, const char *socket);
void doctor_host_close(struct doctor_host *h);

#endif
