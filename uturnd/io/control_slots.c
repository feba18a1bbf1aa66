/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_slots.h"

#include <sys/socket.h>

void control_slots_init(struct control_slots *s)
{
	s->clock = 0;
	for (size_t i = 0; i < SLOTS; i++)
		control_client_init(&s->clients[i], -1, &s->rooms[i]);
}

void control_slots_done(struct control_slots *s)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (s->clients[i].fd >= 0)
			control_client_done(&s->clients[i]);
}

void control_slots_active(struct control_slots *s, struct control_client *k)
{
	k->active = ++s->clock;
}

void control_slots_free(struct control_slots *s, struct control_client *k)
{
	s->watched -= k->is_watching;
	s->followed -= k->is_following;
	s->held -= k->is_held;
	control_client_done(k);
}

static bool is_free(const struct control_client *k)
{
	return k->fd < 0;
}

static bool is_idle(const struct control_client *k)
{
	return !k->is_watching && !k->is_held;
}

/* A watcher need not send anything, but it has to read. */
static bool is_not_reading(const struct control_client *k)
{
	return k->fd >= 0 && k->is_watching && !k->is_held && k->lost;
}

/* The least recently active client of those that match; NULL: none does. */
static struct control_client *find(struct control_slots *s, bool (*matches)(const struct control_client *k))
{
	struct control_client *found = NULL;

	for (size_t i = 0; i < SLOTS; i++)
		if (matches(&s->clients[i]) && (!found || s->clients[i].active < found->active))
			found = &s->clients[i];
	return found;
}

struct control_client *control_slots_take(struct control_slots *s, int fd, bool *is_crowded)
{
	static const char why[] = "{\"error\":\"too many clients: evicted as the least recently active one\"}\n";
	struct control_client *k = find(s, is_free);

	*is_crowded = !k;
	if (!k) {
		k = find(s, is_idle); /* never NULL: fewer than all may watch or be held */
		if (k->out_len == 0)
			send(k->fd, why, sizeof(why) - 1, MSG_NOSIGNAL);
		control_slots_free(s, k);
	}
	control_client_init(k, fd, k->room);
	control_slots_active(s, k);
	return k;
}

bool control_slots_watch(struct control_slots *s, struct control_client *k, bool is_following)
{
	struct control_client *slow;

	if (!k->is_watching && s->watched >= WATCHERS) {
		slow = find(s, is_not_reading);
		if (!slow)
			return false;
		control_slots_free(s, slow);
	}
	s->watched += !k->is_watching;
	k->is_watching = true;
	s->followed += is_following;
	s->followed -= k->is_following;
	k->is_following = is_following;
	return true;
}

bool control_slots_hold(struct control_slots *s, struct control_client *k, bool is_held)
{
	if (is_held && !k->is_held && s->held >= HELD)
		return false;
	s->held += is_held;
	s->held -= k->is_held;
	k->is_held = is_held;
	return true;
}
