/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_seats.h"

#include <sys/socket.h>

void seats_init(struct seats *s)
{
	s->clock = 0;
	for (size_t i = 0; i < SEATS; i++)
		client_init(&s->clients[i], -1);
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

unsigned seats_watched(const struct seats *s)
{
	unsigned count = 0;

	for (size_t i = 0; i < SEATS; i++)
		count += s->clients[i].fd >= 0 && s->clients[i].is_watching;
	return count;
}

static bool is_free(const struct client *k)
{
	return k->fd < 0;
}

static bool is_silent(const struct client *k)
{
	return !k->is_watching;
}

/* Nobody expects a watcher to speak; but it shall read. */
static bool is_deaf(const struct client *k)
{
	return k->fd >= 0 && k->is_watching && k->lost;
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
		client_done(k);
	}
	client_init(k, fd);
	seats_active(s, k);
	return k;
}

bool seats_watch(struct seats *s, struct client *k)
{
	struct client *deaf;

	if (!k->is_watching && seats_watched(s) >= WATCHERS) {
		deaf = find(s, is_deaf);
		if (!deaf)
			return false;
		client_done(deaf);
	}
	k->is_watching = true;
	return true;
}
