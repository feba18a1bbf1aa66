/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reload_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/stream.h"

const char reload_done[] = "done";

enum { ANSWER_S = 60 };

bool reload_path(const char *folder, struct sockaddr_un *at)
{
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return (size_t)snprintf(at->sun_path, sizeof(at->sun_path), "%s/reload", folder) < sizeof(at->sun_path);
}

int reload_ask(char *why, size_t why_size)
{
	const char *folder = getenv("RUNTIME_DIRECTORY");
	const struct timeval patience = { .tv_sec = ANSWER_S };
	struct sockaddr_un at;
	size_t len = 0;
	ssize_t got;
	int fd = -ENAMETOOLONG;

	if (reload_path(folder ? folder : "/run/uturn-web", &at))
		fd = stream_connect(at.sun_path, 0);
	if (fd < 0) {
		snprintf(why, why_size, "%s: %s (does uturn-web run, as a service?)", at.sun_path, strerror(-fd));
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	while (len < why_size - 1 && (got = recv(fd, why + len, why_size - 1 - len, 0)) > 0)
		len += (size_t)got;
	close(fd);
	why[len] = '\0';
	if (strcmp(why, reload_done) == 0)
		return 0;
	if (len == 0)
		snprintf(why, why_size, "%s: no answer (systemctl status uturn-web)", at.sun_path);
	return -1;
}
