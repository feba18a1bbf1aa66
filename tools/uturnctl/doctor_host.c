/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/stream.h"
#include "connection.h"
#include "errors.h"
#include "metrics/host_state.h"

enum { ANSWER_SECONDS = 2 };

/* The process at the other end, whoever asks: uturnd's pid by its own account may be of another namespace. */
static void find_uturnd(struct doctor_host *h)
{
	int fd = stream_connect(h->socket, SOCK_NONBLOCK);
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	if (fd < 0) {
		h->socket_error = -fd;
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
		h->uturnd = peer.pid;
	close(fd);
}

/* A new reference, or NULL with the words in h->error. */
static json_t *ask(struct doctor_host *h, const char *request)
{
	struct connection connection;
	json_t *answer = NULL;

	errors_keep(h->error, sizeof(h->error));
	if (connection_open_within(&connection, h->socket, request, ANSWER_SECONDS)) {
		if (connection_line(&connection, NULL))
			answer = connection_answer(&connection);
		connection_close(&connection);
	}
	errors_keep(NULL, 0);
	return answer;
}

/* The queues that uturnd reads, where the configuration does not tell. */
static void take_queues(struct doctor_host *h)
{
	const char *text = json_string_value(json_object_get(h->status, "queue"));
	uint16_t first, last;
	int count = text ? sscanf(text, "%" SCNu16 ":%" SCNu16, &first, &last) : 0;

	if (count < 1)
		return;
	h->config.queue_first = first;
	h->config.queue_last = count > 1 && last > first ? last : first;
}

static void read_config(struct doctor_host *h)
{
	const char *path = json_string_value(json_object_get(h->status, "config"));
	char why[CONFIG_WHY_SIZE];

	snprintf(h->config_path, sizeof(h->config_path), "%s", path ? path : config_path);
	if (access(h->config_path, R_OK) != 0)
		h->config_error = errno;
	else if (config_load(h->config_path, &h->config, why, sizeof(why)))
		h->config_error = EINVAL;
	if (h->config_error) {
		config_default(&h->config);
		take_queues(h);
	}
}

void doctor_host_open(struct doctor_host *h, const char *socket)
{
	*h = (struct doctor_host){ .socket = socket };
	find_uturnd(h);
	if (!h->socket_error) {
		h->status = ask(h, "{\"op\":\"status\"}");
		if (h->status)
			h->counters = ask(h, "{\"op\":\"counters\"}");
	}
	read_config(h);
	h->rules = host_rules_read();
	doctor_tables_read(&h->tables);
}

void doctor_host_close(struct doctor_host *h)
{
	json_decref(h->status);
	json_decref(h->counters);
	json_decref(h->rules);
	doctor_tables_free(&h->tables);
}
