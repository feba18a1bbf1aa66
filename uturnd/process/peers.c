/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/text.h"
#include "process/peers_state.h"

_Static_assert((int)CONFIG_PEERS <= (int)PEER_SOCKET_ENDS, "one call sends to all peers");
_Static_assert((int)CONFIG_QUEUES <= 32, "a bit for each worker");

static struct peer_end end_of(const struct config_peer *peer)
{
	return (struct peer_end){ peer->addr, peer->port };
}

static int open_sockets(struct peers *p, const struct config *config, char *why, size_t why_size)
{
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < PEERS_SOCKETS; i++) {
		p->own[i] = end_of(i ? &config->peer_listen6 : &config->peer_listen4);
		if (!p->own[i].addr.family)
			continue;
		p->fds[i] = peer_socket_open(&p->own[i], config->mark);
		if (p->fds[i] >= 0)
			continue;
		snprintf(why, why_size, "peer-listen %s, port %u: %s%s", addr_text(&p->own[i].addr, text),
			p->own[i].port, strerror(-p->fds[i]),
			p->fds[i] == -EADDRNOTAVAIL ? " (not an address of this host)" : "");
		return p->fds[i];
	}
	return 0;
}

static int open_all(struct peers *p, const struct config *config, char *why, size_t why_size)
{
	int err = peer_socket_prepare();

	snprintf(why, why_size, "peers: %s", err ? "libsodium cannot be used" : strerror(ENOMEM));
	if (err)
		return err;
	p->shared = mmap(NULL, sizeof(*p->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->shared == MAP_FAILED) {
		p->shared = NULL;
		return -ENOMEM;
	}
	if (getrandom(p->limit.key, sizeof(p->limit.key), 0) != sizeof(p->limit.key)) {
		snprintf(why, why_size, "random numbers: %s", strerror(errno));
		return -errno;
	}
	err = own_addresses_open(&p->addresses);
	if (err) {
		p->addresses = (struct own_addresses){ -1, -1, -1 };
		snprintf(why, why_size, "peers: own addresses: %s", strerror(-err));
		return err;
	}
	return open_sockets(p, config, why, why_size);
}

int peers_open(struct peers **made, const struct config *config, const uint8_t *key, char *why, size_t why_size)
{
	struct peers *p;
	int err;

	*made = NULL;
	if (!config->peer_count)
		return 0;
	snprintf(why, why_size, "peers: %s", strerror(ENOMEM));
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	memcpy(p->key, key, PEER_KEY_SIZE);
	p->fds[0] = p->fds[1] = -1;
	p->addresses = (struct own_addresses){ -1, -1, -1 };
	p->epoch = clock_ns(CLOCK_REALTIME);
	p->count = config->peer_count;
	for (unsigned i = 0; i < p->count; i++)
		p->ends[i] = end_of(&config->peers[i]);
	err = open_all(p, config, why, why_size);
	if (err)
		peers_close(p);
	else
		*made = p;
	return err;
}

void peers_close(struct peers *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < PEERS_SOCKETS; i++)
		if (p->fds[i] >= 0)
			close(p->fds[i]);
	own_addresses_close(&p->addresses);
	if (p->shared)
		munmap(p->shared, sizeof(*p->shared));
	explicit_bzero(p->key, sizeof(p->key));
	free(p);
}

void peers_join(struct peers *p, unsigned worker, const struct config *share)
{
	p->worker = worker;
	p->workers = config_workers(share);
	p->turns_others = share->turns_others;
	p->limit.rate = share->peer_limit;
}

int peers_fd(const struct peers *p, unsigned socket)
{
	return p->fds[socket];
}

void peers_matched(struct peers *p, unsigned peer)
{
	if (peer < p->count)
		__atomic_add_fetch(&p->shared->figures[peer].matched, 1, __ATOMIC_RELAXED);
}

unsigned peers_count(const struct peers *p)
{
	return p ? p->count : 0;
}

struct config_peer peers_end(const struct peers *p, unsigned index)
{
	return (struct config_peer){ p->ends[index].addr, p->ends[index].port };
}

struct peer_figures peers_figures(const struct peers *p, unsigned index)
{
	const struct peer_figures *f = &p->shared->figures[index];
	struct peer_figures figures = *f; /* all but these two are written by this process alone */

	figures.sent = __atomic_load_n(&f->sent, __ATOMIC_RELAXED);
	figures.matched = __atomic_load_n(&f->matched, __ATOMIC_RELAXED);
	return figures;
}
