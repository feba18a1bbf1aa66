/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_legacy.h"

#include <errno.h>
#include <libiptc/libip6tc.h>
#include <libiptc/libiptc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rule of either family, without its counters and what the kernel notes beside it. */
struct rule {
	const char *chain, *target; /* names */
	const void *addresses; /* and interfaces, protocol, flags */
	size_t addresses_size;
	const char *matches; /* up to `module` */
	const struct xt_entry_target *module;
};

static void put_word(const char *word, FILE *out)
{
	fwrite(word, strlen(word) + 1, 1, out);
}

/*
 * What is behind the NUL of a name is not the kernel's. The data is: it clears
 * what is its own (xt_data_to_user() since Linux 4.11).
 */
static void put_rule(const struct rule *r, FILE *out)
{
	const struct xt_entry_match *m;

	put_word(r->chain, out);
	fwrite(r->addresses, r->addresses_size, 1, out);
	for (const char *at = r->matches; at < (const char *)r->module; at += m->u.match_size) {
		m = (const void *)at;
		if (m->u.match_size < sizeof(*m))
			break;
		put_word(m->u.user.name, out);
		fwrite(&m->u.user.revision, 1, 1, out);
		fwrite(m->data, m->u.match_size - sizeof(*m), 1, out);
	}
	put_word(r->target, out);
	/* a jump has no name here, and its data is a place in the table, which rules of others change */
	if (r->module->u.user.name[0] == '\0')
		return;
	fwrite(&r->module->u.user.revision, 1, 1, out);
	fwrite(r->module->data, r->module->u.target_size - sizeof(*r->module), 1, out);
}

/* libiptc is made twice from one source; so is its user. */
#define DEFINE_TAKE(name, tc, entry, addresses_of) \
	static int name(const char *table, FILE *out) \
	{ \
		struct xtc_handle *h = tc##_init(table); \
		const char *chain; \
\
		if (!h) \
			return errno ? -errno : -EIO; \
		put_word(table, out); \
		for (chain = tc##_first_chain(h); chain; chain = tc##_next_chain(h)) { \
			const struct entry *e; \
\
			if (ruleset_is_our_chain(chain)) \
				put_word(chain, out); \
			for (e = tc##_first_rule(chain, h); e; e = tc##_next_rule(e, h)) { \
				const struct rule r = { chain, tc##_get_target(e, h), &e->addresses_of, \
					sizeof(e->addresses_of), (const char *)e->elems, \
					(const void *)((const char *)e + e->target_offset) }; \
\
				if (ruleset_is_our_chain(chain) || ruleset_is_our_chain(r.target)) \
					put_rule(&r, out); \
			} \
		} \
		tc##_free(h); \
		return 0; \
	}

DEFINE_TAKE(take4, iptc, ipt_entry, ip)
DEFINE_TAKE(take6, ip6tc, ip6t_entry, ipv6)

int keep_snapshot_take(const struct backend *b, struct keep_snapshot *s, char *why)
{
	FILE *out = open_memstream(&s->bytes, &s->size);
	int err = out ? 0 : -ENOMEM;

	for (int i = 0; i < RULESET_TABLES && !err; i++) {
		int found = backend_has_table(b, (enum ruleset_table)i, why);

		if (found < 0) {
			fclose(out);
			return -1;
		}
		if (found)
			err = b->family == 6 ? take6(ruleset_tables[i], out) : take4(ruleset_tables[i], out);
	}
	if (out && fclose(out) != 0 && !err)
		err = -ENOMEM;
	if (err)
		snprintf(why, BACKEND_WHY_SIZE, "libiptc: %s", strerror(-err));
	return err ? -1 : 0;
}

void keep_snapshot_done(struct keep_snapshot *s)
{
	free(s->bytes);
	*s = (struct keep_snapshot){ NULL, 0 };
}

bool keep_snapshot_equal(const struct keep_snapshot *a, const struct keep_snapshot *b)
{
	return a->bytes && b->bytes && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}
