/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "enrich/names.h"

#include <ares.h>
#include <errno.h>
#include <ev.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/siphash.h"
#include "common/text.h"

enum { SETS = 1024, WAYS = 4, PENDING = 256, SOCKETS = 16, TRIES = 2, TIMEOUT_MS = 700 };

static const uint64_t kept_ns = 3600 * UINT64_C(1000000000), kept_none_ns = 300 * UINT64_C(1000000000);

struct cached {
	struct addr addr; /* family 0: free */
	uint64_t until_ns;
	char name[254];
};

struct pending {
	struct names *names;
	struct addr addr; /* family 0: free */
};

struct names {
	struct ev_loop *ev;
	names_told *told;
	void *owner; /* of the callback */
	ares_channel channel;
	bool is_open; /* the channel */
	uint64_t key[2];
	struct names_counts counts;
	struct cached cache[SETS][WAYS];
	struct pending pending[PENDING];
	struct ev_io sockets[SOCKETS];
	struct ev_timer on_time;
};

bool names_is_hostname(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
	size_t len = strlen(name);

	return len > 0 && len <= 253 && strspn(name, letters) == len && name[0] != '.' && name[0] != '-';
}

static struct cached *set_of(struct names *n, const struct addr *a)
{
	uint64_t words[3] = { a->family };

	memcpy(words + 1, a->bytes, sizeof(a->bytes));
	return n->cache[siphash(n->key, words, 3) % SETS];
}

static struct cached *cache_find(struct names *n, const struct addr *a)
{
	struct cached *set = set_of(n, a);

	for (int i = 0; i < WAYS; i++)
		if (addr_equal(&set[i].addr, a) && set[i].until_ns > clock_ns(CLOCK_MONOTONIC))
			return &set[i];
	return NULL;
}

/* Replaces its own older entry, or the one that expires first. */
static void cache_keep(struct names *n, const struct addr *a, const char *name)
{
	struct cached *set = set_of(n, a), *place = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (addr_equal(&set[i].addr, a)) {
			place = &set[i];
			break;
		}
		if (set[i].until_ns < place->until_ns)
			place = &set[i];
	}
	place->addr = *a;
	place->until_ns = clock_ns(CLOCK_MONOTONIC) + (*name ? kept_ns : kept_none_ns);
	snprintf(place->name, sizeof(place->name), "%s", name);
}

static void answered(void *owner, int status, int timeouts, struct hostent *host)
{
	struct pending *p = owner;
	struct names *n = p->names;
	struct addr a = p->addr;
	const char *name = "";

	(void)timeouts;
	p->addr.family = 0;
	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
		return;
	if (status == ARES_SUCCESS && host && host->h_name && names_is_hostname(host->h_name))
		name = host->h_name;
	if (status == ARES_SUCCESS || status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_ETIMEOUT)
		cache_keep(n, &a, name);
	n->told(n->owner, &a, name);
}

/* c-ares says when it wants to be called at the latest; without look-ups the timer is off. */
static void set_timer(struct names *n)
{
	struct timeval wait;

	if (n->is_open && ares_timeout(n->channel, NULL, &wait)) {
		n->on_time.repeat = (double)wait.tv_sec + (double)wait.tv_usec / 1e6 + 0.001;
		ev_timer_again(n->ev, &n->on_time);
	} else {
		ev_timer_stop(n->ev, &n->on_time);
	}
}

static void timed(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct names *n = w->data;

	(void)ev, (void)events;
	ares_process_fd(n->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	set_timer(n);
}

static void socket_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct names *n = w->data;

	(void)ev;
	ares_process_fd(n->channel, events & EV_READ ? w->fd : ARES_SOCKET_BAD,
		events & EV_WRITE ? w->fd : ARES_SOCKET_BAD);
	set_timer(n);
}

/* c-ares opens, uses and closes sockets; we watch them. */
static void socket_changed(void *owner, ares_socket_t fd, int is_readable, int is_writable)
{
	struct names *n = owner;
	struct ev_io *place = NULL;

	for (int i = 0; i < SOCKETS; i++) {
		struct ev_io *w = &n->sockets[i];

		if (ev_is_active(w) && w->fd == fd) {
			place = w;
			break;
		}
		if (!place && !ev_is_active(w))
			place = w;
	}
	if (!place)
		return; /* its look-up ends by its timeout */
	ev_io_stop(n->ev, place);
	if (!is_readable && !is_writable)
		return;
	ev_io_set(place, fd, (is_readable ? EV_READ : 0) | (is_writable ? EV_WRITE : 0));
	ev_io_start(n->ev, place);
}

static int channel_open(struct names *n, const struct names_resolvers *r)
{
	struct ares_options options = {
		.timeout = TIMEOUT_MS,
		.tries = TRIES,
		.lookups = (char *)"fb", /* the hosts file, then DNS; c-ares copies it */
		.sock_state_cb = socket_changed,
		.sock_state_cb_data = n,
	};
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
	char list[NAMES_RESOLVERS * (ADDR_TEXT_SIZE + 1)] = "", text[ADDR_TEXT_SIZE];
	int status;

	if (!r->is_on)
		return ARES_SUCCESS;
	status = ares_init_options(&n->channel, &options, mask);
	if (status != ARES_SUCCESS)
		return status;
	n->is_open = true;
	for (unsigned i = 0; i < r->count && i < NAMES_RESOLVERS; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? "," : "",
			addr_text(&r->servers[i], text));
	return *list ? ares_set_servers_csv(n->channel, list) : ARES_SUCCESS;
}

static void channel_close(struct names *n)
{
	if (n->is_open)
		ares_destroy(n->channel);
	n->is_open = false;
	ev_timer_stop(n->ev, &n->on_time);
	for (int i = 0; i < SOCKETS; i++)
		ev_io_stop(n->ev, &n->sockets[i]);
}

int names_open(struct names **made, struct ev_loop *ev, const struct names_resolvers *r, names_told *told, void *owner,
	char *why, size_t why_size)
{
	struct names *n = calloc(1, sizeof(*n));
	int status = n ? ares_library_init(ARES_LIB_INIT_ALL) : ARES_ENOMEM;

	if (n) {
		n->ev = ev;
		n->told = told;
		n->owner = owner;
		if (getrandom(n->key, sizeof(n->key), 0) != sizeof(n->key))
			abort(); /* never for 16 bytes (getrandom(2)) */
		ev_timer_init(&n->on_time, timed, 0, 1);
		n->on_time.data = n;
		for (int i = 0; i < SOCKETS; i++) {
			ev_init(&n->sockets[i], socket_ready);
			n->sockets[i].data = n;
		}
		*made = n;
	}
	if (status == ARES_SUCCESS)
		status = channel_open(n, r);
	if (status == ARES_SUCCESS)
		return 0;
	snprintf(why, why_size, "resolve: %s ('resolve no' does without names)", ares_strerror(status));
	return -EINVAL;
}

void names_configure(struct names *n, const struct names_resolvers *r)
{
	int status;

	channel_close(n);
	status = channel_open(n, r);
	if (status != ARES_SUCCESS)
		log_error("resolve: %s: names are left out until the next reload", ares_strerror(status));
}

struct names_counts names_counts(const struct names *n)
{
	return n->counts;
}

void names_close(struct names *n)
{
	if (!n)
		return;
	channel_close(n);
	ares_library_cleanup();
	free(n);
}

/* A place for a look-up; NULL where too many are under way. *is_asked: one for this address is under way. */
static struct pending *pending_place(struct names *n, const struct addr *a, bool *is_asked)
{
	struct pending *place = NULL;

	*is_asked = false;
	for (int i = 0; i < PENDING; i++) {
		if (addr_equal(&n->pending[i].addr, a))
			*is_asked = true;
		if (!place && n->pending[i].addr.family == 0)
			place = &n->pending[i];
	}
	return place;
}

enum names_state names_find(struct names *n, const struct addr *a, const char **name)
{
	const struct cached *known = cache_find(n, a);
	struct pending *p;
	bool is_asked;

	if (!n->is_open)
		return NAMES_NONE;
	if (known) {
		n->counts.cached++;
		*name = known->name;
		return NAMES_KNOWN;
	}
	p = pending_place(n, a, &is_asked);
	if (is_asked)
		return NAMES_PENDING;
	if (!p) {
		n->counts.refused++;
		return NAMES_NONE;
	}
	*p = (struct pending){ n, *a };
	n->counts.asked++;
	ares_gethostbyaddr(n->channel, a->bytes, (int)addr_size(a), a->family == 6 ? AF_INET6 : AF_INET, answered, p);
	set_timer(n);
	if (p->addr.family)
		return NAMES_PENDING;
	/* the hosts file answers at once, as does a name server that cannot be reached */
	known = cache_find(n, a);
	if (known)
		*name = known->name;
	return known ? NAMES_KNOWN : NAMES_NONE;
}
