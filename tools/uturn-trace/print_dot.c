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

static void print_router(FILE *out, const struct record_router *r)
{
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "\t%s [label=\"%s", r->id, r->addr.family ? addr_text(&r->addr, text) : "*");
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
	for (size_t i = 0; i < r->router_count; i++)
		print_router(out, &r->routers[i]);
	for (size_t i = 0; i < r->link_count; i++) {
		const struct record_link *l = &r->links[i];

		fprintf(out, "\t%s -> %s [label=\"%u\"%s];\n", r->routers[l->from].id, r->routers[l->to].id, l->flows,
			l->is_per_packet ? ", style=dashed" : "");
	}
	fputs("}\n", out);
}
