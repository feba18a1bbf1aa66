/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/notices.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "common/text.h"
#include "config/config.h"
#include "engine/event.h"
#include "packet/special.h"
#include "process/own_address.h"

enum { WORDS_SIZE = 320 };

struct inflection_address {
	struct addr address; /* family 0: none is configured */
	bool is_missing;
	struct log_limit gone, back; /* an address may come and go often */
};

struct notices {
	struct own_addresses own;
	struct inflection_address inflections[2];
	bool is_self; /* answer-from4 */
	struct addr plain; /* the last target that was not private: probes to it need no further look */
	struct addr translated; /* a private target of a prober that is not private; family 0: none yet */
};

static const char *missing_words(const struct addr *a, char words[WORDS_SIZE])
{
	char text[ADDR_TEXT_SIZE];

	snprintf(words, WORDS_SIZE,
		"inflection %s: not an address of this host (yet?): its answers are sent with a foreign source",
		addr_text(a, text));
	return words;
}

static const char *translated_words(const struct addr *target, char words[WORDS_SIZE])
{
	char text[ADDR_TEXT_SIZE];

	snprintf(words, WORDS_SIZE,
		"probes from the Internet arrive at the private address %s: behind 1:1 NAT (a floating IP) every hop of "
		"the return path shows the public address, set 'answer-from self' and trace with 'traceroute -e' "
		"(uturnd.conf(5), ADDRESS TRANSLATION)",
		addr_text(target, text));
	return words;
}

static void check(struct notices *n, struct inflection_address *i)
{
	bool was_missing = i->is_missing;
	char words[WORDS_SIZE], text[ADDR_TEXT_SIZE];

	i->is_missing = i->address.family && own_address_is_missing(&n->own, &i->address);
	if (i->is_missing && !was_missing)
		log_limited(&i->gone, LOG_LEVEL_WARNING, "%s", missing_words(&i->address, words));
	else if (was_missing && !i->is_missing && i->address.family)
		log_limited(&i->back, LOG_LEVEL_INFO, "inflection %s: is an address of this host now",
			addr_text(&i->address, text));
}

static void check_all(struct notices *n)
{
	for (size_t i = 0; i < sizeof(n->inflections) / sizeof(n->inflections[0]); i++)
		check(n, &n->inflections[i]);
}

int notices_open(struct notices **made)
{
	struct notices *n = calloc(1, sizeof(*n));
	int err = n ? own_addresses_open(&n->own) : -ENOMEM;

	if (err)
		free(n);
	else
		*made = n;
	return err;
}

void notices_close(struct notices *n)
{
	if (n)
		own_addresses_close(&n->own);
	free(n);
}

int notices_fd(const struct notices *n)
{
	return n->own.events;
}

void notices_work(struct notices *n)
{
	own_addresses_read(&n->own);
	check_all(n);
}

void notices_configure(struct notices *n, const struct config *config)
{
	const struct addr *const now[] = { &config->inflection4, &config->inflection6 };

	for (size_t i = 0; i < sizeof(now) / sizeof(now[0]); i++)
		if (!addr_equal(now[i], &n->inflections[i].address))
			n->inflections[i] = (struct inflection_address){ .address = *now[i] };
	n->is_self = config->answer_from4 == ANSWER_FROM_SELF;
	check_all(n);
}

/* RFC 1918, and RFC 6598, in which providers number their customers. */
static bool is_private(const struct addr *a)
{
	const struct special *s = a->family == 4 ? special_find(a) : NULL;

	return s && (s->rfc == 1918 || s->rfc == 6598);
}

/* A network may route between both kinds of addresses; where it translates instead cannot be told from one from here. */
void notices_event(struct notices *n, const struct event *e)
{
	char words[WORDS_SIZE];

	if (n->translated.family || e->reason != REASON_TURNED || addr_equal(&e->target, &n->plain))
		return;
	if (!is_private(&e->target)) {
		n->plain = e->target;
		return;
	}
	if (special_find(&e->prober))
		return;
	n->translated = e->target;
	if (!n->is_self)
		log_warning("%s", translated_words(&e->target, words));
}

json_t *notices_json(struct notices *n)
{
	json_t *all = json_array();
	char words[WORDS_SIZE];

	check_all(n); /* a local route may have made an address ours, of which no event tells */
	for (size_t i = 0; i < sizeof(n->inflections) / sizeof(n->inflections[0]); i++)
		if (n->inflections[i].is_missing)
			json_array_append_new(all, json_string(missing_words(&n->inflections[i].address, words)));
	if (n->translated.family && !n->is_self)
		json_array_append_new(all, json_string(translated_words(&n->translated, words)));
	return all;
}
