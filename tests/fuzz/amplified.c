/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "amplified.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sound.h"
#include "wire.h"

enum { ADDRESSES = 512 };

/* What has come from an address, what that allows for, and what has left to it. */
static struct account {
	uint8_t address[16];
	bool is_four, had_check, is_large; /* large: all of its probes */
	size_t probes, bytes;
	size_t checks, check_bytes; /* that may still leave */
	size_t answers, answer_bytes;
	size_t packets_left, bytes_left;
} accounts[ADDRESSES];
static size_t count;

/* What one probe has brought: without a check, with one; and, with the error that brought it, an answer with an extension. */
static const char *const kinds[] = { "unchecked", "checked", "extended" };
static struct worst {
	size_t in, out, packets;
} worsts[3][2];

static void print_worst(void)
{
	for (int i = 0; i < 6; i++) {
		const struct worst *w = &worsts[i / 2][i % 2];

		if (w->in)
			printf("amplified: %s, IPv%c: %zu bytes bring %zu in %zu packets, %.2f times\n", kinds[i / 2],
				i % 2 ? '4' : '6', w->in, w->out, w->packets, (double)w->out / (double)w->in);
	}
}

void amplified_begin(void)
{
	static bool is_asked;

	if (!is_asked && getenv("UTURN_AMPLIFIED"))
		atexit(print_worst);
	is_asked = true;
	count = 0;
}

static void remember_worst(const struct account *a, int kind, struct worst now)
{
	struct worst *w = &worsts[kind][a->is_four];

	if (a->probes == 1 && (!w->in || now.out * w->in > w->out * now.in))
		*w = now;
}

static size_t stated(const uint8_t *packet)
{
	return packet[0] / 16 == 4 ? be16(packet + 2) : 40 + be16(packet + 4);
}

static struct account *account_of(const uint8_t *address, bool is_four)
{
	uint8_t key[16] = { 0 };

	memcpy(key, address, is_four ? 4 : 16);
	for (size_t i = 0; i < count; i++)
		if (accounts[i].is_four == is_four && memcmp(accounts[i].address, key, sizeof(key)) == 0)
			return &accounts[i];
	MUST(count < ADDRESSES);
	accounts[count] = (struct account){ .is_four = is_four, .is_large = true };
	memcpy(accounts[count].address, key, sizeof(key));
	return &accounts[count++];
}

static struct account *account_from(const uint8_t *packet)
{
	bool is_four = packet[0] / 16 == 4;

	return account_of(packet + (is_four ? 12 : 8), is_four);
}

static struct account *account_to(const uint8_t *packet)
{
	bool is_four = packet[0] / 16 == 4;

	return account_of(packet + (is_four ? 16 : 24), is_four);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t headers(const struct account *a)
{
	return a->is_four ? 28 : 48;
}

static void spend(struct account *a, size_t bytes)
{
	a->packets_left++;
	a->bytes_left += bytes;
	MUST(a->packets_left <= (a->had_check ? 3 : 2) * a->probes && a->bytes_left <= 4 * a->bytes);
	remember_worst(a, a->had_check, (struct worst){ a->bytes, a->bytes_left, a->packets_left });
	MUST(a->had_check || !a->is_large || 2 * a->bytes_left <= 5 * a->bytes);
}

/* For a probe of 96 bytes the headers of an answer over IPv6 are half of it. */
static void count_probe(struct account *a, size_t size)
{
	a->probes++;
	a->bytes += size;
	a->is_large = a->is_large && size >= (a->is_four ? 60 : 96);
}

void amplified_on_probe(const uint8_t *packet, const struct result *r)
{
	struct account *a;
	size_t size;

	if (!r->len)
		return;
	a = account_from(packet);
	size = stated(packet);
	MUST(a == account_to(r->at));
	count_probe(a, size);
	if (r->reason == REASON_INFLECTION) {
		MUST(r->len <= size + headers(a));
	} else {
		MUST(r->len <= size);
		a->checks++;
		a->check_bytes += smaller(size, a->is_four ? 44 : 72);
		a->answers++;
		a->answer_bytes += size + headers(a);
	}
	spend(a, r->len);
}

static bool has_extension(const struct account *a, const uint8_t *packet)
{
	const uint8_t *icmp = packet + headers(a) - 8;

	if (a->is_four)
		return icmp[5] != 0;
	return icmp[0] != 2 && icmp[4] != 0;
}

void amplified_on_error(size_t len, const struct result *r)
{
	struct account *a;

	if (!r->len)
		return;
	a = account_to(r->at);
	MUST(a->answers-- > 0);
	if (has_extension(a, r->at)) {
		/* the area, the extension's header, an object of ours; then what the router's own extension had */
		size_t most = headers(a) + 128 + 4 + (a->is_four ? 12 : 24);

		MUST(r->len <= most + len - headers(a));
		remember_worst(a, 2, (struct worst){ a->bytes + len, a->bytes_left + r->len, a->packets_left + 1 });
		return;
	}
	MUST(r->len <= a->answer_bytes);
	a->answer_bytes -= r->len;
	spend(a, r->len);
}

void amplified_on_time(const struct result *r)
{
	struct account *a;

	if (!r->len)
		return;
	a = account_to(r->at);
	if (r->reason == REASON_CHECKED) {
		MUST(a->checks-- > 0 && r->len <= a->check_bytes);
		a->check_bytes -= r->len;
		a->had_check = true;
	} else {
		MUST(a->answers-- > 0 && r->len <= a->answer_bytes);
		a->answer_bytes -= r->len;
	}
	spend(a, r->len);
}
