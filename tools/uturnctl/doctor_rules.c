/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_files.h"

struct counts {
	unsigned own, others;
};

/* Rules of all tables; ours are in chains of ours, or lead there. */
static void count_rules(const char *text, struct counts *c)
{
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		char rule[512];

		line += *line == '\n';
		if (strncmp(line, "-A ", 3) != 0)
			continue;
		snprintf(rule, sizeof(rule), "%.*s", (int)strcspn(line, "\n"), line);
		if (strncmp(rule, "-A UTURN", strlen("-A UTURN")) == 0 || strstr(rule, "-j UTURN"))
			c->own++;
		else
			c->others++;
	}
}

void doctor_judge_backends(const struct doctor_tables *t, struct doctor_finding *f)
{
	struct counts c[DOCTOR_BACKENDS] = { { 0, 0 } };

	for (int backend = 0; backend < DOCTOR_BACKENDS; backend++)
		for (int six = 0; six < 2; six++)
			count_rules(t->text[backend][six], &c[backend]);
	if (t->nftables && c[DOCTOR_NFT].own + c[DOCTOR_LEGACY].own > 0) {
		doctor_fail(f, "rules of uturn-rules in iptables and in nftables, so that probes are queued twice");
		doctor_remedy(f, "uturn-rules remove --backend nftables, or --backend %s",
			c[DOCTOR_NFT].own ? "nft" : "legacy");
		return;
	}
	if (t->nftables) {
		doctor_ok(f, "not in use: the rules are a table of nftables");
		return;
	}
	if (c[DOCTOR_NFT].own && c[DOCTOR_LEGACY].own) {
		doctor_fail(f, "rules of uturn-rules in both backends, so that probes are queued twice");
		doctor_remedy(f, "uturn-rules remove --backend legacy, or nft");
		return;
	}
	for (int backend = 0; backend < DOCTOR_BACKENDS; backend++) {
		if (!c[backend].others || !c[1 - backend].own)
			continue;
		doctor_note(f, "both backends in use: ours in %s, %u rules of others in %s",
			doctor_backends[1 - backend], c[backend].others, doctor_backends[backend]);
		doctor_remedy(f,
			"the kernel asks both; if that is not intended: update-alternatives --config iptables");
		return;
	}
	doctor_ok(f, "one backend in use: %s",
		doctor_backends[c[DOCTOR_LEGACY].own + c[DOCTOR_LEGACY].others > 0 && !c[DOCTOR_NFT].own &&
			!c[DOCTOR_NFT].others]);
}

/* True where all could be read. */
static bool are_seen(const struct doctor_host *h, struct doctor_finding *f)
{
	if (!h->tables.error)
		return true;
	doctor_unseen(f, h->tables.failed, h->tables.error);
	return false;
}

void doctor_check_backends(const struct doctor_host *h, struct doctor_finding *f)
{
	if (are_seen(h, f))
		doctor_judge_backends(&h->tables, f);
}

/* A family, or the table of nftables, in comparison with the plan; lines between them are the difference itself. */
static bool is_summary(const char *line, int len)
{
	static const char end[] = "(nftables)";

	if (len == 0 || line[len - 1] == ':')
		return false;
	return strncmp(line, "IPv", 3) == 0 || memmem(line, (size_t)len, end, strlen(end));
}

static void join_lines(const char *text, char words[DOCTOR_FOUND_SIZE])
{
	words[0] = '\0';
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		const size_t used = strlen(words);
		int len;

		line += *line == '\n';
		len = (int)strcspn(line, "\n");
		if (!is_summary(line, len))
			continue;
		snprintf(words + used, DOCTOR_FOUND_SIZE - used, "%s%.*s", used ? "; " : "", len, line);
	}
}

/* The first warning; NULL: none. xt_recent has a check of its own, and a kernel without IPv6 is not wrong. */
static const char *find_warning(const char *err)
{
	static const char begin[] = "uturn-rules: ", recent[] = "uturn-rules: above ",
			  no_ipv6[] = "uturn-rules: this kernel runs without IPv6: only IPv4";

	for (const char *line = err; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, begin, strlen(begin)) == 0 && strncmp(line, recent, strlen(recent)) != 0 &&
			strncmp(line, no_ipv6, strlen(no_ipv6)) != 0)
			return line + strlen(begin);
	}
	return NULL;
}

void doctor_judge_rules(int exit_code, const char *out, const char *err, struct doctor_finding *f)
{
	const char *warning = find_warning(err);
	char words[DOCTOR_FOUND_SIZE];

	join_lines(out, words);
	if (exit_code == 0 && !warning) {
		doctor_ok(f, "%s", words);
	} else if (exit_code == 0) {
		doctor_note(f, "%.*s", (int)strcspn(warning, "\n"), warning);
	} else {
		doctor_fail(f, "%s%s%.*s", words, *words && warning ? "; " : "",
			warning ? (int)strcspn(warning, "\n") : 0, warning ? warning : "");
		doctor_remedy(f, "uturn-rules check shows the difference, uturn-rules apply --config FILE ends it");
	}
}

/*
 * The options of the uturn-rules that keeps them, or the configuration's. Returns
 * how many words; they point into *arguments, for the caller to free.
 */
static size_t find_options(const struct doctor_host *h, char **arguments, const char *options[DOCTOR_OPTIONS + 1])
{
	json_int_t pid = json_integer_value(json_object_get(h->rules, "pid"));
	size_t len = 0, count = 0;
	bool is_kept = false;

	*arguments = pid > 0 ? doctor_arguments((pid_t)pid, &len) : NULL;
	options[count++] = "check";
	for (const char *at = *arguments; at && at < *arguments + len; at += strlen(at) + 1) {
		if (at == *arguments)
			continue; /* its name */
		if (!is_kept && strcmp(at, "keep") == 0)
			is_kept = true;
		else if (count < DOCTOR_OPTIONS)
			options[count++] = at;
	}
	if (!is_kept) {
		count = 1;
		options[count++] = "--config";
		options[count++] = h->config_path;
	}
	options[count] = NULL;
	return count;
}

void doctor_check_rules(const struct doctor_host *h, struct doctor_finding *f)
{
	const char *options[DOCTOR_OPTIONS + 1];
	char *arguments;
	struct command c;
	int err;

	if (geteuid() != 0) {
		doctor_note(f, "not seen");
		doctor_remedy(f, "run uturnctl doctor as root");
		return;
	}
	if (h->config_error) {
		doctor_note(f, "not seen: the configuration cannot be read");
		return;
	}
	find_options(h, &arguments, options);
	err = doctor_program_run(&c, "uturn-rules", true, options);
	if (err)
		doctor_unseen(f, "uturn-rules", -err);
	else
		doctor_judge_rules(c.exit_code, c.out, c.err, f);
	command_done(&c);
	free(arguments);
}

void doctor_judge_kept(const json_t *rules, struct doctor_finding *f)
{
	static const char *const families[] = { "ipv4", "ipv6" }, *const names[] = { "IPv4", "IPv6" };
	json_int_t repaired = 0;

	if (!rules) {
		doctor_note(f, "no: what another program removes stays away until uturn-rules apply");
		doctor_remedy(f, "systemctl start uturn-rules");
		return;
	}
	for (int i = 0; i < 2; i++) {
		const json_t *family = json_object_get(rules, families[i]);
		const char *state = json_string_value(json_object_get(family, "state"));
		const char *error = json_string_value(json_object_get(family, "error"));

		repaired += json_integer_value(json_object_get(family, "repaired"));
		if (!family || (state && strcmp(state, "present") == 0))
			continue;
		doctor_fail(f, "%s %s%s%s", names[i], state ? state : "unknown", error && *error ? ": " : "",
			error ? error : "");
		doctor_remedy(f, "journalctl -u uturn-rules");
		return;
	}
	if (repaired)
		doctor_ok(f, "yes, and applied again %lld time%s", (long long)repaired, repaired == 1 ? "" : "s");
	else
		doctor_ok(f, "yes");
}

void doctor_check_kept(const struct doctor_host *h, struct doctor_finding *f)
{
	doctor_judge_kept(h->rules, f);
}

void doctor_judge_request(const struct doctor_tables *t, bool is_on, struct doctor_finding *f)
{
	bool is_queued = t->nftables && strstr(t->nftables, " requests");

	for (int backend = 0; backend < DOCTOR_BACKENDS; backend++)
		for (int six = 0; six < 2; six++)
			if (t->text[backend][six] && strstr(t->text[backend][six], "-j UTURN-request"))
				is_queued = true;
	if (is_on && !is_queued) {
		doctor_fail(f, "on, and the rules queue no request");
		doctor_remedy(f, "give uturn-rules --config FILE, or --request");
	} else if (!is_on && is_queued) {
		doctor_note(f, "off, and the rules queue requests");
		doctor_remedy(f, "'request on' in uturnd.conf(5), or uturn-rules without --request");
	} else {
		doctor_ok(f, "%s", is_on ? "on, and queued" : "off");
	}
}

void doctor_check_request(const struct doctor_host *h, struct doctor_finding *f)
{
	if (h->config_error)
		doctor_note(f, "not seen: the configuration cannot be read");
	else if (are_seen(h, f))
		doctor_judge_request(&h->tables, h->config.request, f);
}
