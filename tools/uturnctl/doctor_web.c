/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_web.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor_files.h"

static const char default_path[] = "/etc/uturn/uturn-web.conf", last_error[] = "/var/lib/uturn-web/tls/last-error";

/* The configuration of the uturn-web that runs. False: *f says why there is none, as well as it can. */
static bool read_web(struct doctor_web_file *w, struct doctor_finding *f)
{
	const pid_t pid = doctor_process("uturn-web");
	size_t len = 0;
	char *arguments = pid ? doctor_arguments(pid, &len) : NULL, *text;
	const char *path = arguments ? doctor_argument(arguments, len, "-f") : NULL;

	if (!pid) {
		doctor_ok(f, "uturn-web does not run");
		return false;
	}
	path = path ? path : default_path;
	text = doctor_text(path);
	if (text)
		doctor_web_file_parse(text, w);
	else
		doctor_unseen(f, path, errno);
	free(arguments);
	free(text);
	return text != NULL;
}

static bool is_traced(const struct config *c, uint16_t port)
{
	for (unsigned i = 0; i < c->inband_port_count; i++)
		if (port >= c->inband_ports[i].first && port <= c->inband_ports[i].last)
			return true;
	return false;
}

void doctor_judge_inband(const struct config *c, const struct doctor_web_file *web, struct doctor_finding *f)
{
	doctor_ok(f, "%s%s", c->inband ? "on" : "off", web ? "" : ", and uturn-web does not run");
	if (!web)
		return;
	if (!c->inband) {
		doctor_fail(f, "off, and uturn-web runs: its visitors get no trace");
		doctor_remedy(f, "'inband on' in uturnd.conf(5), then: uturnctl reload");
		return;
	}
	if (strcmp(c->control, web->control) != 0) {
		doctor_fail(f, "uturn-web asks at %s, and uturnd answers at %s", web->control, c->control);
		doctor_remedy(f, "the same 'control' in uturn-web.conf(5) and uturnd.conf(5)");
		return;
	}
	for (unsigned i = 0; i < web->listener_count; i++) {
		if (is_traced(c, web->listeners[i].port))
			continue;
		doctor_fail(f, "on, but not for port %u, at which uturn-web listens", web->listeners[i].port);
		doctor_remedy(f, "add it to 'inband-ports' in uturnd.conf(5), unless NAT of this host translates it");
		return;
	}
}

void doctor_check_inband(const struct doctor_host *h, struct doctor_finding *f)
{
	struct doctor_web_file web;

	if (h->config_error) {
		doctor_note(f, "not seen: the configuration cannot be read");
		return;
	}
	f->result = DOCTOR_OK;
	if (read_web(&web, f))
		doctor_judge_inband(&h->config, &web, f);
	else if (f->result == DOCTOR_OK)
		doctor_judge_inband(&h->config, NULL, f);
}

/* ---- certificate ---- */

/* 0, or why that user cannot read the file: asked of the kernel, in a process that has become the user. */
static int ask_readable(const struct passwd *user, const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return errno;
	if (pid == 0) {
		if (initgroups(user->pw_name, user->pw_gid) || setgid(user->pw_gid) || setuid(user->pw_uid))
			_exit(errno & 0xff);
		_exit(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) >= 0 ? 0 : errno & 0xff);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

/* True: the user of uturn-web can read it. */
static bool is_readable(const struct doctor_web_file *web, const char *path, struct doctor_finding *f)
{
	const struct passwd *user = getpwnam(web->user);
	int err;

	if (geteuid() != 0) {
		doctor_note(f, "not seen whether %s can read %s", web->user, path);
		doctor_remedy(f, "run uturnctl doctor as root");
		return false;
	}
	if (!user) {
		doctor_fail(f, "user %s does not exist", web->user);
		doctor_remedy(f, "useradd --system --shell /usr/sbin/nologin %s", web->user);
		return false;
	}
	err = ask_readable(user, path);
	if (!err)
		return true;
	doctor_fail(f, "%s cannot read %s: %s", web->user, path, strerror(err));
	if (err == EACCES)
		doctor_remedy(f, "let its group read the file and enter the directories above, or use uturn-cert");
	else
		doctor_remedy(f, "correct 'certificate' and 'key' in uturn-web.conf(5)");
	return false;
}

void doctor_judge_pair(const struct doctor_pair *pair, time_t now, struct doctor_finding *f)
{
	enum { DAY_S = 86400, SOON_DAYS = 14 };
	const long long left_s = (long long)pair->not_after - (long long)now;

	if (!pair->is_matching) {
		doctor_fail(f, "the key is not that of the certificate");
		doctor_remedy(f, "name a pair in uturn-web.conf(5), then reload uturn-web");
	} else if (left_s <= 0) {
		doctor_fail(f, "expired %lld days ago", -left_s / DAY_S);
		doctor_remedy(f, "renew it, then reload uturn-web");
	} else if (left_s <= (long long)SOON_DAYS * DAY_S) {
		doctor_fail(f, "expires in %lld days", left_s / DAY_S);
		doctor_remedy(f, "renew it, and look why that did not happen: its timer, its log");
	} else {
		doctor_ok(f, "valid for %lld days", left_s / DAY_S);
	}
}

static void check_pair(const struct doctor_web_file *web, struct doctor_finding *f)
{
	char *certificate = doctor_text(web->certificate), *key = certificate ? doctor_text(web->key) : NULL;
	struct doctor_pair pair;
	char why[128];

	if (!key) {
		doctor_unseen(f, certificate ? web->key : web->certificate, errno);
	} else if (!doctor_pair_read(certificate, key, &pair, why, sizeof(why))) {
		doctor_fail(f, "%s", why);
		doctor_remedy(f, "correct 'certificate' and 'key' in uturn-web.conf(5)");
	} else {
		doctor_judge_pair(&pair, time(NULL), f);
	}
	if (key)
		explicit_bzero(key, strlen(key));
	free(key);
	free(certificate);
}

void doctor_check_certificate(const struct doctor_host *h, struct doctor_finding *f)
{
	struct doctor_web_file web;
	bool is_tls = false;

	(void)h;
	if (!read_web(&web, f))
		return;
	for (unsigned i = 0; i < web.listener_count; i++)
		is_tls = is_tls || web.listeners[i].is_tls;
	if (!is_tls)
		doctor_ok(f, "none is needed: uturn-web has no listener with tls");
	else if (!*web.certificate || !*web.key)
		doctor_fail(f, "a listener with tls, and no 'certificate' or 'key' in uturn-web.conf(5)");
	else if (is_readable(&web, web.certificate, f) && is_readable(&web, web.key, f))
		check_pair(&web, f);
}

/* One line that uturn-cert leaves when it fails, and removes when it succeeds. */
void doctor_check_renewal(const struct doctor_host *h, struct doctor_finding *f)
{
	char *text = doctor_text(last_error);

	(void)h;
	if (text) {
		doctor_fail(f, "failed: %.*s", (int)strcspn(text, "\n"), text);
		doctor_remedy(f, "journalctl -u uturn-cert; uturn-cert NAME --dry-run");
	} else if (errno == ENOENT) {
		doctor_ok(f, "no failure is known");
	} else {
		doctor_unseen(f, last_error, errno);
	}
	free(text);
}

/* ---- ports ---- */

static bool is_loopback(const struct addr *a)
{
	static const uint8_t own6[16] = { [15] = 1 };

	return a->family == 4 ? a->bytes[0] == 127 : memcmp(a->bytes, own6, sizeof(own6)) == 0;
}

/* [::] takes IPv4 as well. */
static bool takes(const struct addr *a, int six)
{
	static const uint8_t any[16];

	return six ? a->family == 6 : a->family == 4 || memcmp(a->bytes, any, sizeof(any)) == 0;
}

/* A packet passes both backends. */
static enum doctor_input judge_port(const struct doctor_tables *t, int six, uint16_t port)
{
	enum doctor_input worst = DOCTOR_INPUT_OPEN;

	for (int backend = 0; backend < DOCTOR_BACKENDS; backend++) {
		enum doctor_input i = t->text[backend][six] ? doctor_input_judge(t->text[backend][six], port)
							    : DOCTOR_INPUT_OPEN;

		worst = i > worst ? i : worst;
	}
	return worst;
}

void doctor_judge_ports(const struct doctor_tables *tables, const struct doctor_web_file *web, const char *nft_chain,
	struct doctor_finding *f)
{
	doctor_ok(f, "open in INPUT");
	if (!nft_chain) {
		doctor_note(f, "open in INPUT; chains that nftables has of its own are not seen");
		doctor_remedy(f, "install nft(8)");
	} else if (*nft_chain) {
		doctor_note(f, "open in INPUT; the chain '%s' of nftables is not judged", nft_chain);
		doctor_remedy(f, "nft list ruleset");
	}
	for (unsigned i = 0; i < 2 * web->listener_count; i++) {
		const struct addr *a = &web->listeners[i / 2].addr;
		const unsigned port = web->listeners[i / 2].port;
		const int six = i % 2, family = six ? 6 : 4;
		const enum doctor_input input = judge_port(tables, six, (uint16_t)port);

		if (is_loopback(a) || !takes(a, six) || input == DOCTOR_INPUT_OPEN)
			continue;
		if (input == DOCTOR_INPUT_CLOSED) {
			doctor_fail(f, "TCP port %u is closed in INPUT of IPv%d", port, family);
			doctor_remedy(f, "ip%stables -I INPUT -p tcp --dport %u -j ACCEPT, or as your firewall has it",
				six ? "6" : "", port);
			return;
		}
		doctor_note(f, "TCP port %u is open in INPUT of IPv%d for some sources or interfaces alone", port,
			family);
		doctor_remedy(f, "ip%stables -S INPUT", six ? "6" : "");
	}
}

void doctor_check_ports(const struct doctor_host *h, struct doctor_finding *f)
{
	static const char *const arguments[] = { "list", "chains", NULL };
	char nft_chain[DOCTOR_CHAIN_SIZE] = "";
	struct doctor_web_file web;
	struct command c;
	bool is_seen;

	if (!read_web(&web, f))
		return;
	if (h->tables.error) {
		doctor_unseen(f, h->tables.failed, h->tables.error);
		return;
	}
	is_seen = doctor_program_run(&c, "nft", false, arguments) == 0 && c.exit_code == 0;
	if (is_seen)
		(void)doctor_input_has_nft(c.out, nft_chain);
	command_done(&c);
	doctor_judge_ports(&h->tables, &web, is_seen ? nft_chain : NULL, f);
}
