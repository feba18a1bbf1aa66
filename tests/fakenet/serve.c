/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/fakenet/answer.h"
#include "tests/fakenet/queue.h"

enum { FAILED = 127 };
static const uint64_t second_ns = 1000000000;

static pid_t start(char *const *command, int output, const sigset_t *before)
{
	const pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, before, NULL);
	if (output >= 0)
		dup2(output, STDOUT_FILENO);
	execvp(command[0], command);
	fprintf(stderr, "fakenet: %s: %s\n", command[0], strerror(errno));
	_exit(FAILED);
}

static void take_packets(struct network *n, struct queue *q, int tun)
{
	static uint8_t bytes[PACKET_MOST];
	ssize_t len;

	while ((len = read(tun, bytes, sizeof(bytes))) > 0)
		answer_packet(n, q, span_of(bytes, (size_t)len), clock_ns(CLOCK_MONOTONIC));
}

/* What is due; returns when the next one is. */
static uint64_t give_packets(struct queue *q, int tun)
{
	while (queue_next_ns(q) <= clock_ns(CLOCK_MONOTONIC)) {
		const struct span packet = queue_pop(q);

		if (write(tun, packet.at, packet.len) < 0 && errno != EAGAIN && errno != EIO)
			fprintf(stderr, "fakenet: a packet of %zu bytes: %s\n", packet.len, strerror(errno));
	}
	return queue_next_ns(q);
}

static void wait_for(struct pollfd *fds, unsigned count, uint64_t until_ns)
{
	const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC), left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	const struct timespec wait = { (time_t)(left_ns / second_ns), (long)(left_ns % second_ns) };

	ppoll(fds, count, until_ns == UINT64_MAX ? NULL : &wait, NULL);
}

static int status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int serve_command(struct network *n, int tun, char *const *command, int output)
{
	struct queue *q = queue_open();
	sigset_t signals, before;
	int signal_fd, status = 0;
	pid_t pid;

	prctl(PR_SET_TIMERSLACK, 1);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &before);
	signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	pid = start(command, output, &before);
	if (pid < 0 || signal_fd < 0) {
		fprintf(stderr, "fakenet: fork: %s\n", strerror(errno));
		return FAILED;
	}
	for (;;) {
		struct pollfd fds[] = { { tun, POLLIN, 0 }, { signal_fd, POLLIN, 0 } };
		struct signalfd_siginfo unused;

		wait_for(fds, 2, give_packets(q, tun));
		take_packets(n, q, tun);
		if (read(signal_fd, &unused, sizeof(unused)) > 0 && waitpid(pid, &status, WNOHANG) == pid)
			break;
	}
	close(signal_fd);
	queue_close(q);
	return status_of(status);
}
