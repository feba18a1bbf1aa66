/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uturnd.conf(5): `keyword value` lines, one table of keywords.
 *
 * A config is plain memory without pointers: copy it, compare it, throw it
 * away. config_load() and config_parse() start from the defaults, and change
 * *c only when the whole file is right; the first wrong line is named in `why`
 * as "FILE:LINE: words, remedy".
 */
#ifndef UTURN_CONFIG_CONFIG_H
#define UTURN_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/choices.h"
#include "packet/addr.h"

/* Who has said so: the file itself, or for its `auto` the saved verdict, or nobody. */
enum chosen { CHOSEN_BY_FILE, CHOSEN_BY_VERDICT, CHOSEN_BY_NOBODY };

enum {
	CONFIG_QUEUES = 32, /* a worker each */
	CONFIG_PORT_RANGES = 16,
	CONFIG_WHY_SIZE = 512,
	CONFIG_PATH_SIZE = 108
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
	enum inflection inflection; /* where the family has no address of its own below */
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
	uint32_t limit_per_prober, limit_per_network, limit_total; /* probes a second */
	char interface[16]; /* "" means all */
	char control[CONFIG_PATH_SIZE];
	char user[33];
	uint32_t mark;
	bool request, require_padding;
	/* who may ask for the way to another host, and to which; both empty: nobody */
	struct prefix request_from[CONFIG_REQUEST_PREFIXES], request_target[CONFIG_REQUEST_PREFIXES];
	unsigned request_from_count, request_target_count;
	bool inband;
	struct config_ports inband_ports[CONFIG_PORT_RANGES]; /* of connections that others than root may have traced */
	unsigned inband_port_count;
};

extern const char config_path[]; /* the default file */

void config_default(struct config *c);

/*
 * Both return 0, or -1 with why filled in; path NULL is the default file, which has to exist. `answer-from auto` is
 * `router` to config_parse(), and what config_verdict.h knows to config_load().
 */
int config_load(const char *path, struct config *c, char *why, size_t why_size);
int config_parse(const char *name, const char *text, size_t len, struct config *c, char *why, size_t why_size);

/* One for each queue. */
unsigned config_workers(const struct config *c);
/*
 * The configuration of one of them: its part of what is for all together. The
 * kernel spreads a network's probers over the workers, but one is with one.
 */
void config_share(const struct config *whole, struct config *share);

#endif
