/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error_view.h"

#include <string.h>

#include "tests/sound.h"
#include "wire.h"

/* Eight bytes of destination options: an experiment's, of four bytes, in front of UDP. */
static bool step_over_option(struct view *v)
{
	if (v->protocol != 60 || v->l4_len < 8 || memcmp(v->l4, "\x11\0\x9e\4\0\0\0\0", 8) != 0)
		return false;
	v->protocol = 17;
	v->l4 += 8;
	v->l4_len -= 8;
	return true;
}

bool error_view_of(const uint8_t *packet, size_t len, struct error_view *e)
{
	struct view *o = &e->outer;
	size_t quoted;
	bool may_extend;

	if (!view_of(packet, len, false, o) || o->protocol != (o->is_four ? 1 : 58) || o->l4_len < 8 ||
		(o->is_four && o->is_fragment))
		return false;
	if ((o->is_four && plain_sum(0, o->at, o->header) != 0) ||
		segment_sum(o->at, o->header, o->protocol, o->l4_len) != 0)
		return false;
	e->type = o->l4[0];
	e->code = o->l4[1];
	may_extend = o->is_four ? e->type == 3 || e->type == 11 : e->type == 1 || e->type == 3;
	if (may_extend && e->type == (o->is_four ? 11 : 3) && e->code)
		return false;
	if (!may_extend && (o->is_four || !(e->type == 2 || (e->type == 4 && (e->code == 1 || e->code == 2)))))
		return false;
	e->body = o->l4 + 8;
	e->body_len = o->l4_len - 8;
	e->words = !may_extend ? 0 : o->is_four ? o->l4[5] * 4u : o->l4[4] * 8u;
	quoted = e->words && e->words <= e->body_len ? e->words : e->body_len;
	if (!view_of(e->body, quoted, true, &e->quote) || e->quote.is_four != o->is_four ||
		e->quote.header != (o->is_four ? 20u : 40u))
		return false;
	e->has_option = !o->is_four && step_over_option(&e->quote);
	if (!o->is_four && e->type == 4 && e->code == 2 && !e->has_option)
		return false;
	return e->quote.l4_len >= 8;
}

bool error_view_mtu_can_be(const struct error_view *e, const struct view *probe)
{
	size_t len = probe->len - probe->extensions;
	uint32_t mtu = be32(e->outer.l4 + 4);

	if (e->outer.is_four)
		return e->type != 3 || e->code != 4 || (mtu & 0xffff) == 0 ||
			((mtu & 0xffff) >= 68 && (mtu & 0xffff) < len);
	return e->type != 2 || (mtu >= 1280 && mtu < len);
}

bool error_view_is_parameter(const struct error_view *e)
{
	return !e->outer.is_four && e->type == 4;
}

int error_view_likeness(const uint8_t *l4, const struct view *quote)
{
	size_t sum = quote->protocol == 17 ? 6 : 2;
	uint8_t a[8], b[8];

	if (memcmp(l4, quote->l4, 8) == 0)
		return 2;
	memcpy(a, l4, 8);
	memcpy(b, quote->l4, 8);
	set16(a + sum, 0);
	set16(b + sum, 0);
	return (quote->protocol == 17 || quote->protocol == 1 || quote->protocol == 58) && memcmp(a, b, 8) == 0;
}

void error_view_check_extension(const struct error_view *e, const uint8_t *at, size_t len, bool names_router)
{
	size_t address = e->outer.address, own = names_router ? 8 + address : 0;
	const uint8_t *end = e->body + e->body_len;

	MUST(len >= 4 + own && at[0] == 0x20 && at[1] == 0 && plain_sum(0, at, len) == 0);
	MUST(len - 4 - own <= e->body_len && memcmp(at + 4, end - (len - 4 - own), len - 4 - own) == 0);
	if (!names_router)
		return;
	at += len - own;
	MUST(be16(at) == own && at[2] == 2 && at[3] == 4 && be16(at + 4) == (address == 4 ? 1 : 2) &&
		be16(at + 6) == 0);
	MUST(memcmp(at + 8, e->outer.from, address) == 0);
}

bool error_view_is_of(const struct error_view *e, const struct view *probe)
{
	return memcmp(e->outer.from, probe->from, probe->address) == 0;
}

bool error_view_is_end(const struct error_view *e, const struct view *probe)
{
	return error_view_is_of(e, probe) &&
		((e->type == (probe->is_four ? 3 : 1) && !(probe->is_four && e->code == 4)) ||
			error_view_is_parameter(e));
}
