/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_verdict.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FOLDER "/var/lib/uturn"
const char config_verdict_folder[] = FOLDER;
const char config_verdict_path[] = FOLDER "/spoof-check";

enum { FILE_SIZE = 1024, WORD_SIZE = 16 };

static const char remedy[] = "run `uturnctl spoof-check --save` again, or remove the file";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of a line up to its comment, "" at the end; false where it is too long, or not text. */
static bool word_next(const char **at, const char *end, char word[WORD_SIZE])
{
	size_t len = 0;

	while (*at < end && is_blank(**at))
		++*at;
	if (*at < end && **at == '#')
		*at = end;
	while (*at + len < end && (*at)[len] > ' ')
		len++;
	if (len >= WORD_SIZE || (*at + len < end && !is_blank((*at)[len])))
		return false;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len;
	return true;
}

/* NULL, or what is wrong with the line. */
static const char *read_line(const char *at, const char *end, struct config_verdict *v)
{
	char words[3][WORD_SIZE];
	bool is_six, is_self;

	for (int i = 0; i < 3; i++)
		if (!word_next(&at, end, words[i]))
			return "not written by uturnctl";
	if (!words[0][0])
		return NULL;
	is_six = strcmp(words[0], "answer-from6") == 0;
	is_self = strcmp(words[1], "self") == 0;
	if ((!is_six && strcmp(words[0], "answer-from4") != 0) || (!is_self && strcmp(words[1], "router") != 0) ||
		words[2][0])
		return "neither 'answer-from4 router|self' nor 'answer-from6 router|self'";
	if (is_six ? v->is_known6 : v->is_known4)
		return "a second verdict for one family";
	*(is_six ? &v->is_known6 : &v->is_known4) = true;
	*(is_six ? &v->answer_from6 : &v->answer_from4) = is_self ? ANSWER_FROM_SELF : ANSWER_FROM_ROUTER;
	return NULL;
}

static int parse(const char *name, const char *text, size_t len, struct config_verdict *v, char *why, size_t why_size)
{
	const char *end = text + len;
	unsigned line = 0;

	*v = (struct config_verdict){ 0 };
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *wrong = read_line(text, newline ? newline : end, v);

		line++;
		if (wrong) {
			snprintf(why, why_size, "%s:%u: %s, %s", name, line, wrong, remedy);
			return -1;
		}
		text = newline ? newline + 1 : end;
	}
	return 0;
}

int config_verdict_load(const char *path, struct config_verdict *v, char *why, size_t why_size)
{
	char text[FILE_SIZE];
	FILE *f = fopen(path, "re");
	size_t len;
	bool is_broken;

	*v = (struct config_verdict){ 0 };
	if (!f && errno == ENOENT)
		return 0;
	len = f ? fread(text, 1, sizeof(text), f) : 0;
	is_broken = !f || ferror(f);
	if (is_broken) /* uturnd may read what was there when it started */
		snprintf(why, why_size, "%s: %s, %s", path, strerror(errno),
			errno == EACCES ? "restart uturnd if the folder is new" : remedy);
	if (f)
		fclose(f);
	if (is_broken)
		return -1;
	if (len == sizeof(text)) {
		snprintf(why, why_size, "%s: larger than %d bytes, %s", path, FILE_SIZE - 1, remedy);
		return -1;
	}
	return parse(path, text, len, v, why, why_size);
}

int config_verdict_choose(const char *path, struct config *c, char *why, size_t why_size)
{
	bool is_auto4 = c->answer_from_chosen4 != CHOSEN_BY_FILE, is_auto6 = c->answer_from_chosen6 != CHOSEN_BY_FILE;
	struct config_verdict v;

	if (!is_auto4 && !is_auto6)
		return 0;
	if (config_verdict_load(path, &v, why, why_size))
		return -1;
	if (is_auto4 && v.is_known4) {
		c->answer_from4 = v.answer_from4;
		c->answer_from_chosen4 = CHOSEN_BY_VERDICT;
	}
	if (is_auto6 && v.is_known6) {
		c->answer_from6 = v.answer_from6;
		c->answer_from_chosen6 = CHOSEN_BY_VERDICT;
	}
	return 0;
}

const char *config_verdict_words(const struct config *c, char words[CONFIG_VERDICT_WORDS_SIZE])
{
	static const char *const sources[] = { "", "", " (no verdict: uturnctl spoof-check)" };
	const struct {
		const char *family;
		enum answer_from from;
		enum chosen chosen;
	} rows[] = { { "IPv4", c->answer_from4, c->answer_from_chosen4 },
		{ "IPv6", c->answer_from6, c->answer_from_chosen6 } };
	size_t len = 0;

	words[0] = '\0';
	for (int i = 0; i < 2; i++)
		if (rows[i].chosen != CHOSEN_BY_FILE)
			len += (size_t)snprintf(words + len, CONFIG_VERDICT_WORDS_SIZE - len, "%s%s %s%s",
				len ? ", " : "answer-from auto: ", rows[i].family,
				rows[i].from == ANSWER_FROM_SELF ? "self" : "router", sources[rows[i].chosen]);
	return words;
}
