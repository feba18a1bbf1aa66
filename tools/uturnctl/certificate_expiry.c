/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "certificate_expiry.h"

#include <stdlib.h>

#include "doctor_certificate.h"
#include "doctor_files.h"
#include "doctor_web_file.h"

int64_t certificate_expiry(const char *config)
{
	char *text = doctor_text(config), *certificate = NULL;
	struct doctor_web_file web;
	time_t not_after = 0;

	if (text) {
		doctor_web_file_parse(text, &web);
		certificate = *web.certificate == '/' ? doctor_text(web.certificate) : NULL;
	}
	if (certificate && !doctor_not_after(certificate, &not_after))
		not_after = 0;
	free(certificate);
	free(text);
	return not_after;
}
