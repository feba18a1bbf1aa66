/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "page/page_file.h"
#include "serve.h"
#include "serve_answers.h"

enum { PRECISION = 15 /* digits: a time to the millisecond */ };

PAGE_FILE_OF(history_html, "tools/uturn-history/page/page.html");
PAGE_FILE_OF(history_css, "tools/uturn-history/page/history.css");
PAGE_FILE_OF(history_js, "tools/uturn-history/page/history.js");
PAGE_FILE_OF(history_kept, "tools/uturn-history/page/kept.js");
PAGE_FILE_OF(history_ways, "tools/uturn-history/page/ways.js");
PAGE_FILE_OF(history_words, "tools/uturn-history/page/words.js");

static struct page_file files[] = {
	PAGE_FILE_ROW("/", PAGE_HTML, history_html),
	PAGE_FILE_ROW("/history.css", PAGE_CSS, history_css),
	PAGE_FILE_ROW("/history.js", PAGE_SCRIPT, history_js),
	PAGE_FILE_ROW("/kept.js", PAGE_SCRIPT, history_kept),
	PAGE_FILE_ROW("/ways.js", PAGE_SCRIPT, history_ways),
	PAGE_FILE_ROW("/words.js", PAGE_SCRIPT, history_words),
};

static json_t *search(struct store *s, const struct serve_request *q)
{
	return answer_search(s, serve_argument(q, "q"), serve_argument(q, "page"));
}

static json_t *ways(struct store *s, const struct serve_request *q)
{
	return answer_ways(s, serve_argument(q, "series"), serve_argument(q, "days"),
		(int64_t)(clock_ns(CLOCK_REALTIME) / 1000000));
}

static json_t *traces(struct store *s, const struct serve_request *q)
{
	return answer_traces(s, serve_argument(q, "series"), serve_argument(q, "before"));
}

static json_t *trace(struct store *s, const struct serve_request *q)
{
	return answer_trace(s, serve_argument(q, "id"));
}

static const struct {
	const char *path;
	json_t *(*answer)(struct store *s, const struct serve_request *q);
} answers[] = {
	{ "/search.json", search },
	{ "/ways.json", ways },
	{ "/traces.json", traces },
	{ "/trace.json", trace },
};

static void reply_words(struct serve_reply *r, unsigned status, const char *words)
{
	*r = (struct serve_reply){ status, "text/plain; charset=utf-8", NULL, words, strlen(words), false };
}

/* What the store says of the trouble goes to the log: it names files. */
static json_t *fail(struct serve *s)
{
	static struct log_limit limit;
	struct store_series none;

	log_limited(&limit, LOG_LEVEL_ERROR, "%s", store_why(s->store));
	s->is_lost = store_series_by_id(s->store, 0, &none) == -ENOTCONN;
	return answer_error("The database cannot be read; the log of uturn-history has the reason.");
}

static void reply_json(struct serve *s, struct serve_reply *r, json_t *answer)
{
	json_t *o = answer ? answer : fail(s);
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(PRECISION));

	json_decref(o);
	if (!text)
		reply_words(r, 503, "no memory\n");
	else
		*r = (struct serve_reply){ answer ? 200 : 503, "application/json", NULL, text, strlen(text), true };
}

static void reply_file(struct serve_reply *r, const struct page_file *f, const char *etag)
{
	const bool is_known = etag && strcmp(etag, f->etag) == 0;

	*r = (struct serve_reply){ is_known ? 304 : 200, f->type, f->etag, f->bytes,
		is_known ? 0 : (size_t)(f->end - f->bytes), false };
}

void serve_request(void *owner, const struct serve_request *q, struct serve_reply *r)
{
	struct serve *s = owner;
	const struct page_file *f;

	if (!serve_listen_is_own(&s->listen, q->host)) {
		reply_words(r, 421,
			"this is not the name of this page: use localhost or 127.0.0.1\n"); /* RFC 9110 15.5.20 */
		return;
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(q->path, answers[i].path) == 0) {
			reply_json(s, r, answers[i].answer(s->store, q));
			return;
		}
	f = page_file_find(files, sizeof(files) / sizeof(files[0]), q->path);
	if (f)
		reply_file(r, f, q->etag);
	else
		reply_words(r, 404, "not found\n");
}
