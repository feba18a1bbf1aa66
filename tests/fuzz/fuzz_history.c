/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what uturn-history imports, in pieces: traces of uturnd, of
 * uturn-trace and of export. What is taken is the same when it is exported and
 * taken again, its bytes of the database are read as they were written, and no
 * address of a prober is left.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-history/intake.h"
#include "tools/uturn-history/kept_bytes.h"
#include "tools/uturn-history/kept_json.h"
#include "tools/uturn-history/objects.h"

#define MUST(what) \
	do { \
		if (!(what)) \
			abort(); \
	} while (0)

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static char *dumped(const struct kept *k)
{
	json_t *o = kept_json(k);
	char *text = o ? json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(16)) : NULL;

	json_decref(o);
	MUST(text);
	return text;
}

struct again {
	char *text;
};

static bool take_again(void *owner, struct kept *k)
{
	struct again *a = owner;

	a->text = dumped(k);
	kept_done(k);
	return true;
}

static void check_bytes(const struct kept *k)
{
	static uint8_t bytes[KEPT_PATH_BYTES], flows[KEPT_FLOWS_BYTES];
	static int64_t ids[KEPT_ROUTERS];
	static struct kept_path p;
	const unsigned count = k->first[k->hops];
	struct kept copy = *k;
	size_t len;

	for (unsigned i = 0; i < count; i++)
		ids[i] = (int64_t)i * 0x12345;
	MUST(kept_path_of(bytes, kept_path_bytes(k, ids, bytes), &p));
	MUST(p.hops == k->hops && memcmp(p.first, k->first, (k->hops + 1U) * sizeof(*p.first)) == 0);
	MUST(!count || memcmp(p.ids, ids, count * sizeof(*ids)) == 0);
	len = kept_flows_bytes(k, flows);
	if (!len)
		return;
	copy.met = copy.flows = NULL;
	MUST(kept_flows_of(&copy, flows, len) && copy.flow_count == k->flow_count);
	MUST(memcmp(copy.met, k->met, (size_t)k->flow_count * k->hops * sizeof(*k->met)) == 0);
	free(copy.met);
	free(copy.flows);
}

static bool take(void *owner, struct kept *k)
{
	struct again again = { NULL };
	const struct intake in = { .told = take_again, .owner = &again, .host = "?" };
	char why[512], *text = dumped(k);

	(void)owner;
	MUST(k->hops <= KEPT_HOPS && k->first[k->hops] <= KEPT_ROUTERS);
	MUST(k->front == KEPT_TRACE || k->remote.length <= (k->remote.addr.family == 6 ? 48 : 32));
	check_bytes(k);
	MUST(intake_take(&in, text, strlen(text), why, sizeof(why)) && again.text);
	MUST(strcmp(text, again.text) == 0);
	free(text);
	free(again.text);
	kept_done(k);
	return true;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const struct intake in = { .told = take, .host = "host" };
	struct objects o = { 0 };
	enum objects_next next = OBJECTS_MORE;
	const size_t step = size ? 1 + data[0] : 1;
	const char *text;
	char why[512];

	for (size_t at = 1; at < size && next != OBJECTS_WRONG; at += step) {
		const size_t some = size - at < step ? size - at : step;
		size_t room, len;

		memcpy(objects_room(&o, &room), data + at, some);
		objects_took(&o, some);
		while ((next = objects_next(&o, &text, &len)) == OBJECTS_ONE)
			if (!intake_take(&in, text, len, why, sizeof(why)))
				MUST(*why);
	}
	objects_are_whole(&o);
	objects_done(&o);
	return 0;
}
