/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN, OUT, ERR, STREAMS };

/* A pipe's two ends, [0] to read; -1 when closed. */
struct pipes {
	int fd[STREAMS][2];
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void pipes_close(struct pipes *p)
{
	for (int i = 0; i < STREAMS; i++) {
		close_end(&p->fd[i][0]);
		close_end(&p->fd[i][1]);
	}
}

static int pipes_open(struct pipes *p)
{
	int err;

	memset(p, -1, sizeof(*p));
	for (int i = 0; i < STREAMS; i++) {
		if (pipe2(p->fd[i], O_CLOEXEC) == 0)
			continue;
		err = -errno;
		pipes_close(p);
		return err;
	}
	return 0;
}

/* SIGPIPE is ignored here, so that a program that does not read causes EPIPE; the program has the default again. */
static int spawn(pid_t *pid, const char *const argv[], const struct pipes *p)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t defaults;
	int err;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, p->fd[IN][0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, p->fd[OUT][1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, p->fd[ERR][1], STDERR_FILENO);
	posix_spawnattr_init(&attr);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	/* posix_spawn() takes char * for historical reasons and changes nothing */
	err = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

static void feed(int *fd, const char **input)
{
	ssize_t n = write(*fd, *input, strlen(*input));

	if (n > 0)
		*input += n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || **input == '\0')
		close_end(fd);
}

static void drain(int *fd, FILE *to)
{
	char buf[65536];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n > 0)
		fwrite(buf, 1, (size_t)n, to);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_end(fd);
}

/* All three at once: a program may answer before it has read everything. */
static void pump(struct pipes *p, const char *input, FILE *out, FILE *err)
{
	int *in_fd = &p->fd[IN][1], *out_fd = &p->fd[OUT][0], *err_fd = &p->fd[ERR][0];

	fcntl(*in_fd, F_SETFL, O_NONBLOCK);
	if (*input == '\0')
		close_end(in_fd);
	while (*in_fd >= 0 || *out_fd >= 0 || *err_fd >= 0) {
		struct pollfd set[STREAMS] = {
			{ .fd = *in_fd, .events = POLLOUT },
			{ .fd = *out_fd, .events = POLLIN },
			{ .fd = *err_fd, .events = POLLIN },
		};

		if (poll(set, STREAMS, -1) < 0)
			continue; /* EINTR; nothing else can happen to these three */
		if (set[IN].revents)
			feed(in_fd, &input);
		if (set[OUT].revents)
			drain(out_fd, out);
		if (set[ERR].revents)
			drain(err_fd, err);
	}
}

static int exit_code_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int command_run(struct command *c, const char *const argv[], const char *input)
{
	size_t out_size, err_size;
	struct pipes p;
	FILE *out, *errors;
	pid_t pid;
	int err;

	memset(c, 0, sizeof(*c));
	signal(SIGPIPE, SIG_IGN);
	out = open_memstream(&c->out, &out_size);
	errors = open_memstream(&c->err, &err_size);
	err = out && errors ? pipes_open(&p) : -ENOMEM;
	if (err)
		goto out_streams;
	err = spawn(&pid, argv, &p);
	close_end(&p.fd[IN][0]);
	close_end(&p.fd[OUT][1]);
	close_end(&p.fd[ERR][1]);
	if (!err) {
		c->pid = pid;
		pump(&p, input, out, errors);
		c->exit_code = exit_code_of(pid);
	}
	pipes_close(&p);
out_streams:
	if (out && fclose(out) && !err)
		err = -ENOMEM;
	if (errors && fclose(errors) && !err)
		err = -ENOMEM;
	return err;
}

void command_done(struct command *c)
{
	free(c->out);
	free(c->err);
	memset(c, 0, sizeof(*c));
}
