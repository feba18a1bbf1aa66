/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "web_keywords.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"
#include "web_config.h"

/* ADDR:PORT or [ADDR]:PORT; false where it is neither. */
static bool end_parse(char *word, struct addr *addr, uint16_t *port)
{
	char *colon = strrchr(word, ':');
	size_t len = colon ? (size_t)(colon - word) : 0;
	bool is_bracketed = len > 1 && word[0] == '[' && colon[-1] == ']';
	unsigned long value;

	if (!colon || !number_parse(colon + 1, "", &value) || value == 0 || value > 65535)
		return false;
	*port = (uint16_t)value;
	word[is_bracketed ? len - 1 : len] = '\0';
	return addr_parse(word + is_bracketed, addr) && (addr->family == 6) == is_bracketed;
}

static bool set_listen(struct reading *r, const struct keyword *k, char **words)
{
	struct web_config *c = r->config;
	struct web_listen l = { .is_tls = words[2] != NULL };
	char copy[64];

	if (strlen(words[1]) >= sizeof(copy))
		return reading_refuse(r, "%s: '%s' is not ADDR:PORT", k->name, words[1]);
	strcpy(copy, words[1]);
	if (!end_parse(copy, &l.addr, &l.port))
		return reading_refuse(r, "%s: '%s' is not ADDR:PORT, such as 0.0.0.0:80 or [::]:443", k->name,
			words[1]);
	if (words[2] && strcmp(words[2], "tls") != 0)
		return reading_refuse(r, "%s: '%s' is not tls, write '%s %s'", k->name, words[2], k->name, k->values);
	for (unsigned i = 0; i < c->listener_count; i++)
		if (c->listeners[i].port == l.port && addr_equal(&c->listeners[i].addr, &l.addr))
			return reading_refuse(r, "%s: %s is listed twice, keep one of them", k->name, words[1]);
	if (c->listener_count == WEB_LISTENERS)
		return reading_refuse(r, "%s: more than %d lines", k->name, WEB_LISTENERS);
	c->listeners[c->listener_count++] = l;
	return true;
}

static bool set_mmdb(struct reading *r, const struct keyword *k, char **words)
{
	struct web_config *c = r->config;

	if (words[1][0] != '/' || strlen(words[1]) >= WEB_PATH_SIZE)
		return reading_refuse(r, "%s: '%s' is not an absolute path of at most %d bytes", k->name, words[1],
			WEB_PATH_SIZE - 1);
	if (c->database_count == WEB_DATABASES)
		return reading_refuse(r, "%s: more than %d lines", k->name, WEB_DATABASES);
	c->lines.databases[c->database_count] = r->line;
	strcpy(c->databases[c->database_count++], words[1]);
	return true;
}

static bool set_resolver(struct reading *r, const struct keyword *k, char **words)
{
	struct web_config *c = r->config;

	if (c->resolver_count == WEB_RESOLVERS)
		return reading_refuse(r, "%s: more than %d lines", k->name, WEB_RESOLVERS);
	if (!addr_parse(words[1], &c->resolvers[c->resolver_count]))
		return reading_refuse(r, "%s: '%s' is not an address", k->name, words[1]);
	c->resolver_count++;
	return true;
}

static bool set_proxy(struct reading *r, const struct keyword *k, char **words)
{
	struct web_config *c = r->config;

	if (c->proxy_count == WEB_PROXIES)
		return reading_refuse(r, "%s: more than %d lines", k->name, WEB_PROXIES);
	if (!prefix_parse(words[1], &c->proxies[c->proxy_count]))
		return reading_refuse(r, "%s: '%s' is not an address or prefix, such as 192.0.2.0/24", k->name,
			words[1]);
	c->proxy_count++;
	return true;
}

static bool add_metrics_listener(struct reading *r, const struct keyword *k, const char *word, struct web_listen l)
{
	struct web_config *c = r->config;
	unsigned count = 0;

	for (unsigned i = 0; i < c->listener_count; i++) {
		count += c->listeners[i].is_metrics;
		if (c->listeners[i].port == l.port && addr_equal(&c->listeners[i].addr, &l.addr))
			return reading_refuse(r, "%s: %s is listed already, choose another port", k->name, word);
	}
	if (count == WEB_METRICS_LISTENERS || c->listener_count == WEB_LISTENERS)
		return reading_refuse(r, "%s: more than %d lines with a port, or %d listeners in all", k->name,
			WEB_METRICS_LISTENERS, WEB_LISTENERS);
	c->listeners[c->listener_count++] = l;
	return true;
}

/* off stands alone, and so do the others without it: the slot says which, the line of the first. */
static bool set_metrics(struct reading *r, const struct keyword *k, char **words)
{
	struct web_config *c = r->config;
	struct web_listen l = { .is_metrics = true };
	bool is_off = strcmp(words[1], "off") == 0;

	if (r->line && r->seen[is_off ? WEB_SLOT_METRICS : WEB_SLOT_METRICS_OFF])
		return reading_refuse(r, "%s: off and others exclude each other, see line %u", k->name,
			r->seen[is_off ? WEB_SLOT_METRICS : WEB_SLOT_METRICS_OFF]);
	r->seen[is_off ? WEB_SLOT_METRICS_OFF : WEB_SLOT_METRICS] = r->line;
	if (is_off)
		return true;
	if (addr_port_parse(words[1], &l.addr, &l.port))
		return add_metrics_listener(r, k, words[1], l);
	if (c->metrics_reader_count == WEB_METRICS_READERS)
		return reading_refuse(r, "%s: more than %d lines with a prefix", k->name, WEB_METRICS_READERS);
	if (!prefix_parse(words[1], &c->metrics_readers[c->metrics_reader_count]))
		return reading_refuse(r,
			"%s: '%s' is neither ADDR:PORT, such as 127.0.0.1:9100, nor an address or prefix, such as "
			"192.0.2.0/24, nor off",
			k->name, words[1]);
	c->metrics_reader_count++;
	return true;
}

/* http://HOST[:PORT] without anything behind: what a browser sends as Origin, and what may stand in a policy. */
static bool is_origin(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
	size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : 7;

	if (scheme == 7 && strncmp(text, "http://", 7) != 0)
		return false;
	return text[scheme] && strlen(text) < WEB_URL_SIZE && text[scheme + strspn(text + scheme, letters)] == '\0';
}

static bool set_cors(struct reading *r, const struct keyword *k, char **words)
{
	struct web_config *c = r->config;

	if (strcmp(words[1], "*") != 0 && !is_origin(words[1]))
		return reading_refuse(r, "%s: '%s' is neither * nor an origin such as https://www.example.net", k->name,
			words[1]);
	if (c->origin_count == WEB_ORIGINS)
		return reading_refuse(r, "%s: more than %d lines", k->name, WEB_ORIGINS);
	strcpy(c->origins[c->origin_count++], words[1]);
	return true;
}

static bool set_page(struct reading *r, const struct keyword *k, char **words)
{
	if (!is_origin(words[1]))
		return reading_refuse(r, "%s: '%s' is not an origin such as https://v4.example.net", k->name, words[1]);
	if (strchr(words[1], '['))
		return reading_refuse(r,
			"%s: a content security policy has no form for an IPv6 address, give it a name", k->name);
	memset((char *)r->config + k->offset, 0, k->size);
	memcpy((char *)r->config + k->offset, words[1], strlen(words[1]));
	return reading_once(r, k, k->slot);
}

/* What the page shows as it is: UTF-8, in one line. */
static bool set_text(struct reading *r, const struct keyword *k, char **words)
{
	const size_t len = strlen(words[1]);
	json_t *valid = len < k->size ? json_string(words[1]) : NULL;

	if (!valid)
		return reading_refuse(r, "%s: not UTF-8, or longer than %zu bytes", k->name, k->size - 1);
	json_decref(valid);
	for (const char *c = words[1]; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return reading_refuse(r, "%s: byte 0x%02x is a control character", k->name, (unsigned char)*c);
	memset((char *)r->config + k->offset, 0, k->size);
	memcpy((char *)r->config + k->offset, words[1], len);
	return reading_once(r, k, k->slot);
}

static const char *const limits[] = { "connections-per-prefix", "connections", "traces-per-prefix", "traces", NULL };

/* Connections at once; traces a minute. */
static bool set_limit(struct reading *r, const struct keyword *k, char **words)
{
	struct allowance *a = &((struct web_config *)r->config)->allowance;
	uint32_t *const fields[] = { &a->connections_per_prefix, &a->connections, &a->traces_per_prefix, &a->traces };
	unsigned long value;
	const char *unit = number_parse(words[1], "/", &value);
	int choice = choice_find(r, k, words[2]);

	if (choice < 0)
		return false;
	if (!unit || value < k->low || value > k->high || strcmp(unit, choice < 2 ? "" : "/m") != 0)
		return reading_refuse(r, "%s: '%s' is not a number between %lu and %lu%s", k->name, words[1], k->low,
			k->high, choice < 2 ? "" : " a minute, such as 30/m");
	*fields[choice] = (uint32_t)value;
	return reading_once(r, k, WEB_SLOT_LIMIT + (unsigned)choice);
}

static const char *const confirmations[] = { "no", "yes", NULL };

#define FIELD(name) .offset = offsetof(struct web_config, name), .size = sizeof(((struct web_config *)0)->name)

/* clang-format off */
static const struct keyword keywords[] = {
	{ "listen", "ADDR:PORT [tls]", "[::]:80", "where to listen for visitors; [::] takes IPv4 as well",
	  set_listen, 1, .slot = WEB_SLOT_NONE, .optional = 1 },
	{ "certificate", "FILE", "", "chain of certificates for tls, PEM, our own first",
	  set_path, 1, WEB_SLOT_CERTIFICATE, FIELD(certificate) },
	{ "key", "FILE", "", "private key of the certificate, PEM",
	  set_path, 1, WEB_SLOT_KEY, FIELD(key) },
	{ "redirect-to-https", "yes|no", "no", "send browsers that come without TLS to the same page with it",
	  set_choice, 1, WEB_SLOT_REDIRECT, FIELD(redirect_to_https), .choices = confirmations },
	{ "acme-webroot", "DIR", WEB_STATE, "where an ACME client puts .well-known/acme-challenge",
	  set_path, 1, WEB_SLOT_ACME_WEBROOT, FIELD(acme_webroot) },
	{ "proxy", "PREFIX", "", "proxies from which a header of the PROXY protocol is taken",
	  set_proxy, 1, .slot = WEB_SLOT_NONE },
	{ "metrics", "ADDR:PORT|PREFIX|off", "127.0.0.0/8\n::1",
	  "who may read /metrics; with a port a listener for nothing else",
	  set_metrics, 1, .slot = WEB_SLOT_NONE },
	{ "control", "PATH", "/run/uturn/control", "control socket of uturnd(8)",
	  set_path, 1, WEB_SLOT_CONTROL, FIELD(control) },
	{ "mmdb", "FILE", "", "database of networks and places, such as GeoLite2 or IPinfo Lite",
	  set_mmdb, 1, .slot = WEB_SLOT_NONE },
	{ "resolve", "yes|no", "yes", "look up the names of routers",
	  set_choice, 1, WEB_SLOT_RESOLVE, FIELD(resolve), .choices = confirmations },
	{ "resolver", "ADDR", "", "name server to ask instead of those of resolv.conf(5)",
	  set_resolver, 1, .slot = WEB_SLOT_NONE },
	{ "hop-offset", "N", "0", "first hops not to show, in front of a load balancer",
	  set_number, 1, WEB_SLOT_HOP_OFFSET, FIELD(hop_offset), 0, 31 },
	{ "max-ttl", "N", "32", "hops to trace at most",
	  set_number, 1, WEB_SLOT_MAX_TTL, FIELD(max_ttl), 1, 32 },
	{ "attempts", "N", "3", "probes for each hop",
	  set_number, 1, WEB_SLOT_ATTEMPTS, FIELD(attempts), 1, 3 },
	{ "cors", "ORIGIN|*", "", "origin whose pages may read traces from here",
	  set_cors, 1, .slot = WEB_SLOT_NONE },
	{ "page4", "URL", "", "origin that has IPv4 only, for the page's second column",
	  set_page, 1, WEB_SLOT_PAGE4, FIELD(page4) },
	{ "page6", "URL", "", "origin that has IPv6 only, for the page's second column",
	  set_page, 1, WEB_SLOT_PAGE6, FIELD(page6) },
	{ "title", "TEXT", "", "heading of the page instead of its own",
	  set_text, 1, WEB_SLOT_TITLE, FIELD(title), .is_text = true },
	{ "operator", "TEXT", "", "who runs this server, for the foot of the page",
	  set_text, 1, WEB_SLOT_OPERATOR, FIELD(operator_name), .is_text = true },
	{ "contact", "TEXT", "", "URL, mail address or other words, for the foot of the page",
	  set_text, 1, WEB_SLOT_CONTACT, FIELD(contact), .is_text = true },
	{ "notice", "TEXT", "", "what visitors should know, above the trace",
	  set_text, 1, WEB_SLOT_NOTICE, FIELD(notice), .is_text = true },
	{ "logo", "FILE", "", "picture of at most 64 kB, SVG or PNG, instead of uturn's own",
	  set_path, 1, WEB_SLOT_LOGO, FIELD(logo) },
	{ "limit", "N connections-per-prefix|connections|traces-per-prefix|traces",
	  "64 connections-per-prefix\n4096 connections\n60/m traces-per-prefix\n6000/m traces",
	  "connections at once, traces a minute (N/m); a prefix is an IPv4 address or IPv6 /64",
	  set_limit, 2, WEB_SLOT_NONE, .low = 1, .high = 1000000, .choices = limits },
	{ "user", "NAME", "uturn-web", "user to switch to after the start",
	  set_name, 1, WEB_SLOT_USER, FIELD(user) },
};
/* clang-format on */

const struct keyword *web_keywords(size_t *count)
{
	*count = sizeof(keywords) / sizeof(keywords[0]);
	return keywords;
}
