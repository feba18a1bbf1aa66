/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_seats.h"

#include <sys/socket.h>

void seats_init(struct seats *s)
{
	s->clock = 0;
	for (size_t i = 0; i < SEATS; i++)
		client_init(&s->clients[i], -1, &s->rooms[i]);
}

void seats_done(struct seats *s)
{
	for (size_t i = 0; i < SEATS; i++)
		if (s->clients[i].fd >= 0)
			client_done(&s->clients[i]);
}

void seats_active(struct seats *s, struct client *k)
{
	k->active = ++s->clock;
}

void seats_free(struct seats *s, struct client *k)
{
	s->watched -= k->is_watching;
	s->held -= k->is_held;
	client_done(k);
}

static bool is_free(const struct client *k)
{
	return k->fd < 0;
}

static bool is_silent(const struct client *k)
{
	return !k->is_watching && !k->is_held;
}

/* Nobody expects a watcher to speak; but it shall read. */
static bool is_deaf(const struct client *k)
{
	return k->fd >= 0 && k->is_watching && !k->is_held && k->lost;
}

/* Of those who are so, the one that did something least lately. */
static struct client *find(struct seats *s, bool (*is_so)(const struct client *k))
{
	struct client *found = NULL;

	for (size_t i = 0; i < SEATS; i++)
		if (is_so(&s->clients[i]) && (!found || s->clients[i].active < found->active))
			found = &s->clients[i];
	return found;
}

struct client *seats_take(struct seats *s, int fd, bool *is_crowded)
{
	static const char why[] = "{\"error\":\"too many clients, and you were silent longest\"}\n";
	struct client *k = find(s, is_free);

	*is_crowded = !k;
	if (!k) {
		k = find(s, is_silent); /* there is one: not all may watch */
		if (k->out_len == 0)
			send(k->fd, why, sizeof(why) - 1, MSG_NOSIGNAL);
		seats_free(s, k);
	}
	client_init(k, fd, k->room);
	seats_active(s, k);
	return k;
}

bool seats_watch(struct seats *s, struct client *k)
{
	struct client *deaf;

	if (k->is_watching)
		return true;
	if (s->watched >= WATCHERS) {
		deaf = find(s, is_deaf);
		if (!deaf)
			return false;
		seats_free(s, deaf);
	}
	k->is_watching = true;
	s->watched++;
	return true;
}

bool seats_hold(struct seats *s, struct client *k, bool is_held)
{
	if (is_held && !k->is_held && s->held >= HELD)
		return false;
	s->held += is_held;
	s->held -= k->is_held;
	k->is_held = is_held;
	return true;
}
