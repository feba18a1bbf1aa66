/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_queue.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_files.h"
#include "metrics/host_state.h"

enum { NETFILTER = 12, PATH_SIZE = 64 };

unsigned long doctor_netlink_inode(const char *text, uint32_t port)
{
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		unsigned protocol;
		unsigned long inode;
		uint32_t owner;

		line += *line == '\n';
		/* sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
		if (sscanf(line, "%*s %u %" SCNu32 " %*s %*s %*s %*s %*s %*s %lu", &protocol, &owner, &inode) == 3 &&
			protocol == NETFILTER && owner == port)
			return inode;
	}
	return 0;
}

/* Does one of its descriptors lead there? */
static bool holds(const char *pid, const char *socket)
{
	char path[PATH_SIZE], target[PATH_SIZE];
	const struct dirent *entry;
	bool is_held = false;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	folder = opendir(path);
	while (folder && !is_held && (entry = readdir(folder))) {
		ssize_t len = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);

		if (len > 0) {
			target[len] = '\0';
			is_held = strcmp(target, socket) == 0;
		}
	}
	if (folder)
		closedir(folder);
	return is_held;
}

static void read_process(struct doctor_listener *l, const char *pid)
{
	char path[PATH_SIZE];
	char *text;
	const char *parent;

	l->pid = (pid_t)strtol(pid, NULL, 10);
	snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	text = doctor_text(path);
	if (!text)
		return;
	snprintf(l->name, sizeof(l->name), "?");
	(void)sscanf(text, "Name:\t%31[^\n]", l->name);
	parent = strstr(text, "\nPPid:");
	if (parent)
		l->parent = (pid_t)strtol(parent + strlen("\nPPid:"), NULL, 10);
	free(text);
}

/* The first process that has this socket open: uturnd has its queue for itself. */
static void find_owner(struct doctor_listener *l, unsigned long inode)
{
	const struct dirent *entry;
	char socket[PATH_SIZE];
	DIR *folder = opendir("/proc");

	snprintf(socket, sizeof(socket), "socket:[%lu]", inode);
	while (folder && !l->pid && (entry = readdir(folder)))
		if (isdigit((unsigned char)entry->d_name[0]) && holds(entry->d_name, socket))
			read_process(l, entry->d_name);
	if (folder)
		closedir(folder);
}

bool doctor_judge_listener(const struct doctor_listener *l, pid_t uturnd, struct doctor_finding *f)
{
	if (!l->is_there && !uturnd) {
		doctor_note(f, "queue %u has no listener, as uturnd does not run: probes are left to the kernel",
			l->queue);
	} else if (!l->is_there) {
		doctor_fail(f, "queue %u has no listener: probes are left to the kernel", l->queue);
		doctor_remedy(f, "restart uturnd, if 'queue' in uturnd.conf(5) has changed since it started");
	} else if (!l->pid) {
		doctor_note(f, "queue %u has a listener; not seen which program that is", l->queue);
		doctor_remedy(f, "run uturnctl doctor as root");
	} else if (l->pid != uturnd && (!uturnd || l->parent != uturnd) && strcmp(l->name, "uturnd") == 0) {
		doctor_note(f, "queue %u is read by another uturnd (pid %d)", l->queue, (int)l->pid);
		doctor_remedy(f, "name its control socket: uturnctl -s PATH doctor");
	} else if (l->pid != uturnd && (!uturnd || l->parent != uturnd)) {
		doctor_fail(f, "queue %u is taken by another program: %s (pid %d)", l->queue, l->name, (int)l->pid);
		doctor_remedy(f, "choose another 'queue' in uturnd.conf(5), and restart uturnd");
	} else {
		return false;
	}
	return true;
}

void doctor_check_queue(const struct doctor_host *h, struct doctor_finding *f)
{
	static char text[HOST_QUEUES_SIZE];
	const char *queues = host_queues_read(text);
	char *netlink = doctor_text("/proc/net/netlink");
	const unsigned first = h->config.queue_first, last = h->config.queue_last;
	bool is_told = false;

	if (!queues)
		doctor_unseen(f, "/proc/net/netfilter/nfnetlink_queue", EACCES);
	for (unsigned queue = first; queues && !is_told && queue <= last; queue++) {
		struct doctor_listener l = { .queue = queue };
		struct host_queue q;

		l.is_there = host_queue_find(queues, queue, &q);
		if (l.is_there && netlink)
			find_owner(&l, doctor_netlink_inode(netlink, q.port));
		is_told = doctor_judge_listener(&l, h->uturnd, f);
	}
	if (queues && !is_told && first == last)
		doctor_ok(f, "queue %u is read by uturnd", first);
	else if (queues && !is_told)
		doctor_ok(f, "queues %u to %u are read by uturnd", first, last);
	free(netlink);
}

static json_int_t counter(const json_t *counters, const char *name)
{
	return json_integer_value(json_object_get(counters, name));
}

void doctor_judge_queue_drops(unsigned long dropped, unsigned long lost, const json_t *counters,
	struct doctor_finding *f)
{
	json_int_t stale = counter(counters, "queue_stale");

	if (!dropped && !lost && !stale) {
		doctor_ok(f, "none");
		return;
	}
	doctor_note(f,
		"%lu packets dropped (queue full), %lu lost (receive buffer full), %" JSON_INTEGER_FORMAT
		" that waited too long",
		dropped, lost, stale);
	doctor_remedy(f,
		"a flood, or a processor too busy: lower 'limit', or several queues; WORKERS in uturnd.conf(5)");
}

void doctor_check_queue_drops(const struct doctor_host *h, struct doctor_finding *f)
{
	static char text[HOST_QUEUES_SIZE];
	const char *queues = host_queues_read(text);
	unsigned long dropped = 0, lost = 0;

	if (!queues) {
		doctor_unseen(f, "/proc/net/netfilter/nfnetlink_queue", EACCES);
		return;
	}
	for (unsigned queue = h->config.queue_first; queue <= h->config.queue_last; queue++) {
		struct host_queue q;

		if (!host_queue_find(queues, queue, &q))
			continue;
		dropped += q.dropped;
		lost += q.lost;
	}
	doctor_judge_queue_drops(dropped, lost, h->counters, f);
}

static bool has_counters(const json_t *counters, struct doctor_finding *f)
{
	if (counters)
		return true;
	doctor_note(f, "not seen: uturnd does not answer");
	return false;
}

void doctor_judge_capture_drops(const json_t *counters, struct doctor_finding *f)
{
	json_int_t dropped = counter(counters, "capture_dropped");

	if (!has_counters(counters, f))
		return;
	doctor_ok(f, "none");
	if (!dropped)
		return;
	doctor_note(f, "%" JSON_INTEGER_FORMAT " ICMP errors lost (receive buffer full)", dropped);
	doctor_remedy(f, "a flood, or a processor too busy; 'interface' in uturnd.conf(5) narrows the capture");
}

void doctor_check_capture_drops(const struct doctor_host *h, struct doctor_finding *f)
{
	doctor_judge_capture_drops(h->counters, f);
}

void doctor_judge_send_drops(const json_t *counters, uint32_t mark, struct doctor_finding *f)
{
	json_int_t refused = counter(counters, "send_refused"), large = counter(counters, "send_too_large"),
		   unreachable = counter(counters, "send_unreachable");
	char match[48] = "them";

	if (!has_counters(counters, f))
		return;
	doctor_ok(f, "none");
	if (large || unreachable) {
		doctor_note(f,
			"%" JSON_INTEGER_FORMAT " packets that exceed the egress MTU, %" JSON_INTEGER_FORMAT
			" without a route",
			large, unreachable);
		doctor_remedy(f, "see uturn-reasons(7), send_too_large and send_unreachable");
	}
	if (refused) {
		if (mark)
			snprintf(match, sizeof(match), "-m mark --mark 0x%" PRIx32, mark);
		doctor_fail(f, "%" JSON_INTEGER_FORMAT " packets refused by the kernel", refused);
		doctor_remedy(f, "if a firewall of this host drops them, allow %s in OUTPUT: uturn-firewall(7)", match);
	}
}

void doctor_check_send_drops(const struct doctor_host *h, struct doctor_finding *f)
{
	doctor_judge_send_drops(h->counters, h->config.mark, f);
}
