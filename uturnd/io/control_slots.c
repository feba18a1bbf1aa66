/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_slots.h"

#include <sys/socket.h>

void slots_init(struct slots *s)
{
	s->clock = 0;
	for (size_t i = 0; i < SLOTS; i++)
		client_init(&s->clients[i], -1, &s->rooms[i]);
}

void slots_done(struct slots *s)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (s->clients[i].fd >= 0)
			client_done(&s->clients[i]);
}

void slots_active(struct slots *s, struct client *k)
{
	k->active = ++s->clock;
}

void slots_free(struct slots *s, struct client *k)
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
static struct client *find(struct slots *s, bool (*is_so)(const struct client *k))
{
	struct client *found = NULL;

	for (size_t i = 0; i < SLOTS; i++)
		if (is_so(&s->clients[i]) && (!found || s->clients[i].active < found->active))
			found = &s->clients[i];
	return found;
}

struct client *slots_take(struct slots *s, int fd, bool *is_crowded)
{
	static const char why[] = "{\"error\":\"too many clients, and you were silent longest\"}\n";
	struct client *k = find(s, is_free);

	*is_crowded = !k;
	if (!k) {
		k = find(s, is_silent); /* there is one: not all may watch */
		if (k->out_len == 0)
			send(k->fd, why, sizeof(why) - 1, MSG_NOSIGNAL);
		slots_free(s, k);
	}
	client_init(k, fd, k->room);
	slots_active(s, k);
	return k;
}

bool slots_watch(struct slots *s, struct client *k)
{
	struct client *deaf;

	if (k->is_watching)
		return true;
	if (s->watched >= WATCHERS) {
		deaf = find(s, is_deaf);
		if (!deaf)
			return false;
		slots_free(s, deaf);
	}
	k->is_watching = true;
	s->watched++;
	return true;
}

bool slots_hold(struct slots *s, struct client *k, bool is_held)
{
	if (is_held && !k->is_held && s->held >= HELD)
		return false;
	s->held += is_held;
	s->held -= k->is_held;
	k->is_held = is_held;
	return true;
}
