/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_daemon.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/version.h"
#include "doctor_files.h"
#include "drain.h"

void doctor_check_uturnd(const struct doctor_host *h, struct doctor_finding *f)
{
	const json_t *warnings = json_object_get(h->status, "warnings");
	char drained[DRAIN_LEFT_SIZE];
	const char *words;

	if (h->socket_error == EACCES || h->socket_error == EPERM) {
		doctor_unseen(f, h->socket, h->socket_error);
		return;
	}
	if (h->socket_error) {
		doctor_fail(f, "control socket %s: %s", h->socket, strerror(h->socket_error));
		doctor_remedy(f, "start it: systemctl start uturnd");
		return;
	}
	if (!h->status || !json_is_true(json_object_get(h->status, "ready"))) {
		doctor_fail(f, "%s", h->status ? "answers, and is not ready" : h->error);
		doctor_remedy(f, "look into its log: journalctl -u uturnd");
		return;
	}
	doctor_ok(f, "answers");
	if (drain_words(h->status, drained))
		doctor_note(f, "%s (uturnctl drain off ends it)", drained);
	for (size_t i = 0; i < json_array_size(warnings); i++) {
		words = json_string_value(json_array_get(warnings, i));
		/* that of an inflection address has a check of its own */
		if (words && strncmp(words, "inflection ", strlen("inflection ")) != 0)
			doctor_note(f, "%s", words);
	}
}

/* "uturn-rules 0.1.0" of `uturn-rules -v`; "" where it is not installed. */
static void ask_version(struct doctor_version *v)
{
	static const char *const arguments[] = { "-v", NULL };
	const size_t name = strlen(v->program);
	struct command c;

	if (doctor_program_run(&c, v->program, true, arguments) == 0 && c.exit_code == 0 &&
		strncmp(c.out, v->program, name) == 0 && c.out[name] == ' ')
		snprintf(v->version, sizeof(v->version), "%.*s", (int)strcspn(c.out + name + 1, "\n"),
			c.out + name + 1);
	command_done(&c);
}

void doctor_check_versions(const struct doctor_host *h, struct doctor_finding *f)
{
	struct doctor_version versions[] = { { "uturnctl", UTURN_VERSION }, { .program = "uturnd" },
		{ .program = "uturn-rules" }, { .program = "uturn-web" } };
	const char *running = json_string_value(json_object_get(h->status, "version"));

	snprintf(versions[1].version, sizeof(versions[1].version), "%s", running ? running : "");
	ask_version(&versions[2]);
	ask_version(&versions[3]);
	doctor_judge_versions(versions, sizeof(versions) / sizeof(versions[0]), f);
}

void doctor_judge_versions(const struct doctor_version *versions, size_t count, struct doctor_finding *f)
{
	char words[DOCTOR_FOUND_SIZE] = "";
	bool are_equal = true;

	for (size_t i = 0; i < count; i++) {
		const size_t used = strlen(words);

		if (!*versions[i].version)
			continue;
		snprintf(words + used, sizeof(words) - used, "%s%s %s", used ? ", " : "", versions[i].program,
			versions[i].version);
		are_equal = are_equal && strcmp(versions[i].version, versions[0].version) == 0;
	}
	if (are_equal) {
		doctor_ok(f, "%s", words);
		return;
	}
	doctor_fail(f, "%s", words);
	doctor_remedy(f, "install all packages of one version, and restart what runs: systemctl restart uturnd");
}

/* Its first line. */
static int line_length(const char *text)
{
	return (int)strcspn(text, "\n");
}

void doctor_check_config(const struct doctor_host *h, struct doctor_finding *f)
{
	const char *const arguments[] = { "-n", "-f", h->config_path, NULL };
	struct command c;
	int err;

	if (h->config_error && h->config_error != EINVAL && h->config_error != ENOENT) {
		doctor_unseen(f, h->config_path, h->config_error);
		return;
	}
	err = doctor_program_run(&c, "uturnd", true, arguments);
	if (err) {
		doctor_unseen(f, "uturnd", -err);
	} else if (c.exit_code != 0) {
		doctor_fail(f, "%.*s", line_length(c.err), c.err);
		doctor_remedy(f, "correct it, then: uturnctl reload");
	} else if (*c.err) {
		doctor_note(f, "%.*s", line_length(c.err), c.err);
	} else {
		doctor_ok(f, "%s", h->config_path);
	}
	command_done(&c);
}

void doctor_check_account(const struct doctor_host *h, struct doctor_finding *f)
{
	struct doctor_account account = { .user = h->config.user };
	const struct passwd *found;
	char path[64], *status;

	if (h->config_error) {
		doctor_note(f, "not seen: the configuration cannot be read");
		return;
	}
	if (!h->uturnd) {
		doctor_note(f, "not seen: %s",
			h->socket_error ? "uturnd cannot be asked" : "uturnd is in another namespace");
		return;
	}
	found = getpwnam(h->config.user);
	if (found) {
		account.uid = found->pw_uid;
		account.gid = found->pw_gid;
		account.is_known = true;
	}
	snprintf(path, sizeof(path), "/proc/%d/status", (int)h->uturnd);
	status = doctor_text(path);
	if (status)
		doctor_judge_account(status, &account, f);
	else
		doctor_unseen(f, path, errno);
	free(status);
}

/* What follows "NAME:" at the beginning of a line; "" where it is missing. */
static const char *field(const char *status, const char *name)
{
	const size_t len = strlen(name);

	for (const char *line = status; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1;
	}
	return "";
}

/* Real, effective, saved and filesystem: all the same. */
static bool is_all(const char *ids, unsigned long wanted)
{
	unsigned long id[4];

	return sscanf(ids, "%lu %lu %lu %lu", &id[0], &id[1], &id[2], &id[3]) == 4 && id[0] == wanted &&
		id[1] == wanted && id[2] == wanted && id[3] == wanted;
}

/* No group beside its own. */
static bool has_no_other_group(const char *groups, gid_t own)
{
	char *end;

	while (*groups == ' ' || *groups == '\t')
		groups++;
	for (; *groups && *groups != '\n'; groups = end + strspn(end, " \t"))
		if (strtoul(groups, &end, 10) != own || end == groups)
			return false;
	return true;
}

static bool judge_capabilities(const char *status, struct doctor_finding *f)
{
	enum { NET_ADMIN = 12, NET_RAW = 13 };
	const unsigned long long wanted = 1ULL << NET_ADMIN | 1ULL << NET_RAW;
	const unsigned long long effective = strtoull(field(status, "CapEff"), NULL, 16),
				 permitted = strtoull(field(status, "CapPrm"), NULL, 16);

	if ((effective & wanted) != wanted) {
		doctor_fail(f, "lacks%s%s", effective >> NET_ADMIN & 1 ? "" : " CAP_NET_ADMIN",
			effective >> NET_RAW & 1 ? "" : " CAP_NET_RAW");
		doctor_remedy(f, "start it by its unit, or as root: uturnd(8)");
		return false;
	}
	if (permitted != wanted) {
		doctor_fail(f, "holds more than CAP_NET_ADMIN and CAP_NET_RAW: capabilities %llx", permitted);
		doctor_remedy(f, "start it by its unit: uturnd(8)");
		return false;
	}
	return true;
}

void doctor_judge_account(const char *status, const struct doctor_account *account, struct doctor_finding *f)
{
	const char *uid = field(status, "Uid"), *gid = field(status, "Gid");

	if (!account->is_known) {
		doctor_fail(f, "user %s does not exist", account->user);
		doctor_remedy(f, "useradd --system --shell /usr/sbin/nologin %s", account->user);
	} else if (!is_all(uid, account->uid)) {
		doctor_fail(f, "runs as uid %lu, and is to be %s (%lu)", strtoul(uid, NULL, 10), account->user,
			(unsigned long)account->uid);
		doctor_remedy(f, "restart uturnd, or correct 'user' in uturnd.conf(5)");
	} else if (account->uid == 0) {
		doctor_note(f, "runs as root, with all capabilities");
		doctor_remedy(f, "for labs only: set 'user uturn' in uturnd.conf(5), and restart uturnd");
	} else if (!is_all(gid, account->gid)) {
		doctor_fail(f, "runs with gid %lu, and that of %s is %lu", strtoul(gid, NULL, 10), account->user,
			(unsigned long)account->gid);
		doctor_remedy(f, "start it by its unit: uturnd(8)");
	} else if (!judge_capabilities(status, f)) {
		return;
	} else if (!has_no_other_group(field(status, "Groups"), account->gid)) {
		doctor_note(f, "user %s, in further groups:%.*s", account->user, line_length(field(status, "Groups")),
			field(status, "Groups"));
		doctor_remedy(f, "it needs none: gpasswd --delete %s GROUP", account->user);
	} else if (strtoul(field(status, "Seccomp"), NULL, 10) != 2) {
		doctor_note(f, "user %s, without a filter of system calls", account->user);
		doctor_remedy(f, "this kernel has no seccomp, or uturnd was built with a sanitizer");
	} else {
		doctor_ok(f, "user %s, CAP_NET_ADMIN and CAP_NET_RAW, system calls filtered", account->user);
	}
}
