/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "certificate_expiry.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 512 };

/* A regular file: what may be a pipe is not waited for. */
static FILE *file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	FILE *file = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		file = fdopen(fd, "r");
	if (fd >= 0 && !file)
		close(fd);
	return file;
}

/* The value of the keyword `certificate`; false where no line has it. */
static bool find_path(FILE *config, char path[LINE_SIZE])
{
	char line[LINE_SIZE];

	while (fgets(line, sizeof(line), config))
		if (sscanf(line, " certificate %511s", path) == 1 && *path == '/')
			return true;
	return false;
}

static int64_t expiry_of(FILE *file)
{
	X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
	struct tm tm;
	int64_t expiry = 0;

	if (certificate && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1)
		expiry = timegm(&tm);
	X509_free(certificate);
	ERR_clear_error();
	return expiry;
}

int64_t certificate_expiry(const char *config)
{
	char path[LINE_SIZE];
	FILE *file = file_open(config);
	bool is_found = file && find_path(file, path);
	int64_t expiry = 0;

	if (file)
		fclose(file);
	file = is_found ? file_open(path) : NULL;
	if (!file)
		return 0;
	expiry = expiry_of(file);
	fclose(file);
	return expiry;
}
