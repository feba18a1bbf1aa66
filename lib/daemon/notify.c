/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"

static int fd = -1;
static struct sockaddr_un to = { .sun_family = AF_UNIX };
static socklen_t to_len;

void notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;

	if (len < 2 || len > sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memcpy(to.sun_path, path, len);
	if (path[0] == '@') /* abstract: the first byte is NUL, no NUL at the end */
		to.sun_path[0] = '\0';
	to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static void send_state(const char *state, int flags)
{
	if (fd >= 0)
		sendto(fd, state, strlen(state), MSG_NOSIGNAL | flags, (struct sockaddr *)&to, to_len);
}

void notify_ready(void)
{
	send_state("READY=1", 0);
}

void notify_stopping(void)
{
	send_state("STOPPING=1", 0);
}

/* Type=notify-reload needs the time, to tell this reload's READY from an earlier one. */
void notify_reloading(void)
{
	char state[64];

	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%ju",
		(uintmax_t)(clock_ns(CLOCK_MONOTONIC) / 1000));
	send_state(state, 0);
}

/* The number in the environment, 0 where there is none. */
static uint64_t number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	unsigned long long value;

	if (!text || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	value = strtoull(text, &end, 10);
	return *end || errno ? 0 : value;
}

/* sd_watchdog_enabled(3): meant for us only if no process is named, or we are. */
uint64_t notify_interval_ns(void)
{
	uint64_t us = number("WATCHDOG_USEC");

	if (fd < 0 || us > UINT64_MAX / 1000 ||
		(getenv("WATCHDOG_PID") && number("WATCHDOG_PID") != (uint64_t)getpid()))
		return 0;
	return us * 1000 / 2;
}

/* Does not block: a manager that is late to read gets the next keep-alive. */
void notify_alive(void)
{
	send_state("WATCHDOG=1", MSG_DONTWAIT);
}
