/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NAT of this host that the nat table of the plan cannot keep from probes. */
#ifndef UTURN_RULES_TRANSLATED_H
#define UTURN_RULES_TRANSLATED_H

#include <stdbool.h>

struct backend;

/* Warns of each table that translates destinations beside that of this backend. */
void translated_tell(const struct backend *b);
/* Where no rules of iptables are ours: of all tables, those of iptables too. family: 4 or 6. */
void translated_tell_all(int family);

/* Does this text of iptables-save(8) translate destinations of packets that arrive? */
bool translated_in_iptables(const char *text);

#endif
