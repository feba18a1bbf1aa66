/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_nudge.h"

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A copy of that descriptor of that process, or -1. */
static int copy(int pid, int number)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0), fd;

	if (process < 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_getfd, process, number, 0);
	close(process);
	return fd;
}

/* Which of the process's descriptors is this socket? -1: none. */
static int number_in(int pid, const char *wanted)
{
	char path[64], link[64];
	struct dirent *entry;
	int number = -1;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	folder = opendir(path);
	while (folder && number < 0 && (entry = readdir(folder)) != NULL) {
		ssize_t len = readlinkat(dirfd(folder), entry->d_name, link, sizeof(link));

		if (len == (ssize_t)strlen(wanted) && memcmp(link, wanted, (size_t)len) == 0)
			number = (int)strtol(entry->d_name, NULL, 10);
	}
	if (folder)
		closedir(folder);
	return number;
}

static int socket_of(long long inode)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	char wanted[40];
	int fd = -1;

	snprintf(wanted, sizeof(wanted), "socket:[%lld]", inode);
	while (folder && fd < 0 && (entry = readdir(folder)) != NULL) {
		int pid = (int)strtol(entry->d_name, NULL, 10);
		int number = pid > 0 ? number_in(pid, wanted) : -1;

		if (number >= 0)
			fd = copy(pid, number);
	}
	if (folder)
		closedir(folder);
	return fd;
}

static bool get(int fd, int level, int option, int *value)
{
	socklen_t size = sizeof(*value);

	return getsockopt(fd, level, option, value, &size) == 0;
}

static void set(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

void nudge_begin(struct nudge *n, long long inode)
{
	enum { SHORTEST = 1 /* second of silence until the kernel sends a keep-alive */ };

	n->fd = inode ? socket_of(inode) : -1;
	if (n->fd < 0)
		return;
	if (!get(n->fd, SOL_SOCKET, SO_KEEPALIVE, &n->keepalive) || !get(n->fd, IPPROTO_TCP, TCP_KEEPIDLE, &n->idle)) {
		close(n->fd);
		n->fd = -1;
		return;
	}
	set(n->fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(n->fd, IPPROTO_TCP, TCP_KEEPIDLE, SHORTEST);
}

void nudge_end(struct nudge *n)
{
	if (n->fd < 0)
		return;
	set(n->fd, IPPROTO_TCP, TCP_KEEPIDLE, n->idle);
	set(n->fd, SOL_SOCKET, SO_KEEPALIVE, n->keepalive);
	close(n->fd);
	n->fd = -1;
}
