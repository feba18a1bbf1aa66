/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/keywords.h"

enum { TEXT_SIZE = 1 << 20, NAME_SIZE = 64 };

static char *read_all(int fd)
{
	char *text = malloc(TEXT_SIZE);
	size_t len = 0;
	ssize_t n = 1;
	char *fitting;

	while (text && n > 0 && len < TEXT_SIZE - 1) {
		n = read(fd, text + len, TEXT_SIZE - 1 - len);
		if (n > 0)
			len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (!text || n < 0) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	fitting = realloc(text, len + 1);
	return fitting ? fitting : text;
}

char *doctor_text(const char *path)
{
	/* others may have put something there that never ends, or waits for a writer */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char *text = NULL;
	int err;

	if (fd < 0)
		return NULL;
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		text = read_all(fd);
	err = errno;
	close(fd);
	errno = err;
	return text;
}

bool doctor_number(const char *path, unsigned long *value)
{
	char *text = doctor_text(path);
	bool is_number = text && number_parse(text, "\n", value);

	if (text && !is_number)
		errno = EINVAL;
	free(text);
	return is_number;
}

static bool is_program(char path[PATH_MAX], const char *folder, const char *relative, const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s%s/%s", folder, relative, name);

	return len > 0 && len < PATH_MAX && access(path, X_OK) == 0;
}

bool doctor_program(const char *name, bool is_ours, char path[PATH_MAX])
{
	static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };
	char own[PATH_MAX];
	ssize_t len = is_ours ? readlink("/proc/self/exe", own, sizeof(own) - 1) : -1;

	if (len > 0) {
		own[len] = '\0';
		*strrchr(own, '/') = '\0';
		if (is_program(path, own, "", name) || is_program(path, own, "/../sbin", name))
			return true;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (is_program(path, folders[i], "", name))
			return true;
	return false;
}

int doctor_program_run(struct command *c, const char *name, bool is_ours, const char *const *arguments)
{
	const char *words[DOCTOR_OPTIONS + 2];
	char path[PATH_MAX];
	size_t count = 0;

	memset(c, 0, sizeof(*c));
	if (!doctor_program(name, is_ours, path))
		return -ENOENT;
	words[count++] = path;
	while (*arguments && count <= DOCTOR_OPTIONS)
		words[count++] = *arguments++;
	words[count] = NULL;
	return *arguments ? -E2BIG : command_run(c, words, "");
}

/* Is it the process' own name, and is it in our network namespace, not in a container's? */
static bool is_process(const char *pid, const char *name)
{
	char path[NAME_SIZE], ours[NAME_SIZE], theirs[NAME_SIZE];
	ssize_t ours_len, theirs_len;
	char *text;
	bool is_named;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	text = doctor_text(path);
	is_named = text && strncmp(text, name, strlen(name)) == 0 && text[strlen(name)] == '\n';
	free(text);
	if (!is_named)
		return false;
	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	ours_len = readlink("/proc/self/ns/net", ours, sizeof(ours));
	theirs_len = readlink(path, theirs, sizeof(theirs));
	if (theirs_len < 0)
		return errno ==
			EACCES; /* not without root: then take it for one of ours; a process that has ended has none */
	return ours_len == theirs_len && memcmp(ours, theirs, (size_t)ours_len) == 0;
}

pid_t doctor_process(const char *name)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	pid_t found = 0;

	while (folder && !found && (entry = readdir(folder)))
		if (isdigit((unsigned char)entry->d_name[0]) && is_process(entry->d_name, name))
			found = (pid_t)strtol(entry->d_name, NULL, 10);
	if (folder)
		closedir(folder);
	return found;
}

char *doctor_arguments(pid_t pid, size_t *len)
{
	char path[NAME_SIZE];
	FILE *file;
	char *arguments = malloc(TEXT_SIZE);

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file = arguments ? fopen(path, "re") : NULL;
	if (!file) {
		free(arguments);
		return NULL;
	}
	*len = fread(arguments, 1, TEXT_SIZE - 1, file);
	arguments[*len] = '\0';
	fclose(file);
	return arguments;
}

const char *doctor_argument(const char *arguments, size_t len, const char *option)
{
	const char *end = arguments + len;

	for (const char *at = arguments; at < end; at += strlen(at) + 1) {
		const char *next = at + strlen(at) + 1;

		if (strcmp(at, option) == 0)
			return next < end ? next : NULL;
	}
	return NULL;
}
