/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_lines.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64, VALUE_SIZE = 256, ID_SIZE = 9 };

/* What a set is compared by; flags are those of all releases, of which some do not show `dynamic`. */
struct set {
	char type[VALUE_SIZE];
	uint64_t size, timeout_s;
	bool has_intervals, has_timeouts;
};

/* FNV-1a. Not a secret: who can replace a rule and keep its comment is root. */
static void id_of(const char *chain, const char *rule, char id[ID_SIZE])
{
	uint32_t hash = 2166136261U;

	for (; *chain; chain++)
		hash = (hash ^ (unsigned char)*chain) * 16777619U;
	for (hash *= 16777619U; *rule; rule++)
		hash = (hash ^ (unsigned char)*rule) * 16777619U;
	snprintf(id, ID_SIZE, "%08" PRIx32, hash);
}

/* ---- lines of both, sorted ---- */

struct lines {
	char *text;
	size_t size;
	FILE *out;
};

struct sorted {
	char *line;
	size_t at; /* place in the text */
};

/* "CHAIN: RULE": the length of the chain's name, 0 for an object. */
static size_t chain_len(const char *line)
{
	size_t len = strcspn(line, " ");

	return len > 0 && line[len - 1] == ':' ? len - 1 : 0;
}

static int compare_lines(const void *one, const void *other)
{
	const struct sorted *a = one, *b = other;
	size_t a_len = chain_len(a->line), b_len = chain_len(b->line);
	int order;

	if (!a_len || !b_len)
		return a_len ? 1 : b_len ? -1 : strcmp(a->line, b->line);
	order = strncmp(a->line, b->line, a_len < b_len ? a_len : b_len);
	if (!order && a_len != b_len)
		order = a_len < b_len ? -1 : 1;
	return order ? order : a->at < b->at ? -1 : 1;
}

static int lines_open(struct lines *l)
{
	*l = (struct lines){ NULL, 0, NULL };
	l->out = open_memstream(&l->text, &l->size);
	return l->out ? 0 : -ENOMEM;
}

/* Takes the text; err is what went wrong before. */
static int lines_close(struct lines *l, struct ruleset *r, int err)
{
	struct table *t = &r->table[RULESET_MANGLE];
	size_t lines = 0;
	struct sorted *s = NULL;
	char *save = NULL;

	memset(r, 0, sizeof(*r));
	fclose(l->out);
	r->text = l->text;
	for (const char *at = l->text; at && (at = strchr(at, '\n')); at++)
		lines++;
	if (!err &&
		(!l->text || !(s = calloc(lines + 1, sizeof(*s))) || !(t->line = calloc(lines + 1, sizeof(*t->line)))))
		err = -ENOMEM;
	if (err) {
		free(s);
		ruleset_done(r);
		return err;
	}
	for (char *line = strtok_r(r->text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), t->count++)
		s[t->count] = (struct sorted){ line, t->count };
	qsort(s, t->count, sizeof(*s), compare_lines);
	for (size_t i = 0; i < t->count; i++)
		t->line[i] = s[i].line;
	free(s);
	return 0;
}

static void write_set(const char *name, const struct set *set, FILE *out)
{
	fprintf(out, "set %s type %s", name, set->type);
	if (set->size)
		fprintf(out, " size %" PRIu64, set->size);
	if (set->timeout_s)
		fprintf(out, " timeout %" PRIu64 "s", set->timeout_s);
	fprintf(out, "%s%s\n", set->has_intervals ? " flags interval" : "", set->has_timeouts ? " flags timeout" : "");
}

static void write_limit(const char *name, bool is_over, uint64_t rate, const char *per, uint64_t burst, FILE *out)
{
	fprintf(out, "limit %s rate %s%" PRIu64 "/%.16s burst %" PRIu64 "\n", name, is_over ? "over " : "", rate, per,
		burst);
}

static void write_base(const char *name, const char *type, const char *hook, int priority, const char *policy,
	FILE *out)
{
	fprintf(out, "chain %s type %.16s hook %.16s priority %d policy %.16s\n", name, type, hook, priority, policy);
}

/* ---- the plan ---- */

/* Where a line of the plan is, and what is known of the set it is in. */
struct place {
	char kind[NAME_SIZE], name[NAME_SIZE]; /* "" outside of all */
	struct set set;
};

/* Enters or leaves an object; true for a line of one. */
static bool step(struct place *p, const char *line)
{
	size_t len = strlen(line);

	if (strcmp(line, "\t}") == 0) {
		*p = (struct place){ .name = "" };
		return false;
	}
	if (*p->name)
		return true;
	if (len > 2 && line[0] == '\t' && strcmp(line + len - 2, " {") == 0)
		sscanf(line, "%63s %63s", p->kind, p->name);
	return false;
}

static bool is_rule(const struct place *p, const char *line)
{
	return strcmp(p->kind, "chain") == 0 && strncmp(line, "\t\ttype ", strlen("\t\ttype ")) != 0;
}

void nft_lines_mark(const char *text, FILE *out)
{
	struct place p = { .name = "" };
	char id[ID_SIZE];

	for (size_t len; *text; text += len) {
		char *line = strndup(text, strcspn(text, "\n"));

		len = strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n');
		if (!line)
			return; /* the text is cut, and nft refuses it */
		fputs(line, out);
		if (step(&p, line) && is_rule(&p, line)) {
			id_of(p.name, line + strspn(line, "\t"), id);
			fprintf(out, " comment \"%s\"", id);
		}
		fputc('\n', out);
		free(line);
	}
}

/* "1h30m", as nft writes it. */
static uint64_t seconds(const char *text)
{
	uint64_t sum = 0;
	char *end;

	for (; *text; text = *end ? end + 1 : end) {
		uint64_t n = strtoull(text, &end, 10);

		sum += n * (*end == 'h' ? 3600 : *end == 'm' ? 60 : 1);
	}
	return sum;
}

static void take_set_line(struct set *set, const char *line)
{
	char flags[VALUE_SIZE], timeout[VALUE_SIZE];

	if (sscanf(line, "type %255s", set->type) == 1 || sscanf(line, "size %" SCNu64, &set->size) == 1)
		return;
	if (sscanf(line, "flags %255s", flags) == 1) {
		set->has_intervals = strstr(flags, "interval") != NULL;
		set->has_timeouts = strstr(flags, "timeout") != NULL;
	} else if (sscanf(line, "timeout %255s", timeout) == 1) {
		set->timeout_s = seconds(timeout);
	}
}

static void take_plan_line(struct place *p, const char *line, FILE *out)
{
	char type[17], hook[17], priority[17], policy[17];
	uint64_t rate, burst;

	if (strcmp(p->kind, "set") == 0)
		take_set_line(&p->set, line);
	else if (sscanf(line, "rate over %" SCNu64 "/second burst %" SCNu64, &rate, &burst) == 2)
		write_limit(p->name, true, rate, "second", burst, out);
	else if (sscanf(line, "type %16s hook %16s priority %16[a-z]; policy %16[a-z]", type, hook, priority, policy) ==
		4)
		write_base(p->name, type, hook, strcmp(priority, "raw") == 0 ? -300 : -150, policy, out);
	else
		fprintf(out, "%s: %s\n", p->name, line);
}

int nft_lines_of_plan(struct ruleset *want, const char *text)
{
	struct place p = { .name = "" };
	char *copy = strdup(text), *save = NULL;
	struct lines l;
	int err = lines_open(&l);

	if (err || !copy) {
		memset(want, 0, sizeof(*want));
		free(copy);
		return err ? err : lines_close(&l, want, -ENOMEM);
	}
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const struct place before = p;

		if (step(&p, line)) {
			take_plan_line(&p, line + strspn(line, "\t"), l.out);
			continue;
		}
		if (strcmp(before.kind, "set") == 0)
			write_set(before.name, &before.set, l.out);
		else if (strcmp(p.kind, "chain") == 0 || strcmp(p.kind, "counter") == 0)
			fprintf(l.out, "%s %s\n", p.kind, p.name);
	}
	free(copy);
	return lines_close(&l, want, 0);
}

/* ---- what is loaded ---- */

/* A flag alone, or a list of them. */
static bool has_flag(const json_t *set, const char *flag)
{
	const json_t *flags = json_object_get(set, "flags"), *one;
	size_t i;

	if (json_is_string(flags))
		return strcmp(json_string_value(flags), flag) == 0;
	json_array_foreach(flags, i, one) {
		if (json_is_string(one) && strcmp(json_string_value(one), flag) == 0)
			return true;
	}
	return false;
}

static const char *string_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "?";
}

static uint64_t number_of(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(object, key));
}

static void take_set(const json_t *o, FILE *out)
{
	struct set set = {
		.size = number_of(o, "size"),
		.timeout_s = number_of(o, "timeout"),
		.has_intervals = has_flag(o, "interval"),
		.has_timeouts = has_flag(o, "timeout"),
	};

	snprintf(set.type, sizeof(set.type), "%s", string_of(o, "type"));
	write_set(string_of(o, "name"), &set, out);
}

static void take_chain(const json_t *o, FILE *out)
{
	const char *name = string_of(o, "name");

	fprintf(out, "chain %s\n", name);
	if (json_object_get(o, "hook"))
		write_base(name, string_of(o, "type"), string_of(o, "hook"),
			(int)json_integer_value(json_object_get(o, "prio")), string_of(o, "policy"), out);
}

/* The rule of the plan that has this comment, or NULL. */
static const char *find_rule(const struct ruleset *want, const char *chain, const char *comment)
{
	const struct table *t = &want->table[RULESET_MANGLE];
	size_t len = strlen(chain);
	char id[ID_SIZE];

	for (size_t i = 0; i < t->count; i++) {
		if (chain_len(t->line[i]) != len || strncmp(t->line[i], chain, len) != 0)
			continue;
		id_of(chain, t->line[i] + len + 2, id);
		if (strcmp(id, comment) == 0)
			return t->line[i];
	}
	return NULL;
}

static void take_rule(const json_t *o, const struct ruleset *want, FILE *out)
{
	const char *chain = string_of(o, "chain"), *known = find_rule(want, chain, string_of(o, "comment"));
	char *words;

	if (known) {
		fprintf(out, "%s\n", known);
		return;
	}
	words = json_dumps(json_object_get(o, "expr"), JSON_COMPACT);
	fprintf(out, "%s: handle %" PRIu64 ": %s\n", chain, number_of(o, "handle"), words ? words : "?");
	free(words);
}

static void take_object(const char *kind, const json_t *o, const struct ruleset *want, FILE *out)
{
	if (strcmp(kind, "rule") == 0)
		take_rule(o, want, out);
	else if (strcmp(kind, "chain") == 0)
		take_chain(o, out);
	else if (strcmp(kind, "set") == 0)
		take_set(o, out);
	else if (strcmp(kind, "limit") == 0)
		write_limit(string_of(o, "name"), json_is_true(json_object_get(o, "inv")), number_of(o, "rate"),
			string_of(o, "per"), number_of(o, "burst"), out);
	else if (strcmp(kind, "table") == 0 && has_flag(o, "dormant"))
		fputs("flags dormant\n", out);
	else if (strcmp(kind, "table") != 0 && strcmp(kind, "metainfo") != 0)
		fprintf(out, "%s %s\n", kind, string_of(o, "name"));
}

int nft_lines_of_json(struct ruleset *live, const struct ruleset *want, const char *json)
{
	json_t *all = json_loads(json, 0, NULL), *item;
	struct lines l;
	size_t i;

	memset(live, 0, sizeof(*live));
	if (!all)
		return -EINVAL;
	if (lines_open(&l)) {
		json_decref(all);
		return -ENOMEM;
	}
	json_array_foreach(json_object_get(all, "nftables"), i, item) {
		void *only = json_object_iter(item); /* NULL where it is not an object */

		if (only)
			take_object(json_object_iter_key(only), json_object_iter_value(only), want, l.out);
	}
	json_decref(all);
	return lines_close(&l, live, 0);
}

int nft_lines_has_set(const char *json, const char *name)
{
	json_t *all = json_loads(json, 0, NULL), *item, *set;
	bool is_found = false;
	size_t i;

	if (!all)
		return -EINVAL;
	json_array_foreach(json_object_get(all, "nftables"), i, item) {
		set = json_object_get(item, "set");
		is_found |= set && strcmp(string_of(set, "name"), name) == 0;
	}
	json_decref(all);
	return is_found;
}
