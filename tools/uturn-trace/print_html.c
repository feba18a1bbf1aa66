/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file, which works offline and loads nothing: style, script and the whole trace are inside. */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "drawing_make.h"
#include "html_rows.h"
#include "markup.h"
#include "page.h"
#include "print.h"
#include "svg.h"

static void put_name(FILE *out, const struct trace_record *r)
{
	char address[ADDR_TEXT_SIZE];

	markup_put(out, *r->target_name ? r->target_name : addr_text(&r->target, address));
}

static void put_head(FILE *out, const struct trace_record *before, const struct trace_record *after)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
	fprintf(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '%s'; "
		"style-src '%s' '%s'; base-uri 'none'; form-action 'none'\">\n",
		page_js_hash, graph_css_hash, page_css_hash);
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<meta name=\"generator\" content=\"uturn-trace\">\n<title>",
		out);
	fputs(before ? "What changed on the paths to " : "Paths to ", out);
	put_name(out, after);
	fprintf(out, "</title>\n<style>%s</style>\n<style>%s</style>\n</head>\n", trace_graph_css, trace_page_css);
}

static void put_facts(FILE *out, const char *word, const struct trace_record *r)
{
	char source[ADDR_TEXT_SIZE];
	unsigned lost, sent;

	record_target_loss(r, &lost, &sent);
	fprintf(out, "<p class=\"facts\">%s<span>%s from %s</span> <span>%zu flow%s</span> ", word, r->protocol,
		addr_text(&r->source, source), r->flow_count, r->flow_count == 1 ? "" : "s");
	if (*r->cut_off) {
		fprintf(out, "<span>bound %.2g, wanted %.2g: ", r->bound, r->wanted);
		markup_put(out, r->cut_off);
		fputs("</span> ", out);
	} else {
		fprintf(out, "<span>anything missing: less than %.2g&nbsp;%%</span> ", 100 * r->bound);
	}
	if (lost)
		fprintf(out, "<span>%u of %u probes to the target lost</span> ", lost, sent);
	fprintf(out, "<span>%zu probes in %.2f&nbsp;s</span> <span>", r->probe_count, r->seconds);
	markup_put(out, r->started);
	fputs("</span></p>\n", out);
}

static void put_header(FILE *out, const struct trace_record *before, const struct trace_record *after)
{
	char address[ADDR_TEXT_SIZE];

	addr_text(&after->target, address);
	fputs("<body>\n<a class=\"skip\" href=\"#routers\">Skip to the routers</a>\n<header>\n<h1>", out);
	put_name(out, after);
	if (*after->target_name && strcmp(after->target_name, address) != 0)
		fprintf(out, " <small>%s</small>", address);
	fputs("</h1>\n", out);
	if (before)
		put_facts(out, "<b>before</b> ", before);
	put_facts(out, before ? "<b>after</b> " : "", after);
	fputs("</header>\n<main>\n", out);
}

/* The lines of diff as they are in text. */
static void put_changes(FILE *out, const char *lines)
{
	fputs("<section class=\"card\" aria-labelledby=\"changes\">\n<h2 id=\"changes\">What changed</h2>\n", out);
	fputs(*lines ? "<pre class=\"changes\" tabindex=\"0\">" : "<p>Nothing.</p>", out);
	for (const char *end; *lines; lines = end + 1) {
		char line[1024];

		end = strchr(lines, '\n');
		if (!end)
			break;
		snprintf(line, sizeof(line), "%.*s", (int)(end - lines), lines);
		markup_put(out, line);
		fputc('\n', out);
		if (!end[1]) {
			fputs("</pre>", out);
			break;
		}
	}
	fputs("\n</section>\n", out);
}

static void put_tools(FILE *out, bool is_difference)
{
	fputs("<div class=\"tools\">\n"
	      "<span class=\"group\"><label for=\"flow\">Flow</label> <select id=\"flow\"><option value=\"\">all paths</option></select>"
	      "<button type=\"button\" id=\"previous\" aria-label=\"Previous flow\">&#8249;</button>"
	      "<button type=\"button\" id=\"next\" aria-label=\"Next flow\">&#8250;</button></span>\n",
		out);
	if (is_difference)
		fputs("<span class=\"group\" role=\"group\" aria-label=\"What is shown\">"
		      "<button type=\"button\" data-view=\"before\" aria-pressed=\"false\">Before</button>"
		      "<button type=\"button\" data-view=\"both\" aria-pressed=\"true\">Both</button>"
		      "<button type=\"button\" data-view=\"after\" aria-pressed=\"false\">After</button></span>\n",
			out);
	fputs("<span class=\"group zoom\" role=\"group\" aria-label=\"Zoom\">"
	      "<button type=\"button\" id=\"smaller\" aria-label=\"Smaller\">&#8722;</button>"
	      "<button type=\"button\" id=\"fit\">Fit</button>"
	      "<button type=\"button\" id=\"larger\" aria-label=\"Larger\">+</button></span>\n</div>\n",
		out);
}

static void put_graph(FILE *out, const struct drawing *d)
{
	fputs("<section class=\"card\" aria-labelledby=\"paths\">\n<div class=\"top\"><h2 id=\"paths\">Paths</h2>\n",
		out);
	put_tools(out, d->records[DIFF_BEFORE] != NULL);
	fputs("</div>\n<div class=\"view\" id=\"view\">\n", out);
	svg_put(out, d, NULL);
	fputs("</div>\n<p class=\"legend\"><span class=\"key there\">forward path</span>", out);
	if (d->has_back)
		fputs(" <span class=\"key back\">return path</span>", out);
	if (d->records[DIFF_BEFORE])
		fputs(" <span class=\"key gone\">gone</span> <span class=\"key new\">new</span>"
		      " <span class=\"key only\">in one trace, may be chance</span>",
			out);
	fputs(" <output id=\"hint\"></output></p>\n</section>\n", out);
}

static bool put_record(FILE *out, const char *id, const struct trace_record *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);
	bool is_put;

	if (!memory)
		return false;
	print_json(memory, r);
	is_put = fclose(memory) == 0 && text;
	if (is_put) {
		fprintf(out, "<script type=\"application/json\" id=\"%s\">", id);
		markup_put_json(out, text, size);
		fputs("</script>\n", out);
	}
	free(text);
	return is_put;
}

bool print_html(FILE *out, const struct trace_record *before, const struct trace_record *after,
	const struct diff_changes *changes, const char *lines)
{
	struct drawing d;
	bool is_put = drawing_make(&d, before, after, changes);

	if (is_put) {
		put_head(out, before, after);
		put_header(out, before, after);
		if (before)
			put_changes(out, lines);
		put_graph(out, &d);
		fputs("<aside class=\"card\" id=\"details\" aria-label=\"Details\" aria-live=\"polite\" hidden></aside>\n"
		      "<section class=\"card\" id=\"routers\" tabindex=\"-1\" aria-labelledby=\"list\">\n<h2 id=\"list\">Routers</h2>\n",
			out);
		is_put = html_rows_put(out, &d);
		fputs("</section>\n</main>\n<footer><p>Keys: arrows from router to router, Enter for details, "
		      "<kbd>n</kbd> <kbd>p</kbd> flow, <kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd> zoom, "
		      "<kbd>Esc</kbd> all paths. Made by uturn-trace.</p></footer>\n",
			out);
		is_put = is_put && (!before || put_record(out, "before", before)) && put_record(out, "after", after);
		fprintf(out, "<script>%s</script>\n</body>\n</html>\n", trace_page_js);
	}
	drawing_done(&d);
	return is_put;
}
