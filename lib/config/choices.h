/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uturnd.conf(5) can choose about packets, as types: struct config is made
 * of them, and so is what the engine reads of it (engine/settings.h).
 */
#ifndef UTURN_CONFIG_CHOICES_H
#define UTURN_CONFIG_CHOICES_H

#include <stdbool.h>

#include "packet/addr.h"

enum { CONFIG_SYN_TTL_MAX = 32 }; /* of a SYN, whatever max-ttl is: no path is that long */

enum turn { TURN_FLOW, TURN_MIRROR };
enum answer_from { ANSWER_FROM_ROUTER, ANSWER_FROM_SELF };
enum inflection { INFLECTION_AUTO, INFLECTION_TARGET, INFLECTION_SILENT };
enum tcp_answer { TCP_ANSWER_RST, TCP_ANSWER_SYNACK };

enum { CONFIG_CONTACT_SIZE = 65 }; /* bytes, with the zero at its end */
enum { CONFIG_PREFIXES = 128, CONFIG_REQUEST_PREFIXES = 32 };

struct access {
	struct prefix prefix;
	bool is_allowed;
};

#endif
