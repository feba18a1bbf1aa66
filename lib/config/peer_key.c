/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/peer_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_types.h"

/* What is wrong with an open file, or NULL. Its mode and what is read are of one file, whatever the name stands for later. */
static const char *file_words(int fd, uint8_t key[PEER_KEY_SIZE])
{
	uint8_t bytes[PEER_KEY_SIZE + 1];
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st))
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	if (st.st_mode & (S_IRWXO | S_IWGRP))
		return "others may read or change it (chmod o=,g-w, and make another key if they could)";
	got = read(fd, bytes, sizeof(bytes));
	if (got < 0)
		return strerror(errno);
	if (got != PEER_KEY_SIZE)
		return "not exactly 32 bytes (make one by `uturnctl peer-key FILE`)";
	memcpy(key, bytes, PEER_KEY_SIZE);
	explicit_bzero(bytes, sizeof(bytes));
	return NULL;
}

int peer_key_read(const struct config *config, uint8_t key[PEER_KEY_SIZE], char *why, size_t why_size)
{
	const char *words;
	int fd;

	memset(key, 0, PEER_KEY_SIZE);
	if (!config->peer_count)
		return 0;
	fd = open(config->peer_key, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would keep the reader waiting */
	words = fd < 0 ? strerror(errno) : file_words(fd, key);
	if (words)
		snprintf(why, why_size, "peer-key %s: %s%s", config->peer_key, words,
			fd < 0 && errno == ENOENT ? " (make one by `uturnctl peer-key FILE`)" : "");
	if (fd >= 0)
		close(fd);
	return words ? -1 : 0;
}
