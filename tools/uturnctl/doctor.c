/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "doctor_address.h"
#include "doctor_daemon.h"
#include "doctor_kernel.h"
#include "doctor_queue.h"
#include "doctor_rules.h"
#include "doctor_web.h"
#include "errors.h"

static const struct {
	const char *what;
	void (*check)(const struct doctor_host *h, struct doctor_finding *f);
} rows[] = {
	{ "uturnd", doctor_check_uturnd },
	{ "versions", doctor_check_versions },
	{ "configuration", doctor_check_config },
	{ "user and capabilities", doctor_check_account },
	{ "kernel", doctor_check_kernel },
	{ "iptables", doctor_check_backends },
	{ "rules", doctor_check_rules },
	{ "rules kept", doctor_check_kept },
	{ "room for probers", doctor_check_recent },
	{ "queue", doctor_check_queue },
	{ "queue drops", doctor_check_queue_drops },
	{ "capture drops", doctor_check_capture_drops },
	{ "send drops", doctor_check_send_drops },
	{ "inflection address", doctor_check_inflection },
	{ "second address", doctor_check_second_address },
	{ "reverse path filter", doctor_check_rp_filter },
	{ "source validation", doctor_check_verdict },
	{ "requests", doctor_check_request },
	{ "in-band", doctor_check_inband },
	{ "certificate", doctor_check_certificate },
	{ "certificate renewal", doctor_check_renewal },
	{ "ports of uturn-web", doctor_check_ports },
	{ "connection tracking", doctor_check_conntrack },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const char *const words[] = { [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_FAIL] = "FAIL" };

static void print_words(FILE *out, const char *text)
{
	for (; *text; text++)
		putc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
}

void doctor_print(FILE *out, const char *what, const struct doctor_finding *f)
{
	fprintf(out, "%-4s  %s: ", words[f->result], what);
	print_words(out, f->found);
	if (*f->remedy) {
		fputs(" (", out);
		print_words(out, f->remedy);
		putc(')', out);
	}
	putc('\n', out);
}

/* What is not UTF-8 loses its other bytes. */
static json_t *string_of(const char *text)
{
	char plain[DOCTOR_FOUND_SIZE];
	json_t *string = json_string(text);
	size_t len = 0;

	if (string)
		return string;
	for (; *text && len < sizeof(plain) - 1; text++)
		plain[len++] = (unsigned char)*text < 0x80 ? *text : '?';
	plain[len] = '\0';
	return json_string(plain);
}

static json_t *json_of(const char *what, const struct doctor_finding *f)
{
	static const char *const results[] = { [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_FAIL] = "fail" };

	return json_pack("{ss ss so so}", "result", results[f->result], "what", what, "found", string_of(f->found),
		"remedy", string_of(f->remedy));
}

static void print_json(json_t *checks)
{
	json_t *all = json_pack("{so}", "checks", checks);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;

	if (text)
		puts(text);
	else
		errors_print("out of memory");
	free(text);
	json_decref(all);
}

int doctor_run(const struct ctl_command *c, const struct ctl_options *o)
{
	struct doctor_host *host = malloc(sizeof(*host));
	json_t *checks = json_array();
	int status = EXIT_SUCCESS;

	(void)c;
	if (!host || !checks) {
		errors_print("out of memory");
		free(host);
		json_decref(checks);
		return EXIT_FAILURE;
	}
	doctor_host_open(host, o->path);
	for (size_t i = 0; i < ROWS; i++) {
		struct doctor_finding f;

		rows[i].check(host, &f);
		if (f.result == DOCTOR_FAIL)
			status = EXIT_FAILURE;
		if (o->is_json)
			json_array_append_new(checks, json_of(rows[i].what, &f));
		else
			doctor_print(stdout, rows[i].what, &f);
	}
	doctor_host_close(host);
	free(host);
	if (o->is_json)
		print_json(checks);
	else
		json_decref(checks);
	return status;
}
