/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

#include <math.h>
#include <stddef.h>

static const uint64_t ms_ns = 1000000, second_ns = 1000000000;

enum {
	WINDOW = 3, /* variants of one test at the same time: a difference makes the others needless */
	VARIANTS = 64, /* of one test, whether they count or not */
	ATTEMPTS = 3,
	LOST = 6, /* variants without an answer and none with one: a firewall */
	HIDDEN = 3,
	BALANCER_BITS = 8,
	SLOT_BITS = 3,
};

unsigned fields_wanted(double e, double share)
{
	const double least = 0.5, most = 0.97; /* at least two ways; beyond, more variants than are sent */

	share = share < least ? least : share > most ? most : share;
	return (unsigned)ceil(log(e) / log(share));
}

void fields_init(struct fields *f, double e)
{
	f->e = e;
	f->count = f->turn = 0;
	f->serial = 0;
	for (unsigned i = 0; i < FIELDS_LANES; i++)
		f->lane_gap_ns[i] = f->lane_free_ns[i] = 0;
}

struct fields_balancer *fields_add(struct fields *f, const struct fields_balancer *b)
{
	struct fields_balancer *added = &f->balancers[f->count];

	if (f->count == FIELDS_BALANCERS)
		return NULL;
	f->count++;
	*added = (struct fields_balancer){
		.share = b->share,
		.timeout_ns = b->timeout_ns,
		.gap_least_ns = b->gap_least_ns,
		.gap_ns = b->gap_least_ns,
		.lane = b->lane,
		.base_count = b->base_count,
		.alive = (uint8_t)((1U << b->base_count) - 1),
		.wanted = (uint16_t)fields_wanted(f->e, b->share),
	};
	fields_test(added, FIELDS_CONTROL, VARIANTS);
	return added;
}

void fields_test(struct fields_balancer *b, unsigned test, unsigned values)
{
	b->tests[test].is_asked = true;
	b->tests[test].values = (uint16_t)values;
}

/* --- what is over --- */

static bool is_decided(const struct fields_balancer *b, unsigned test)
{
	return !b->tests[test].is_asked || b->tests[test].verdict != FIELDS_OPEN;
}

static void check_over(struct fields_balancer *b)
{
	bool is_over = true;

	for (unsigned i = 0; i <= FIELDS_TESTS; i++)
		is_over &= is_decided(b, i);
	b->is_over = is_over || b->is_unstable || !b->alive;
}

static void decide(struct fields_balancer *b, unsigned test, enum fields_verdict verdict)
{
	b->tests[test].verdict = (uint8_t)verdict;
	for (unsigned i = 0; i < FIELDS_SLOTS; i++)
		if (b->slots[i].state == FIELDS_DUE && b->slots[i].test == test) {
			b->slots[i].state = FIELDS_FREE;
			b->tests[test].out--;
		}
	check_over(b);
}

/* The base with the fewest values begun, of those that can be varied once more; -1: none. */
static int base_for(const struct fields_balancer *b, unsigned test)
{
	const struct fields_test *t = &b->tests[test];
	const unsigned usable = test == FIELDS_CONTROL ? b->alive : b->alive & b->known;
	int best = -1;

	for (unsigned i = 0; i < b->base_count; i++)
		if (usable >> i & 1 && t->begun[i] < t->values && (best < 0 || t->begun[i] < t->begun[best]))
			best = (int)i;
	return best;
}

static unsigned count_begun(const struct fields_test *t)
{
	unsigned begun = 0;

	for (unsigned i = 0; i < FIELDS_BASES; i++)
		begun += t->begun[i];
	return begun;
}

/* Once the bases are known, or never will be, a test that has nothing to ask and nothing out is over. */
static void check_exhausted(struct fields_balancer *b, unsigned test)
{
	const struct fields_test *t = &b->tests[test];
	const bool is_hopeless = t->hidden >= HIDDEN || (t->lost >= LOST && !t->same) || count_begun(t) >= VARIANTS;

	if (is_decided(b, test) || t->out)
		return;
	if (is_hopeless || (base_for(b, test) < 0 && (test == FIELDS_CONTROL || is_decided(b, FIELDS_CONTROL))))
		decide(b, test, FIELDS_UNKNOWN);
}

/* --- what is due --- */

static bool may_begin(const struct fields_balancer *b, unsigned test)
{
	const struct fields_test *t = &b->tests[test];

	if (is_decided(b, test) || t->out >= WINDOW || t->same + t->out >= b->wanted)
		return false;
	return t->hidden < HIDDEN && !(t->lost >= LOST && !t->same) && count_begun(t) < VARIANTS &&
		base_for(b, test) >= 0;
}

/* A variant of the test that is furthest behind; the control goes first. */
static struct fields_slot *begin(struct fields_balancer *b, struct fields_slot *slot)
{
	int best = may_begin(b, FIELDS_CONTROL) ? FIELDS_CONTROL : -1;

	for (unsigned i = 0; i < FIELDS_TESTS && best != FIELDS_CONTROL; i++)
		if (may_begin(b, i) && (best < 0 || count_begun(&b->tests[i]) < count_begun(&b->tests[best])))
			best = (int)i;
	if (best < 0)
		return NULL;
	*slot = (struct fields_slot){ .state = FIELDS_DUE,
		.test = (uint8_t)best,
		.base = (uint8_t)base_for(b, (unsigned)best) };
	slot->value = b->tests[best].begun[slot->base]++;
	b->tests[best].out++;
	return slot;
}

static struct fields_slot *due_of(struct fields_balancer *b)
{
	struct fields_slot *unused = NULL;

	for (unsigned i = 0; i < FIELDS_SLOTS; i++) {
		if (b->slots[i].state == FIELDS_DUE)
			return &b->slots[i];
		if (b->slots[i].state == FIELDS_FREE)
			unused = &b->slots[i];
	}
	return unused ? begin(b, unused) : NULL;
}

static void lose(struct fields_balancer *b, struct fields_slot *slot)
{
	struct fields_test *t = &b->tests[slot->test];

	slot->state = FIELDS_FREE;
	t->out--;
	t->lost++;
	if (slot->test == FIELDS_CONTROL && !(b->known >> slot->base & 1))
		b->alive &= (uint8_t) ~(1U << slot->base);
	check_over(b);
}

/* Silence is a limit until it is known to be something else: the routers are asked half as often. */
static void expire(struct fields_balancer *b, uint64_t now_ns, uint64_t *until_ns)
{
	for (unsigned i = 0; i < FIELDS_SLOTS; i++) {
		struct fields_slot *slot = &b->slots[i];

		if (slot->state != FIELDS_OUT)
			continue;
		if (now_ns < slot->sent_ns + b->timeout_ns) {
			if (slot->sent_ns + b->timeout_ns < *until_ns)
				*until_ns = slot->sent_ns + b->timeout_ns;
			continue;
		}
		b->gap_ns = b->gap_ns * 2 < 10 * ms_ns ? 10 * ms_ns : b->gap_ns * 2;
		if (b->gap_ns > second_ns)
			b->gap_ns = second_ns;
		if (slot->attempt == ATTEMPTS || is_decided(b, slot->test))
			lose(b, slot);
		else
			slot->state = FIELDS_DUE;
	}
	for (unsigned i = 0; i <= FIELDS_TESTS; i++)
		check_exhausted(b, i);
}

static void send(struct fields *f, unsigned index, struct fields_slot *slot, uint64_t now_ns, struct fields_probe *p)
{
	struct fields_balancer *b = &f->balancers[index];

	slot->state = FIELDS_OUT;
	slot->attempt++;
	slot->sent_ns = now_ns;
	slot->reference = ++f->serial << (BALANCER_BITS + SLOT_BITS) | index << SLOT_BITS | (uint32_t)(slot - b->slots);
	b->free_ns = now_ns + b->gap_ns;
	f->lane_free_ns[b->lane] = now_ns + f->lane_gap_ns[b->lane];
	f->turn = index + 1;
	fields_find(f, slot->reference, p);
}

enum fields_step fields_next(struct fields *f, uint64_t now_ns, struct fields_probe *p, uint64_t *until_ns)
{
	bool is_done = true;

	*until_ns = now_ns + second_ns;
	for (unsigned i = 0; i < f->count; i++) {
		const unsigned index = (f->turn + i) % f->count;
		struct fields_balancer *b = &f->balancers[index];
		struct fields_slot *slot;
		uint64_t free_ns;

		if (b->is_over)
			continue;
		expire(b, now_ns, until_ns);
		if (b->is_over)
			continue;
		is_done = false;
		free_ns = b->free_ns > f->lane_free_ns[b->lane] ? b->free_ns : f->lane_free_ns[b->lane];
		if (free_ns > now_ns) {
			if (free_ns < *until_ns)
				*until_ns = free_ns;
			continue;
		}
		slot = due_of(b);
		if (!slot)
			continue;
		send(f, index, slot, now_ns, p);
		return FIELDS_SEND;
	}
	return is_done ? FIELDS_DONE : FIELDS_WAIT;
}

/* --- answers --- */

/* The slot of a reference that is still waited for, or NULL. */
static const struct fields_slot *slot_of(const struct fields *f, uint32_t reference)
{
	const unsigned index = reference >> SLOT_BITS & ((1U << BALANCER_BITS) - 1);
	const struct fields_slot *slot;

	if (index >= f->count)
		return NULL;
	slot = &f->balancers[index].slots[reference & (FIELDS_SLOTS - 1)];
	return slot->state == FIELDS_OUT && slot->reference == reference ? slot : NULL;
}

bool fields_find(const struct fields *f, uint32_t reference, struct fields_probe *p)
{
	const struct fields_slot *slot = slot_of(f, reference);

	if (!slot)
		return false;
	*p = (struct fields_probe){
		.reference = reference,
		.balancer = (uint16_t)(reference >> SLOT_BITS & ((1U << BALANCER_BITS) - 1)),
		.value = slot->value,
		.test = slot->test,
		.base = slot->base,
		.is_next_hop = slot->is_next_hop,
	};
	return true;
}

static struct fields_slot *find_slot(struct fields *f, uint32_t reference, struct fields_balancer **b)
{
	struct fields_probe p;

	if (!fields_find(f, reference, &p))
		return NULL;
	*b = &f->balancers[p.balancer];
	return &(*b)->slots[reference & (FIELDS_SLOTS - 1)];
}

void fields_on_refusal(struct fields *f, uint32_t reference)
{
	struct fields_balancer *b;
	struct fields_slot *slot = find_slot(f, reference, &b);

	if (!slot)
		return;
	slot->state = FIELDS_DUE;
	slot->attempt--;
}

/* A base that misses the balancer has no way to be compared with. */
static void on_miss(struct fields_balancer *b, const struct fields_slot *slot, enum fields_outcome outcome)
{
	if (slot->test == FIELDS_CONTROL)
		b->alive &= (uint8_t) ~(1U << slot->base);
	if (outcome == FIELDS_HIDDEN)
		b->tests[slot->test].hidden++;
}

static void on_next_hop(struct fields_balancer *b, const struct fields_slot *slot, enum fields_outcome outcome)
{
	struct fields_test *t = &b->tests[slot->test];

	if (outcome == FIELDS_OTHER && slot->test == FIELDS_CONTROL) {
		b->is_unstable = true;
	} else if (outcome == FIELDS_OTHER) {
		decide(b, slot->test, FIELDS_YES);
	} else if (outcome == FIELDS_SAME) {
		if (slot->test == FIELDS_CONTROL)
			b->known |= (uint8_t)(1U << slot->base);
		if (++t->same >= b->wanted)
			decide(b, slot->test, FIELDS_NO);
	}
}

void fields_on_answer(struct fields *f, uint32_t reference, enum fields_outcome outcome)
{
	struct fields_balancer *b;
	struct fields_slot *slot = find_slot(f, reference, &b);

	if (!slot)
		return;
	b->gap_ns -= b->gap_ns / 4;
	if (b->gap_ns < b->gap_least_ns)
		b->gap_ns = b->gap_least_ns;
	if (!slot->is_next_hop && outcome == FIELDS_SAME && !is_decided(b, slot->test)) {
		slot->is_next_hop = true;
		slot->attempt = 0;
		slot->state = FIELDS_DUE;
		return;
	}
	slot->state = FIELDS_FREE;
	b->tests[slot->test].out--;
	if (is_decided(b, slot->test))
		return;
	if (slot->is_next_hop)
		on_next_hop(b, slot, outcome);
	else
		on_miss(b, slot, outcome);
	check_over(b);
}

/* --- what is known --- */

bool fields_is_unstable(const struct fields *f, unsigned balancer)
{
	return f->balancers[balancer].is_unstable;
}

enum fields_verdict fields_verdict(const struct fields *f, unsigned balancer, unsigned test)
{
	const struct fields_balancer *b = &f->balancers[balancer];

	/* without the control nobody knows what a difference means */
	if (b->is_unstable || b->tests[FIELDS_CONTROL].verdict != FIELDS_NO || b->tests[test].verdict == FIELDS_OPEN)
		return FIELDS_UNKNOWN;
	return b->tests[test].verdict;
}
