/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/text.h"
#include "print.h"

/* A name of a file may be anything printable, but must not end the label. */
static void put_name(FILE *out, const char *name)
{
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			fputc('\\', out);
		fputc(*name, out);
	}
}

/* The router that stands for all addresses of one. */
static uint32_t first_of(const struct trace_record *r, uint32_t router)
{
	return r->routers[router].same_as ? r->routers[router].same_as - 1 : router;
}

/* The other addresses of a router, each once: one that is met in both directions is there twice. */
static void print_aliases(FILE *out, const struct trace_record *all, uint32_t first)
{
	char text[ADDR_TEXT_SIZE];

	for (uint32_t i = 0; i < all->router_count; i++) {
		bool is_known = i == first || first_of(all, i) != first;

		for (uint32_t j = 0; j < i; j++)
			is_known |= first_of(all, j) == first &&
				addr_equal(&all->routers[j].addr, &all->routers[i].addr);
		if (!is_known)
			fprintf(out, "\\n%s", addr_text(&all->routers[i].addr, text));
	}
}

static void print_router(FILE *out, const struct trace_record *all, uint32_t index)
{
	const struct record_router *r = &all->routers[index];
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "\t%s [label=\"%s", r->id, r->addr.family ? addr_text(&r->addr, text) : "*");
	print_aliases(out, all, index);
	if (*r->name) {
		fputs("\\n", out);
		put_name(out, r->name);
	}
	if (r->asn)
		fprintf(out, "\\nAS%u", r->asn);
	fprintf(out, "\"%s];\n", r->is_end ? ", peripheries=2" : "");
}

void print_dot(FILE *out, const struct trace_record *r)
{
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "digraph \"%s\" {\n\trankdir=LR;\n\tnode [shape=box];\n", addr_text(&r->target, text));
	for (uint32_t i = 0; i < r->router_count; i++)
		if (first_of(r, i) == i)
			print_router(out, r, i);
	for (size_t i = 0; i < r->link_count; i++) {
		const struct record_link *l = &r->links[i];

		fprintf(out, "\t%s -> %s [label=\"%u\"%s];\n", r->routers[first_of(r, l->from)].id,
			r->routers[first_of(r, l->to)].id, l->flows, l->is_per_packet ? ", style=dashed" : "");
	}
	fputs("}\n", out);
}
