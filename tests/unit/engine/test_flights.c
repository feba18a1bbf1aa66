/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <string.h>

#include "engine/flights.h"
#include "engine/flights_find.h"
#include "packet/probe.h"

static const uint64_t key[2] = { 1, 2 };
static const uint64_t ms_ns = 1000000;

/* A table with its memory cut to its exact size. */
static struct flights table_of(uint32_t capacity)
{
	struct flights f;

	flights_init(&f, packet_room(flights_bytes(capacity)).at, capacity, key);
	return f;
}

static void set_ends(struct flight *flight, const char *prober, const char *target)
{
	struct addr from = addr_of(prober), to = addr_of(target);

	flight->head[0] = 0x45;
	memcpy(flight->head + IP_FROM4, from.bytes, 4);
	memcpy(flight->head + IP_TO4, to.bytes, 4);
}

static struct flight udp_flight(uint16_t target_port, uint16_t prober_port, uint16_t sum, uint32_t tag)
{
	struct flight flight = { .protocol = PROTOCOL_UDP, .tag = tag };

	set_ends(&flight, "10.1.1.10", "203.0.113.80");
	store_u16(flight.l4, target_port);
	store_u16(flight.l4 + 2, prober_port);
	store_u16(flight.l4 + 4, 40);
	store_u16(flight.l4 + 6, sum);
	return flight;
}

static struct flight *add(struct flights *f, struct flight identity, uint64_t now_ns)
{
	bool evicted;

	return flights_add(f, &identity, span_of(identity.head, HEADER_SIZE4), now_ns, &evicted);
}

static struct quote quote_of(const struct flight *flight)
{
	return (struct quote){ .from = flight_from(flight),
		.to = flight_to(flight),
		.l4 = flight->l4,
		.tag = flight->tag,
		.protocol = flight->protocol,
		.ttl = 1 };
}

static struct flight *find(struct flights *f, struct flight of)
{
	struct quote q = quote_of(&of);
	bool of_check;

	return flights_find(f, &q, &of_check);
}

/* Walks every list both ways: what is out is in one chain and in the list by age, each once. */
static void assert_consistent(struct flights *f)
{
	uint32_t chained = 0, aged = 0, previous = FLIGHT_NONE;
	uint64_t sent_ns = 0;

	find(f, udp_flight(0, 0, 0, 0)); /* what was added last is in its chain after that */
	for (uint32_t b = 0; b <= f->bucket_mask; b++) {
		previous = UINT32_C(1) << 31 | b;
		for (uint32_t i = f->buckets[b]; i != FLIGHT_NONE; previous = i, i = f->pool[i].chain.next) {
			assert_int_equal(f->pool[i].chain.prev, previous);
			assert_true(++chained <= f->capacity);
		}
	}
	previous = FLIGHT_NONE;
	for (uint32_t i = f->age.next; i != FLIGHT_NONE; previous = i, i = f->pool[i].age.next) {
		assert_int_equal(f->pool[i].age.prev, previous);
		assert_true(f->pool[i].sent_ns >= sent_ns);
		sent_ns = f->pool[i].sent_ns;
		assert_true(++aged <= f->capacity);
	}
	assert_int_equal(f->age.prev, previous);
	assert_int_equal(chained, f->out);
	assert_int_equal(aged, f->out);
}

static void found_until_removed(void **state)
{
	struct flights f = table_of(4);
	struct flight *one;

	(void)state;
	assert_null(find(&f, udp_flight(53, 4000, 1, 7)));
	one = add(&f, udp_flight(53, 4000, 1, 7), 10);
	assert_int_equal(one->sent_ns, 10);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 1, 7)), one);
	flights_remove(&f, one);
	assert_null(find(&f, udp_flight(53, 4000, 1, 7)));
	assert_int_equal(f.out, 0);
	assert_consistent(&f);
}

/* Each field on its own. */
static void what_identifies(void **state)
{
	static const struct {
		const char *name;
		const char *prober, *target;
		uint8_t protocol;
		uint16_t target_port, prober_port, sum;
		uint32_t tag;
		bool is_found;
	} rows[] = {
		{ "itself", "10.1.1.10", "203.0.113.80", 17, 53, 4000, 1, 7, true },
		{ "another tag", "10.1.1.10", "203.0.113.80", 17, 53, 4000, 1, 8, false },
		{ "another checksum", "10.1.1.10", "203.0.113.80", 17, 53, 4000, 2, 7, true },
		{ "another tag and checksum", "10.1.1.10", "203.0.113.80", 17, 53, 4000, 2, 8, false },
		{ "another prober", "10.1.1.11", "203.0.113.80", 17, 53, 4000, 1, 7, false },
		{ "another target", "10.1.1.10", "203.0.113.81", 17, 53, 4000, 1, 7, false },
		{ "the two swapped", "203.0.113.80", "10.1.1.10", 17, 53, 4000, 1, 7, false },
		{ "another protocol", "10.1.1.10", "203.0.113.80", 6, 53, 4000, 1, 7, false },
		{ "another port", "10.1.1.10", "203.0.113.80", 17, 54, 4000, 1, 7, false },
		{ "the ports swapped", "10.1.1.10", "203.0.113.80", 17, 4000, 53, 1, 7, false },
	};
	struct flights f = table_of(16);

	(void)state;
	add(&f, udp_flight(53, 4000, 1, 7), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flight of = udp_flight(rows[i].target_port, rows[i].prober_port, rows[i].sum, rows[i].tag);

		set_ends(&of, rows[i].prober, rows[i].target);
		of.protocol = rows[i].protocol;
		if (!find(&f, of) == rows[i].is_found)
			fail_msg("%s", rows[i].name);
	}
}

static struct flight icmp_flight(uint16_t sum, uint16_t id, uint16_t sequence, uint32_t tag)
{
	struct flight flight = udp_flight(0, sum, id, tag);

	flight.protocol = PROTOCOL_ICMP;
	store_u16(flight.l4 + 4, id);
	store_u16(flight.l4 + 6, sequence);
	return flight;
}

/* A checksum is at another place in each protocol, and TCP has none in its first 8 bytes. */
static void only_a_checksum_is_forgiven(void **state)
{
	struct flights f = table_of(16);
	struct flight tcp = udp_flight(80, 4000, 3, 7);

	(void)state;
	tcp.protocol = PROTOCOL_TCP;
	add(&f, icmp_flight(1, 2, 3, 7), 0);
	add(&f, tcp, 0);
	assert_non_null(find(&f, icmp_flight(9, 2, 3, 7)));
	assert_null(find(&f, icmp_flight(9, 2, 3, 8)));
	assert_null(find(&f, icmp_flight(1, 9, 3, 7)));
	assert_null(find(&f, icmp_flight(1, 2, 9, 7)));
	store_u16(tcp.l4 + 6, 9);
	assert_null(find(&f, tcp));
}

/* Between those that fit: all, then the checksum forgiven; among equals the oldest. */
static void the_best_fit_wins(void **state)
{
	struct flights f = table_of(16);
	struct flight *first, *second, *third, *fourth, *fifth;

	(void)state;
	first = add(&f, udp_flight(53, 4000, 1, 7), 0);
	second = add(&f, udp_flight(53, 4000, 1, 8), 1);
	third = add(&f, udp_flight(53, 4000, 2, 9), 2);
	fourth = add(&f, udp_flight(53, 4000, 1, 8), 3);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 1, 7)), first);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 1, 8)), second);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 2, 9)), third);
	assert_null(find(&f, udp_flight(53, 4000, 1, 99)));
	/* the tag of the third, the checksum of another, or of none */
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 1, 9)), third);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 77, 9)), third);
	assert_null(find(&f, udp_flight(53, 4000, 77, 99)));
	fifth = add(&f, udp_flight(53, 4000, 77, 8), 4);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 77, 8)), fifth);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 78, 8)), second);
	flights_remove(&f, second);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 1, 8)), fourth);
	flights_remove(&f, fourth);
	assert_ptr_equal(find(&f, udp_flight(53, 4000, 1, 8)), fifth);
	flights_remove(&f, first);
	assert_null(find(&f, udp_flight(53, 4000, 1, 7)));
}

static void the_check_has_bytes_of_its_own(void **state)
{
	struct flights f = table_of(16);
	struct flight identity = udp_flight(53, 4000, 1, 7), *flight = add(&f, identity, 0);
	struct flight check = udp_flight(4000, 53, 5, 7);
	struct quote q = quote_of(&check);
	bool of_check = false;

	(void)state;
	assert_null(flights_find(&f, &q, &of_check));
	flight->is_checked = true;
	memcpy(flight->check_l4, check.l4, QUOTE_L4_SIZE);
	assert_ptr_equal(flights_find(&f, &q, &of_check), flight);
	assert_true(of_check);
	q = quote_of(&identity);
	assert_ptr_equal(flights_find(&f, &q, &of_check), flight);
	assert_false(of_check);
}

static void the_oldest_gives_way(void **state)
{
	enum { CAPACITY = 65536 };
	struct flights f = table_of(CAPACITY);
	bool evicted;

	(void)state;
	for (uint32_t i = 0; i < CAPACITY; i++) {
		struct flight identity = udp_flight((uint16_t)i, 4000, 1, 7);

		flights_add(&f, &identity, span_of(NULL, 0), i, &evicted);
		assert_false(evicted);
	}
	assert_int_equal(f.out, CAPACITY);
	assert_non_null(find(&f, udp_flight(0, 4000, 1, 7)));
	flights_add(&f, &(struct flight){ .protocol = PROTOCOL_TCP }, span_of(NULL, 0), CAPACITY, &evicted);
	assert_true(evicted);
	assert_int_equal(f.out, CAPACITY);
	assert_null(find(&f, udp_flight(0, 4000, 1, 7)));
	assert_non_null(find(&f, udp_flight(1, 4000, 1, 7)));
	assert_consistent(&f);
	flights_add(&f, &(struct flight){ .protocol = PROTOCOL_TCP }, span_of(NULL, 0), CAPACITY, &evicted);
	assert_true(evicted);
	assert_null(find(&f, udp_flight(1, 4000, 1, 7)));
	assert_consistent(&f);
}

static void a_table_of_one(void **state)
{
	struct flights f = table_of(1);
	bool evicted;

	(void)state;
	for (uint16_t i = 0; i < 5; i++) {
		struct flight identity = udp_flight(i, 4000, 1, 7);
		struct flight *flight = flights_add(&f, &identity, span_of(NULL, 0), i, &evicted);

		assert_int_equal(evicted, i > 0);
		flights_check_at(&f, flight, 100 * ms_ns);
		assert_ptr_equal(find(&f, identity), flight);
		assert_consistent(&f);
	}
	assert_non_null(flights_check_due(&f, 200 * ms_ns));
	assert_null(flights_check_due(&f, 200 * ms_ns));
}

/* Every order of removing five that share one chain, and adding them again. */
static void removed_in_all_orders(void **state)
{
	struct flights f = table_of(5);

	(void)state;
	for (unsigned order = 0; order < 120; order++) {
		struct flight *flights[5];
		unsigned rest = order;

		for (uint16_t i = 0; i < 5; i++) {
			flights[i] = add(&f, udp_flight(53, 4000, i, i), order * 10 + i);
			flights_check_at(&f, flights[i], (order * 10 + 300) * ms_ns);
		}
		for (unsigned left = 5; left > 0; left--) {
			unsigned pick = rest % left;

			rest /= left;
			flights_remove(&f, flights[pick]);
			flights[pick] = flights[left - 1];
			assert_consistent(&f);
		}
		assert_int_equal(f.out, 0);
		for (int slot = 0; slot < DUE_SLOTS; slot++)
			assert_int_equal(f.due[slot], FLIGHT_NONE);
	}
}

/* A long run of adding, removing and evicting, against a list that is too simple to be wrong. */
static void agrees_with_a_plain_list(void **state)
{
	enum { CAPACITY = 37, PORTS = 50 };
	struct flights f = table_of(CAPACITY);
	uint16_t list[CAPACITY + 1];
	size_t count = 0;
	uint32_t seed = 1;

	(void)state;
	for (uint64_t step = 1; step < 20000; step++) {
		uint16_t port = (uint16_t)((seed = seed * 1664525 + 1013904223) >> 16) % PORTS;
		struct flight *found = find(&f, udp_flight(port, 4000, 1, 7));
		size_t at = 0;

		while (at < count && list[at] != port)
			at++;
		assert_int_equal(found != NULL, at < count);
		if (found && seed & 1 << 30) {
			flights_remove(&f, found);
			memmove(list + at, list + at + 1, (count-- - at - 1) * sizeof(list[0]));
		} else if (!found) {
			bool evicted;
			struct flight identity = udp_flight(port, 4000, 1, 7);

			flights_add(&f, &identity, span_of(NULL, 0), step, &evicted);
			assert_int_equal(evicted, count == CAPACITY);
			if (evicted)
				memmove(list, list + 1, --count * sizeof(list[0]));
			list[count++] = port;
		}
		assert_int_equal(f.out, count);
		assert_consistent(&f);
	}
}

static void older_than(void **state)
{
	struct flights f = table_of(4);
	struct flight *one, *two;

	(void)state;
	assert_null(flights_older_than(&f, UINT64_MAX));
	one = add(&f, udp_flight(1, 1, 1, 1), 100);
	two = add(&f, udp_flight(2, 1, 1, 1), 100);
	assert_null(flights_older_than(&f, 100));
	assert_ptr_equal(flights_older_than(&f, 101), one);
	flights_remove(&f, one);
	assert_ptr_equal(flights_older_than(&f, 101), two);
	flights_remove(&f, two);
	assert_null(flights_older_than(&f, UINT64_MAX));
}

static void due_in_time(void **state)
{
	static const uint64_t starts_ms[] = { 0, 10, 1590, 1600, 1610, 100000, 86400000 };

	(void)state;
	for (size_t i = 0; i < sizeof(starts_ms) / sizeof(starts_ms[0]); i++) {
		for (uint64_t after_ms = 0; after_ms <= 1000; after_ms += 5) {
			struct flights f = table_of(2);
			struct flight *flight = add(&f, udp_flight(1, 1, 1, 1), 0);
			uint64_t at_ms = starts_ms[i] + after_ms, now_ms = starts_ms[i];

			flights_check_at(&f, flight, at_ms * ms_ns);
			while (now_ms < at_ms + 100 && !flights_check_due(&f, now_ms * ms_ns))
				now_ms++;
			if (now_ms < at_ms || now_ms > at_ms + 25)
				fail_msg("due at %llu ms, lent at %llu ms", (unsigned long long)at_ms,
					(unsigned long long)now_ms);
			packets_free(NULL);
		}
	}
}

/* Nobody looked for a while: what was missed comes at once, each once, and what is not due yet does not. */
static void due_over_long_gaps(void **state)
{
	static const uint64_t gaps_ms[] = { 500, 1575, 1600, 1625, 3200, 60000, 86400000 };

	(void)state;
	for (size_t i = 0; i < sizeof(gaps_ms) / sizeof(gaps_ms[0]); i++) {
		struct flights f = table_of(64);
		uint64_t now_ms = 5000 + gaps_ms[i];
		int missed = 0;

		assert_null(flights_check_due(&f, 4000 * ms_ns));
		for (uint16_t port = 0; port < 20; port++)
			flights_check_at(&f, add(&f, udp_flight(port, 1, 1, 1), 0),
				(4500 + (uint64_t)port * 10) * ms_ns);
		for (uint16_t port = 100; port < 120; port++)
			flights_check_at(&f, add(&f, udp_flight(port, 1, 1, 1), 0),
				(now_ms + 100 + (uint64_t)(port - 100) * 40) * ms_ns);
		while (flights_check_due(&f, now_ms * ms_ns))
			missed++;
		assert_int_equal(missed, 20);
		for (int later = 0; later < 20; later++) {
			now_ms += later ? 40 : 126;
			assert_non_null(flights_check_due(&f, now_ms * ms_ns));
			assert_null(flights_check_due(&f, now_ms * ms_ns));
		}
	}
}

static void no_check_of_what_is_gone(void **state)
{
	struct flights f = table_of(2);
	struct flight *one = add(&f, udp_flight(1, 1, 1, 1), 0), *two = add(&f, udp_flight(2, 1, 1, 1), 0);

	(void)state;
	flights_check_at(&f, one, 300 * ms_ns);
	flights_check_at(&f, two, 300 * ms_ns);
	flights_remove(&f, one);
	assert_ptr_equal(flights_check_due(&f, 400 * ms_ns), two);
	assert_null(flights_check_due(&f, 10000 * ms_ns));
	assert_int_equal(two->check_slot, 0);
}

/* A thousand of one prober under the same ports: the newest are found, and no more are looked at. */
static void a_long_chain(void **state)
{
	struct flights f = table_of(1024);

	(void)state;
	for (uint16_t i = 1; i <= 1000; i++)
		add(&f, udp_flight(33434, 4000, i, i), i);
	for (uint16_t i = 1000; i > 1000 - FLIGHT_ALIKE; i--)
		assert_non_null(find(&f, udp_flight(33434, 4000, i, i)));
	assert_null(find(&f, udp_flight(33434, 4000, 1000 - FLIGHT_ALIKE, 1000 - FLIGHT_ALIKE)));
	assert_consistent(&f);
}

/* Who knows all but the tag has so many guesses, at each flight that it fits. */
static void guesses(void **state)
{
	struct flights f = table_of(8);
	struct flight *one = add(&f, udp_flight(53, 4000, 1, 7), 0), *alike = add(&f, udp_flight(53, 4000, 1, 8), 0);
	struct flight *other = add(&f, udp_flight(53, 4001, 1, 7), 0), *tcp;
	struct flight guess = udp_flight(53, 4000, 2, 9), of_tcp = udp_flight(53, 4000, 1, 7);
	struct quote q = quote_of(&guess);

	(void)state;
	of_tcp.protocol = PROTOCOL_TCP;
	tcp = add(&f, of_tcp, 0);
	for (int i = 0; i < FLIGHT_GUESSES; i++) {
		assert_false(flights_is_guessed_at(&f, one));
		flights_missed(&f, &q);
	}
	assert_true(flights_is_guessed_at(&f, one) && flights_is_guessed_at(&f, alike));
	assert_int_equal(other->guesses, 0);
	assert_int_equal(tcp->guesses, 0);
	for (int i = 0; i < 300; i++)
		flights_missed(&f, &q);
	assert_true(flights_is_guessed_at(&f, one));
	flights_remove(&f, one);
	assert_int_equal(add(&f, udp_flight(53, 4000, 1, 7), 0)->guesses, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(found_until_removed, packets_free),
		cmocka_unit_test_teardown(what_identifies, packets_free),
		cmocka_unit_test_teardown(only_a_checksum_is_forgiven, packets_free),
		cmocka_unit_test_teardown(the_best_fit_wins, packets_free),
		cmocka_unit_test_teardown(the_check_has_bytes_of_its_own, packets_free),
		cmocka_unit_test_teardown(the_oldest_gives_way, packets_free),
		cmocka_unit_test_teardown(a_table_of_one, packets_free),
		cmocka_unit_test_teardown(removed_in_all_orders, packets_free),
		cmocka_unit_test_teardown(agrees_with_a_plain_list, packets_free),
		cmocka_unit_test_teardown(older_than, packets_free),
		cmocka_unit_test_teardown(due_in_time, packets_free),
		cmocka_unit_test_teardown(due_over_long_gaps, packets_free),
		cmocka_unit_test_teardown(no_check_of_what_is_gone, packets_free),
		cmocka_unit_test_teardown(a_long_chain, packets_free),
		cmocka_unit_test_teardown(guesses, packets_free),
	};

	return cmocka_run_group_tests_name("flights", tests, NULL, NULL);
}
