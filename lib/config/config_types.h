/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uturnd.conf(5) can say, read: plain memory without pointers, which may
 * be copied, compared and thrown away. config.h reads it from a file.
 */
#ifndef UTURN_CONFIG_CONFIG_TYPES_H
#define UTURN_CONFIG_CONFIG_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/choices.h"

/* What has set answer-from: the file itself, or for its `auto` the saved verdict, or nothing. */
enum chosen { CHOSEN_BY_FILE, CHOSEN_BY_VERDICT, CHOSEN_BY_NOBODY };

enum {
	CONFIG_QUEUES = 32, /* a worker each */
	CONFIG_PORT_RANGES = 16,
	CONFIG_WHY_SIZE = 512,
	CONFIG_PATH_SIZE = 108,
	CONFIG_DENY_FILES = 8,
	CONFIG_PEERS = 32,
	CONFIG_PEER_PORT = 8874, /* where no other is named; not registered at IANA */
};

/* One end of what peers send each other by UDP. */
struct config_peer {
	struct addr addr; /* family 0: none */
	uint16_t port;
};

struct config_ports {
	uint16_t first, last;
};

struct config {
	uint16_t queue_first, queue_last;
	uint8_t max_ttl;
	enum turn turn;
	enum answer_from answer_from4, answer_from6;
	enum chosen answer_from_chosen4, answer_from_chosen6;
	enum inflection inflection; /* of a family without an address below */
	struct addr inflection4, inflection6; /* family 0: none */
	enum tcp_answer tcp_answer;
	bool reach_check;
	bool pace; /* repeated probes for limited routers are refused */
	bool turns_others; /* other-protocols: UDP-Lite, DCCP with ports swapped, the rest mirrored */
	uint32_t in_flight; /* flights */
	uint64_t keep_ns;
	/* longest prefix first; 0.0.0.0/0 and ::/0 are always there, so the first that contains a prober decides */
	struct access access[CONFIG_PREFIXES];
	unsigned access_count;
	char deny_files[CONFIG_DENY_FILES][CONFIG_PATH_SIZE]; /* deny_list.h reads them */
	unsigned deny_file_count;
	uint32_t limit_per_prober, limit_per_network, limit_total; /* probes a second */
	char interface[16]; /* "" means all */
	char control[CONFIG_PATH_SIZE];
	char user[33];
	char operator_group[33]; /* "" means none */
	uint32_t mark;
	char contact[CONFIG_CONTACT_SIZE]; /* of the operator, sent to probers; "" means none */
	bool request, require_padding;
	/* which requesters may ask for the path to which other hosts; either empty: none */
	struct prefix request_from[CONFIG_REQUEST_PREFIXES], request_target[CONFIG_REQUEST_PREFIXES];
	unsigned request_from_count, request_target_count;
	bool inband;
	struct config_ports
		inband_ports[CONFIG_PORT_RANGES]; /* of connections that others than operators may have traced */
	unsigned inband_port_count;
	/* hosts with the same addresses that are told of errors which match no flight here; none of them is this host */
	struct config_peer peers[CONFIG_PEERS];
	unsigned peer_count;
	struct config_peer peer_listen4, peer_listen6;
	char peer_key[CONFIG_PATH_SIZE]; /* peer_key.h reads it; "" means none */
	uint32_t peer_limit; /* datagrams a second to each peer */
	bool log_traces; /* a line for each that has ended */
};

#endif
