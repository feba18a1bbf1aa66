/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturn-trace(1): all paths to a host, and where the host helps all paths back. */
#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "common/standard_files.h"
#include "common/standard_output.h"
#include "common/text.h"
#include "diff_files.h"
#include "known.h"
#include "live.h"
#include "packet/ip.h"
#include "privilege.h"
#include "put.h"
#include "record/read_json.h"
#include "run.h"
#include "save.h"
#include "trace_options.h"
#include "trace_sandbox.h"
#include "watch.h"
#include "wire_plain.h"
#include "wire_raw.h"

enum { WHY_SIZE = 512 };

/* From here on what others have written may be parsed. screen: closed before an error message; NULL: none. */
static bool confine(enum trace_sandbox which, const struct trace_options *o, struct screen *screen)
{
	char why[WHY_SIZE] = "capabilities cannot be dropped";

	if (privilege_drop() && trace_sandbox_enter(which, o, why, sizeof(why)))
		return true;
	screen_close(screen);
	trace_error("%s", why);
	return false;
}

static uint8_t protocol_of(const struct trace_options *o, uint8_t family)
{
	return o->protocol == TRACE_UDP    ? PROTOCOL_UDP
		: o->protocol == TRACE_TCP ? PROTOCOL_TCP
					   : ip_icmp_protocol(family);
}

static enum payload_kind payload_of(const struct trace_options *o)
{
	return o->payload == TRACE_PAYLOAD_DNS     ? PAYLOAD_DNS
		: o->payload == TRACE_PAYLOAD_QUIC ? PAYLOAD_QUIC
						   : PAYLOAD_TEXT;
}

static int fail_permission(const struct trace_options *o)
{
	static const char *const words[] = { "udp", "tcp", "icmp" };

	trace_error("%s needs CAP_NET_RAW: setcap cap_net_raw+ep /usr/bin/uturn-trace%s", words[o->protocol],
		o->protocol == TRACE_UDP ? "" : " (udp works without)");
	return STATUS_PERMISSION;
}

/* Sockets are open by now: from here on only answers are parsed, without any privilege. */
static int trace_over(const struct trace_options *o, struct ev_loop *ev, struct run *run, struct wire *wire,
	struct known *known, struct save *save, struct trace_record *record)
{
	struct screen *screen = NULL;
	char why[WHY_SIZE] = "";
	enum run_end end;

	if (o->is_live && !screen_open(&screen, "--live", "--watch", why, sizeof(why))) {
		trace_error("%s", why);
		return STATUS_USAGE;
	}
	if (!confine(TRACE_SANDBOX_RUN, o, screen))
		return STATUS_PERMISSION;
	if (o->is_live) {
		const struct live_setting setting = { o, ev, run, wire, known, save, run_world(run)->answers.aim,
			record->target_name, screen };

		return live(&setting);
	}
	if (o->watch_ns) {
		const struct watch_world world = { o, ev, run, wire, known, save, record->target_name, stdout, 0 };

		return watch(&world);
	}
	end = run_trace(run, wire, why, sizeof(why));
	if (end == RUN_FAILED) {
		trace_error("%s", why);
		return STATUS_NOT_REACHED;
	}
	if (!run_fill(run, record)) {
		trace_error("%s", strerror(ENOMEM));
		return STATUS_NOT_REACHED;
	}
	if (end != RUN_INTERRUPTED)
		known_add(known, ev, o, record);
	if (!put_record(o, save, record))
		return STATUS_USAGE;
	if (run_is_interrupted(run))
		return STATUS_INTERRUPTED;
	return record->is_reached ? STATUS_REACHED : STATUS_NOT_REACHED;
}

/* Without privilege one line says what is missing, and UDP still works. */
static int open_wire(const struct trace_options *o, struct run *run, struct wire **wire, char *why, size_t why_size)
{
	const bool is_plain = run_is_plain(run);

	if (is_plain && o->protocol != TRACE_UDP)
		return -EPERM;
	if (!is_plain && !privilege_raise())
		return -EPERM;
	if (!is_plain)
		return wire_raw_open(wire, run_world(run), why, why_size);
	if (o->wants_fields || o->wants_routers)
		trace_error("--fields and --routers are not available with UDP sockets");
	if (o->has_mtu)
		trace_error("--mtu is not available with UDP sockets: they do not show which probe was too large");
	if (!o->is_plain)
		trace_error(
			"without CAP_NET_RAW: no tcp, icmp, marks of headers, uturn-request(7), nor routers that quote "
			"8 bytes (setcap cap_net_raw+ep /usr/bin/uturn-trace)");
	return wire_plain_open(wire, run_world(run), why, why_size);
}

static int trace_to(const struct trace_options *o, const char *name, const struct aim *aim, struct known *known,
	struct save *save)
{
	struct ev_loop *ev = ev_default_loop(0);
	struct trace_record record;
	struct wire *wire = NULL;
	char why[WHY_SIZE] = "";
	struct run *run;
	int err = ev ? run_open(&run, ev, o, aim, o->is_plain || !privilege_is_there()) : -EIO;
	int status = STATUS_NOT_REACHED;

	if (err) {
		trace_error("%s", strerror(-err));
		return STATUS_NOT_REACHED;
	}
	trace_record_init(&record);
	snprintf(record.target_name, sizeof(record.target_name), "%s", o->target_name ? o->target_name : name);
	for (char *c = record.target_name; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?'; /* as no saved trace has it */
	err = open_wire(o, run, &wire, why, sizeof(why));
	if (!err) {
		status = trace_over(o, ev, run, wire, known, save, &record);
		wire->close(wire);
	} else if (err == -EPERM) {
		status = fail_permission(o);
	} else {
		trace_error("%s", why);
	}
	trace_record_done(&record);
	run_close(run);
	return status;
}

/* As large as the link is that probes leave by; a route may say less, but that is what is to be found out. */
static uint16_t mtu_of(const struct aim *aim)
{
	char name[INTERFACE_SIZE] = "";
	unsigned mtu = 0;

	if (*aim->interface)
		mtu = interface_mtu(aim->interface);
	else if (interface_of_route(&aim->source, &aim->target, name))
		mtu = interface_mtu(name);
	return mtu < UINT16_MAX ? (uint16_t)mtu : UINT16_MAX;
}

/* Files that this user may read are open by now; the name comes from the network. */
static int trace_known(const struct trace_options *o, const char *name, struct known *known, struct save *save)
{
	struct aim aim = { .tos = o->tos, .port = o->port };
	char why[WHY_SIZE] = "";

	if (!privilege_lower()) {
		trace_error("root cannot be left");
		return STATUS_PERMISSION;
	}
	if (aim_at(&aim, name, o->family, o->source, o->interface, why, sizeof(why))) {
		trace_error("%s", why);
		return STATUS_USAGE;
	}
	aim.protocol = protocol_of(o, aim.target.family);
	aim.payload = payload_of(o);
	if (o->has_mtu)
		aim.mtu = mtu_of(&aim);
	flows_init(&aim.flows, &aim.target, aim.protocol);
	return trace_to(o, name, &aim, known, save);
}

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		trace_error("%s: %s", path, strerror(errno));
	return file;
}

/* name NULL: the target of the file, by its address, since flows depend on that. */
static int trace_like(const struct trace_options *o, const char *name, FILE *file, struct known *known,
	struct save *save)
{
	struct trace_options own = *o;
	struct trace_record like;
	char address[ADDR_TEXT_SIZE], why[WHY_SIZE] = "";
	int status = STATUS_USAGE;

	trace_record_init(&like);
	if (!privilege_lower()) {
		trace_error("root cannot be left");
		status = STATUS_PERMISSION;
	} else if (!read_json_file(&like, file, o->like, why, sizeof(why))) {
		trace_error("%s", why);
	} else if (trace_options_like(&own, &like)) {
		addr_text(&like.target, address);
		own.target_name = name || !*like.target_name ? NULL : like.target_name;
		status = trace_known(&own, name ? name : address, known, save);
	}
	trace_record_done(&like);
	return status;
}

static int trace(const struct trace_options *o, const char *name, struct save *save)
{
	FILE *like = o->like ? open_file(o->like) : NULL;
	struct known known;
	char why[WHY_SIZE] = "";
	int status;

	if (o->like && !like)
		return STATUS_USAGE;
	if (known_open(&known, o, why, sizeof(why))) {
		trace_error("%s", why);
		if (like)
			fclose(like);
		return STATUS_USAGE;
	}
	if (like)
		status = trace_like(o, name, like, &known, save);
	else
		status = trace_known(o, name, &known, save);
	known_close(&known);
	if (like)
		fclose(like);
	return status;
}

static int show(const struct trace_options *o, const char *path, struct save *save)
{
	struct trace_record record;
	char why[WHY_SIZE] = "";
	FILE *file = open_file(path);
	bool is_read;

	if (!file)
		return STATUS_USAGE;
	trace_record_init(&record);
	is_read = confine(TRACE_SANDBOX_READ, o, NULL);
	if (is_read) {
		is_read = read_json_file(&record, file, path, why, sizeof(why));
		if (is_read)
			is_read = put_record(o, save, &record);
		else
			trace_error("%s", why);
	}
	fclose(file);
	trace_record_done(&record);
	return is_read ? STATUS_REACHED : STATUS_USAGE;
}

static int diff(const struct trace_options *o, const char *before_name, const char *after_name, struct save *save)
{
	FILE *before = open_file(before_name), *after = before ? open_file(after_name) : NULL;
	int status = DIFF_STATUS_TROUBLE;

	if (after && confine(TRACE_SANDBOX_READ, o, NULL))
		status = diff_files(o, before, before_name, after, after_name, save);
	if (before)
		fclose(before);
	if (after)
		fclose(after);
	return status;
}

/* A target; or `show` or `diff` with their files. */
static int with_outputs(const struct trace_options *o, char **words, int count)
{
	struct save *save;
	char why[WHY_SIZE] = "";
	int status;

	if (!save_open(&save, o, why, sizeof(why))) {
		trace_error("%s", why);
		return STATUS_USAGE;
	}
	status = count < 2   ? trace(o, count ? words[0] : NULL, save)
		: count == 2 ? show(o, words[1], save)
			     : diff(o, words[1], words[2], save);
	save_close(save);
	return status;
}

/* Where `s` of --live writes to without -o: in this folder, by the time at which it began. */
static void imply_output(struct trace_options *o)
{
	static char path[64];
	const time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(path, sizeof(path), "uturn-trace-%Y%m%dT%H%M%SZ.json", &utc);
	o->outputs[o->output_count++] = (struct trace_output){ path, FORMAT_JSON };
	o->is_output_implied = true;
}

static int run_command(int argc, char **argv)
{
	struct trace_options o;
	int first, status;

	if (!privilege_begin()) {
		trace_error("root cannot be left");
		return STATUS_PERMISSION;
	}
	if (!trace_options_take(argc, argv, &o, &first, &status))
		return status;
	if (argc - first == 2 && strcmp(argv[first], "show") == 0)
		return with_outputs(&o, argv + first, 2);
	if (argc - first == 3 && strcmp(argv[first], "diff") == 0)
		return diff_has_formats(&o) ? with_outputs(&o, argv + first, 3) : DIFF_STATUS_TROUBLE;
	if (o.is_live && !o.output_count)
		imply_output(&o);
	if (argc - first == 1)
		return with_outputs(&o, argv + first, 1);
	if (argc == first && o.like)
		return with_outputs(&o, NULL, 0);
	if (argc == first)
		trace_error("a target is missing: see uturn-trace --help");
	else
		trace_error("one target at a time, not '%s %s': see uturn-trace --help", argv[first], argv[first + 1]);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	int status;

	standard_files_open();
	log_open("uturn-trace", LOG_LEVEL_ERROR);
	status = run_command(argc, argv);
	if (standard_output_close("uturn-trace"))
		return status;
	return status ? status : STATUS_NOT_REACHED;
}
