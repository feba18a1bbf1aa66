/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/text.h"
#include "print.h"
#include "record/record_fields.h"

/* A string with its quotes: control characters and what is not ASCII become escapes or stay UTF-8 as they are. */
void print_json_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void put_address(FILE *out, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "\"%s\":\"%s\"", key, addr_text(a, text));
}

static const char *direction_word(uint8_t direction)
{
	return direction == RECORD_THERE ? "there" : "back";
}

/* With them a trace can be repeated (--like). */
static void print_options(FILE *out, const struct trace_record *r)
{
	if (!r->has_options)
		return;
	fputs(",\n \"options\":{", out);
	for (unsigned i = 0; i < r->option_count; i++) {
		fputs(i ? "," : "", out);
		print_json_text(out, r->options[i].name);
		fputc(':', out);
		if (*r->options[i].value)
			print_json_text(out, r->options[i].value);
		else
			fputs("true", out);
	}
	fputc('}', out);
}

static void print_falls(FILE *out, const struct record_mtu *m)
{
	for (unsigned i = 0; i < m->fall_count; i++) {
		const struct record_fall *f = &m->falls[i];

		fprintf(out, "%s{", i ? "," : "");
		if (f->has_hop)
			fprintf(out, "\"hop\":%u,", f->hop);
		fprintf(out, "\"mtu\":%u", f->mtu);
		if (f->from.family) {
			fputc(',', out);
			put_address(out, "from", &f->from);
		}
		fputs(f->is_black_hole ? ",\"black-hole\":true}" : "}", out);
	}
}

/* How large packets may be, of each direction that was asked. */
static void print_mtu(FILE *out, const struct trace_record *r)
{
	const char *separator = ",\n \"mtu\":{";

	for (enum record_direction d = RECORD_THERE; d < RECORD_DIRECTIONS; d++) {
		const struct record_mtu *m = &r->mtu[d];

		if (!m->first)
			continue;
		fprintf(out, "%s\"%s\":{\"first\":%u,\"path\":%u,\"hops\":%u,\"falls\":[", separator, direction_word(d),
			m->first, m->path, m->hops);
		print_falls(out, m);
		fprintf(out, "]%s}", m->is_cut_off ? ",\"cut-off\":true" : "");
		separator = ",";
	}
	if (*separator == ',' && !separator[1])
		fputc('}', out);
}

static void print_head(FILE *out, const struct trace_record *r)
{
	fprintf(out, "{\"uturn-trace\":%d,", RECORD_VERSION);
	put_address(out, "target", &r->target);
	if (*r->target_name) {
		fputs(",\"name\":", out);
		print_json_text(out, r->target_name);
	}
	fprintf(out, ",\"protocol\":\"%s\",", r->protocol);
	put_address(out, "source", &r->source);
	fputs(",\"started\":", out);
	print_json_text(out, r->started);
	fprintf(out, ",\"seconds\":%.6f,\n \"wanted\":%.9g,\"bound\":%.9g,\"reverse\":", r->seconds, r->wanted,
		r->bound);
	print_json_text(out, r->reverse);
	fprintf(out, ",\"reached\":%s", r->is_reached ? "true" : "false");
	if (r->is_plain)
		fputs(",\"plain\":true", out);
	if (*r->cut_off) {
		fputs(",\"cut-off\":", out);
		print_json_text(out, r->cut_off);
	}
	if (r->sent)
		fprintf(out, ",\"sent\":%u", r->sent);
	fprintf(out, ",\"unproven\":%u,\"dropped\":%u", r->unproven, r->dropped);
	print_options(out, r);
	print_mtu(out, r);
}

static void print_flows(FILE *out, const struct trace_record *r)
{
	fputs(",\n \"flows\":[", out);
	for (size_t i = 0; i < r->flow_count; i++) {
		const struct record_flow *f = &r->flows[i];

		fprintf(out, "%s\n  {\"id\":%u,\"sport\":%u,\"dport\":%u", i ? "," : "", f->id, f->sport, f->dport);
		if (f->hops)
			fprintf(out, ",\"hops\":%u", f->hops);
		fputc('}', out);
	}
	fputs("]", out);
}

static void print_hops(FILE *out, uint64_t hops)
{
	const char *separator = "";

	fputs(",\"hops\":[", out);
	for (unsigned hop = 1; hop <= RECORD_HOPS; hop++) {
		if (!(hops >> (hop - 1) & 1))
			continue;
		fprintf(out, "%s%u", separator, hop);
		separator = ",";
	}
	fputc(']', out);
}

static void print_fields(FILE *out, const char *key, unsigned fields)
{
	const char *separator = "";

	fprintf(out, ",\"%s\":[", key);
	for (unsigned i = 0; i < RECORD_FIELDS; i++) {
		if (!(fields >> i & 1))
			continue;
		fprintf(out, "%s\"%s\"", separator, record_field_names[i]);
		separator = ",";
	}
	fputc(']', out);
}

static void print_router(FILE *out, const struct record_router *r)
{
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "{\"id\":\"%s\",\"direction\":\"%s\"", r->id, direction_word(r->direction));
	print_hops(out, r->hops);
	if (r->addr.family)
		fprintf(out, ",\"addresses\":[\"%s\"]", addr_text(&r->addr, text));
	else
		fputs(",\"addresses\":[]", out);
	if (*r->name) {
		fputs(",\"name\":", out);
		print_json_text(out, r->name);
	}
	if (r->asn)
		fprintf(out, ",\"as\":%u", r->asn);
	fprintf(out, ",\"flows\":%u", r->flows);
	if (r->is_end)
		fputs(",\"end\":true", out);
	fputs(",\"marks\":[", out);
	for (unsigned i = 0; i < r->mark_count; i++) {
		if (i)
			fputc(',', out);
		print_json_text(out, r->marks[i]);
	}
	fputc(']', out);
	if (r->balances | r->balances_not) {
		print_fields(out, "balances", r->balances);
		print_fields(out, "balances-not", r->balances_not);
	}
	fputc('}', out);
}

static void print_routers(FILE *out, const struct trace_record *r)
{
	fputs(",\n \"routers\":[", out);
	for (size_t i = 0; i < r->router_count; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		print_router(out, &r->routers[i]);
	}
	fputs("]", out);
}

/* Groups of routers that are one, each with the first of them first. */
static void print_aliases(FILE *out, const struct trace_record *r)
{
	const char *separator = "";

	fputs(",\n \"aliases\":[", out);
	for (uint32_t i = 0; i < r->router_count; i++) {
		if (r->routers[i].same_as != i + 1)
			continue;
		fprintf(out, "%s\n  [\"%s\"", separator, r->routers[i].id);
		for (uint32_t j = 0; j < r->router_count; j++)
			if (j != i && r->routers[j].same_as == i + 1)
				fprintf(out, ",\"%s\"", r->routers[j].id);
		fputc(']', out);
		separator = ",";
	}
	fputs("]", out);
}

static void print_links(FILE *out, const struct trace_record *r)
{
	fputs(",\n \"links\":[", out);
	for (size_t i = 0; i < r->link_count; i++) {
		const struct record_link *l = &r->links[i];

		fprintf(out, "%s\n  {\"from\":\"%s\",\"to\":\"%s\",\"flows\":%u%s}", i ? "," : "",
			r->routers[l->from].id, r->routers[l->to].id, l->flows,
			l->is_per_packet ? ",\"per-packet\":true" : "");
	}
	fputs("]", out);
}

/* Flow, TTL, attempt, sent us, rtt us or null, router or null, type, code, received TTL. */
static void print_probe(FILE *out, const struct trace_record *r, const struct record_probe *p)
{
	fprintf(out, "[%u,%u,%u,%u,", p->flow, p->ttl, p->attempt, p->sent_us);
	if (p->router >= 0)
		fprintf(out, "%lld,\"%s\",", (long long)p->rtt_us, r->routers[p->router].id);
	else
		fputs("null,null,", out);
	fprintf(out, "%u,%u,%u", p->type, p->code, p->ttl_received);
	if (p->direction == RECORD_BACK)
		fprintf(out, ",%u", p->hop);
	fputc(']', out);
}

/* Those of the return path have a key of their own, and their hop at the end: a TTL alone does not say it. */
static void print_probes(FILE *out, const struct trace_record *r, enum record_direction d, const char *key)
{
	const char *separator = "";

	fprintf(out, ",\n \"%s\":[", key);
	for (size_t i = 0; i < r->probe_count; i++) {
		if (r->probes[i].direction != d)
			continue;
		fprintf(out, "%s\n  ", separator);
		print_probe(out, r, &r->probes[i]);
		separator = ",";
	}
	fputs("]", out);
}

void print_json(FILE *out, const struct trace_record *r)
{
	print_head(out, r);
	print_flows(out, r);
	print_routers(out, r);
	if (r->has_aliases)
		print_aliases(out, r);
	print_links(out, r);
	print_probes(out, r, RECORD_THERE, "probes");
	if (record_last_hop(r, RECORD_BACK))
		print_probes(out, r, RECORD_BACK, "back-probes");
	fputs("}\n", out);
}
