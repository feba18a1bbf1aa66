/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets on their way to this host, the next one first; those of one time in the order in which they came. */
#ifndef UTURN_TESTS_FAKENET_QUEUE_H
#define UTURN_TESTS_FAKENET_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/bytes.h"

struct queue;

struct queue *queue_open(void); /* ends the program if memory runs out, as all functions here do */
void queue_close(struct queue *q);
/* Copies the packet. */
void queue_push(struct queue *q, uint64_t at_ns, struct span packet);
/* When the next one is due; UINT64_MAX: there is none. */
uint64_t queue_next_ns(const struct queue *q);
/* The next one, valid until the next call. */
struct span queue_pop(struct queue *q);

#endif
