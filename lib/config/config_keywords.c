/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_keywords.h"

#include <string.h>

#include "common/text.h"
#include "config/prefix_read.h"
#include "packet/special.h"

enum { NS_PER_MS = 1000000 };

static bool set_queue(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	unsigned long first = 0, last;
	const char *end = number_parse(words[1], ":", &first);

	last = first;
	if (end && *end == ':')
		end = number_parse(end + 1, "", &last);
	if (!end || first > k->high || last > k->high)
		return reading_refuse(r, "%s: '%s' is not a number or range N:M between %lu and %lu", k->name, words[1],
			k->low, k->high);
	if (last < first || last - first >= CONFIG_QUEUES)
		return reading_refuse(r, "%s: '%s' must ascend and span at most %d queues", k->name, words[1],
			CONFIG_QUEUES);
	c->queue_first = (uint16_t)first;
	c->queue_last = (uint16_t)last;
	return reading_once(r, k, k->slot);
}

/* One family or both; answer-from4 and answer-from6 win, wherever they stand. */
static bool set_answer_from(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	int choice = choice_find(r, k, words[1]);
	bool is_auto = choice == ANSWER_FROM_SELF + 1;
	enum answer_from from = is_auto ? ANSWER_FROM_ROUTER : (enum answer_from)choice;
	enum chosen chosen = is_auto ? CHOSEN_BY_NOBODY : CHOSEN_BY_FILE;

	if (choice < 0)
		return false;
	if (k->slot == SLOT_ANSWER_FROM4 || (k->slot == SLOT_ANSWER_FROM && !r->seen[SLOT_ANSWER_FROM4])) {
		c->answer_from4 = from;
		c->answer_from_chosen4 = chosen;
	}
	if (k->slot == SLOT_ANSWER_FROM6 || (k->slot == SLOT_ANSWER_FROM && !r->seen[SLOT_ANSWER_FROM6])) {
		c->answer_from6 = from;
		c->answer_from_chosen6 = chosen;
	}
	return reading_once(r, k, k->slot);
}

/* An address is its family's own; a word stands for the families without one. */
static bool set_inflection(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	char text[ADDR_TEXT_SIZE];
	struct addr a, four;
	int choice;

	if (!addr_parse(words[1], &a)) {
		choice = choice_find(r, k, words[1]);
		c->inflection = choice < 0 ? INFLECTION_AUTO : (enum inflection)choice;
		return choice >= 0 && reading_once(r, k, SLOT_INFLECTION);
	}
	if (addr_is_mapped(&a, &four))
		return reading_refuse(r, "%s: %s is not a unicast host address, did you mean '%s'?", k->name, words[1],
			addr_text(&four, text));
	if (!addr_is_unicast_host(&a))
		return reading_refuse(r, "%s: %s is not a unicast host address", k->name, words[1]);
	if (a.family == 4)
		c->inflection4 = a;
	else
		c->inflection6 = a;
	return reading_once(r, k, a.family == 4 ? SLOT_INFLECTION4 : SLOT_INFLECTION6);
}

static bool set_keep(struct reading *r, const struct keyword *k, char **words)
{
	static const struct {
		const char *name;
		unsigned long ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 } };
	struct config *c = r->config;
	unsigned long value;
	const char *unit = number_parse(words[1], "ms", &value);

	for (size_t i = 0; unit && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0 || value > k->high || value * units[i].ms > k->high)
			continue;
		if (value * units[i].ms < k->low)
			break;
		c->keep_ns = (uint64_t)value * units[i].ms * NS_PER_MS;
		return reading_once(r, k, k->slot);
	}
	return reading_refuse(r, "%s: '%s' is not a time between %lums and %lum, such as 5s", k->name, words[1], k->low,
		k->high / 60000);
}

/* Inserts in front of the first shorter prefix. */
static bool access_add(struct reading *r, const struct access *a)
{
	struct config_draft *d = r->config;
	struct config *c = &d->config;
	unsigned at = 0, behind;

	if (c->access_count == CONFIG_PREFIXES)
		return reading_refuse(r, "more than %d prefixes to allow and deny", CONFIG_PREFIXES);
	while (at < c->access_count && c->access[at].prefix.length >= a->prefix.length)
		at++;
	behind = c->access_count++ - at;
	memmove(&c->access[at + 1], &c->access[at], behind * sizeof(c->access[0]));
	memmove(&d->access_seen[at + 1], &d->access_seen[at], behind * sizeof(d->access_seen[0]));
	c->access[at] = *a;
	d->access_seen[at] = r->line;
	return true;
}

static bool set_access(struct reading *r, const struct keyword *k, char **words)
{
	struct config_draft *d = r->config;
	struct access a = { .is_allowed = strcmp(k->name, "allow") == 0 };

	if (!prefix_read(r, k->name, words[1], &a.prefix))
		return false;
	for (unsigned i = 0; i < d->config.access_count; i++) {
		struct access *other = &d->config.access[i];

		if (other->prefix.length != a.prefix.length || !addr_equal(&other->prefix.addr, &a.prefix.addr))
			continue;
		if (d->access_seen[i])
			return reading_refuse(r, "%s: line %u has %s/%u already, keep one of them", k->name,
				d->access_seen[i], words[1], a.prefix.length);
		d->access_seen[i] = r->line;
		*other = a;
		return true;
	}
	return access_add(r, &a);
}

static bool set_deny_file(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	size_t len = strlen(words[1]);

	if (len >= CONFIG_PATH_SIZE || words[1][0] != '/')
		return reading_refuse(r, "%s: '%s' is not an absolute path of at most %d bytes", k->name, words[1],
			CONFIG_PATH_SIZE - 1);
	if (c->deny_file_count == CONFIG_DENY_FILES)
		return reading_refuse(r, "%s: more than %d files", k->name, CONFIG_DENY_FILES);
	memcpy(c->deny_files[c->deny_file_count++], words[1], len + 1);
	return true;
}

/*
 * It is sent to whoever a probe names as its source. Without blanks, quotes and what separates fields or
 * commands, it can be no metric and no command there.
 */
static bool set_contact(struct reading *r, const struct keyword *k, char **words)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/@%+";
	struct config *c = r->config;
	size_t len = strcmp(words[1], k->empty) == 0 ? 0 : strlen(words[1]);

	if (len >= sizeof(c->contact) || strspn(words[1], allowed) < len)
		return reading_refuse(r,
			"%s: '%s' is not a URL or mail address of at most %zu letters, digits and -._~:/@%%+", k->name,
			words[1], sizeof(c->contact) - 1);
	memset(c->contact, 0, sizeof(c->contact));
	memcpy(c->contact, words[1], len);
	return reading_once(r, k, k->slot);
}

/* One more for a list whose order does not matter. */
static bool set_request_prefix(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	bool is_from = strcmp(k->name, "request-from") == 0;
	struct prefix *list = is_from ? c->request_from : c->request_target;
	unsigned *count = is_from ? &c->request_from_count : &c->request_target_count;

	if (*count == CONFIG_REQUEST_PREFIXES)
		return reading_refuse(r, "%s: more than %d prefixes", k->name, CONFIG_REQUEST_PREFIXES);
	if (!prefix_read(r, k->name, words[1], &list[*count]))
		return false;
	++*count;
	return true;
}

/* False after reading_refuse(). */
static bool read_rate(struct reading *r, const struct keyword *k, const char *word, uint32_t *rate)
{
	unsigned long number;
	const char *unit = number_parse(word, "/", &number);

	if (!unit || strcmp(unit, "/s") != 0 || number < k->low || number > k->high)
		return reading_refuse(r, "%s: '%s' is not a rate between %lu/s and %lu/s", k->name, word, k->low,
			k->high);
	*rate = (uint32_t)number;
	return true;
}

static bool set_limit(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	uint32_t rate = 0;
	int choice;

	if (!read_rate(r, k, words[1], &rate))
		return false;
	choice = choice_find(r, k, words[2]);
	if (choice < 0)
		return false;
	switch (choice) {
	case 0:
		c->limit_per_prober = rate;
		if (!r->seen[SLOT_LIMIT_PER_NETWORK])
			c->limit_per_network = rate * 10;
		break;
	case 1:
		c->limit_per_network = rate;
		break;
	default:
		c->limit_total = rate;
	}
	return reading_once(r, k, SLOT_LIMIT_PER_PROBER + choice);
}

/* "80,443,8000-8099", or all. */
static bool set_ports(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	const char *at = words[1];
	unsigned long first, last;

	c->inband_port_count = 0;
	if (strcmp(at, "all") == 0) {
		c->inband_ports[c->inband_port_count++] = (struct config_ports){ (uint16_t)k->low, (uint16_t)k->high };
		return reading_once(r, k, k->slot);
	}
	for (;; at++) {
		at = number_parse(at, "-,", &first);
		last = first;
		if (at && *at == '-')
			at = number_parse(at + 1, ",", &last);
		if (!at || first < k->low || last > k->high || last < first)
			return reading_refuse(r, "%s: '%s' is not a list of ports, such as 80,443,8000-8099", k->name,
				words[1]);
		if (c->inband_port_count == CONFIG_PORT_RANGES)
			return reading_refuse(r, "%s: more than %d ports or ranges", k->name, CONFIG_PORT_RANGES);
		c->inband_ports[c->inband_port_count++] = (struct config_ports){ (uint16_t)first, (uint16_t)last };
		if (*at == '\0')
			return reading_once(r, k, k->slot);
	}
}

/* ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT; false after reading_refuse(). */
static bool read_peer(struct reading *r, const struct keyword *k, const char *word, struct config_peer *peer)
{
	peer->port = CONFIG_PEER_PORT;
	if (!addr_parse(word, &peer->addr) && !addr_port_parse(word, &peer->addr, &peer->port))
		return reading_refuse(r,
			"%s: '%s' is not an address, such as 192.0.2.1, 192.0.2.1:%d or [2001:db8::1]:%d", k->name,
			word, CONFIG_PEER_PORT, CONFIG_PEER_PORT);
	if (!addr_is_unicast_host(&peer->addr))
		return reading_refuse(r, "%s: %s is not a unicast host address", k->name, word);
	return true;
}

static bool set_peer(struct reading *r, const struct keyword *k, char **words)
{
	struct config_draft *d = r->config;
	struct config *c = &d->config;
	struct config_peer peer;

	if (!read_peer(r, k, words[1], &peer))
		return false;
	for (unsigned i = 0; i < c->peer_count; i++)
		if (addr_equal(&peer.addr, &c->peers[i].addr) && peer.port == c->peers[i].port)
			return reading_refuse(r, "%s: line %u has %s already", k->name, d->peer_seen[i], words[1]);
	if (c->peer_count == CONFIG_PEERS)
		return reading_refuse(r, "%s: more than %d peers", k->name, CONFIG_PEERS);
	d->peer_seen[c->peer_count] = r->line;
	c->peers[c->peer_count++] = peer;
	return true;
}

static bool set_peer_listen(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;
	struct config_peer own;

	if (!read_peer(r, k, words[1], &own))
		return false;
	if (own.addr.family == 4)
		c->peer_listen4 = own;
	else
		c->peer_listen6 = own;
	return reading_once(r, k, own.addr.family == 4 ? SLOT_PEER_LISTEN4 : SLOT_PEER_LISTEN6);
}

static bool set_peer_limit(struct reading *r, const struct keyword *k, char **words)
{
	struct config *c = r->config;

	return read_rate(r, k, words[1], &c->peer_limit) && reading_once(r, k, k->slot);
}

static const char *const turns[] = { "flow", "mirror", NULL };
static const char *const answerers[] = { "router", "self", "auto", NULL };
static const char *const inflections[] = { "auto", "target", "silent", NULL };
static const char *const tcp_answers[] = { "rst", "synack", NULL };
static const char *const other_protocols[] = { "pass", "turn", NULL };
static const char *const switches[] = { "off", "on", NULL };
static const char *const confirmations[] = { "no", "yes", NULL };
static const char *const limits[] = { "per-prober", "per-network", "total", NULL }; /* as their slots */

#define FIELD(name) .offset = offsetof(struct config, name), .size = sizeof(((struct config *)0)->name)

/* clang-format off */
static const struct keyword keywords[] = {
	{ "queue", "N[:M]", "5", "number of the NFQUEUE to read, or the first and last of a range, with a worker for each",
	  set_queue, 1, SLOT_QUEUE, .high = 65535 },
	{ "max-ttl", "N", "32", "probes that arrive with a higher TTL are left to the kernel",
	  set_number, 1, SLOT_MAX_TTL, FIELD(max_ttl), 1, 63 },
	{ "turn", "flow|mirror", "flow", "the return probe goes in the flow's reverse direction, or has only its addresses swapped",
	  set_choice, 1, SLOT_TURN, FIELD(turn), .choices = turns },
	{ "answer-from", "router|self|auto", "router", "source of an answer: the router's address, or an address of this host, and the router named inside",
	  set_answer_from, 1, SLOT_ANSWER_FROM, .choices = answerers },
	{ "answer-from4", "router|self|auto", "router", "the same for IPv4 only",
	  set_answer_from, 1, SLOT_ANSWER_FROM4, .choices = answerers },
	{ "answer-from6", "router|self|auto", "router", "the same for IPv6 only",
	  set_answer_from, 1, SLOT_ANSWER_FROM6, .choices = answerers },
	{ "inflection", "auto|target|silent|ADDR", "auto", "who answers a probe that arrives with TTL 1; may be given once as a word, and once as an address of each family",
	  set_inflection, 1, SLOT_INFLECTION, .choices = inflections },
	{ "tcp-answer", "rst|synack", "rst", "what a SYN is answered with",
	  set_choice, 1, SLOT_TCP_ANSWER, FIELD(tcp_answer), .choices = tcp_answers },
	{ "reach-check", "on|off", "on", "check whether a UDP return probe that nobody answered has reached the prober",
	  set_choice, 1, SLOT_REACH_CHECK, FIELD(reach_check), .choices = switches },
	{ "pace", "on|off", "on", "while a router is found to limit its answers, refuse repeated probes for it",
	  set_choice, 1, SLOT_PACE, FIELD(pace), .choices = switches },
	{ "other-protocols", "pass|turn", "pass", "what becomes of probes that are neither UDP, TCP nor ICMP",
	  set_choice, 1, SLOT_OTHER_PROTOCOLS, FIELD(turns_others), .choices = other_protocols },
	{ "in-flight", "N", "65536", "return probes in flight at once; a further one evicts the oldest",
	  set_number, 1, SLOT_IN_FLIGHT, FIELD(in_flight), 1, 1 << 22 },
	{ "keep", "T", "5s", "how long to wait for an answer to a return probe",
	  set_keep, 1, SLOT_KEEP, .low = 100, .high = 600000 },
	{ "allow", "PREFIX", "0.0.0.0/0\n::/0", "probers that are answered; of all prefixes the longest decides",
	  set_access, 1, .slot = SLOT_NONE },
	{ "deny", "PREFIX", "", "probers that are not answered, such as 192.0.2.0/24",
	  set_access, 1, .slot = SLOT_NONE },
	{ "deny-file", "FILE", "", "file of more prefixes to deny, one a line, read again at a reload",
	  set_deny_file, 1, .slot = SLOT_NONE },
	{ "limit", "N/s per-prober|per-network|total", "200/s per-prober\n2000/s per-network\n20000/s total",
	  "probes a second accepted from one IPv4 address or IPv6 /64, from one /24 or /48, and from all",
	  set_limit, 2, SLOT_NONE, .low = 1, .high = 100000000, .choices = limits },
	{ "interface", "NAME|all", "all", "listen for answers of routers on this interface only",
	  set_name, 1, SLOT_INTERFACE, FIELD(interface), .empty = "all" },
	{ "control", "PATH", "/run/uturn/control", "socket that uturnctl(8) talks to",
	  set_path, 1, SLOT_CONTROL, FIELD(control) },
	{ "user", "NAME", "uturn", "user to run as after the start; root keeps all privileges, for labs",
	  set_name, 1, SLOT_USER, FIELD(user) },
	{ "operator-group", "NAME|none", "none", "group whose members may watch probers, list traces and reload, as root may",
	  set_name, 1, SLOT_OPERATOR_GROUP, FIELD(operator_group), .empty = "none" },
	{ "mark", "N", "0x54", "firewall mark (SO_MARK) of every packet sent; 0 sets none",
	  set_number, 1, SLOT_MARK, FIELD(mark), 0, 0xffffffff },
	{ "contact", "TEXT|none", "none", "URL or mail address in return probes, for those who wonder about them",
	  set_contact, 1, SLOT_CONTACT, .empty = "none" },
	{ "request", "on|off", "off", "answer the ICMP reverse-traceroute protocol, uturn-request(7)",
	  set_choice, 1, SLOT_REQUEST, FIELD(request), .choices = switches },
	{ "require-padding", "yes|no", "no", "of requests, take only those as large as their answer",
	  set_choice, 1, SLOT_REQUIRE_PADDING, FIELD(require_padding), .choices = confirmations },
	{ "request-from", "PREFIX", "", "requesters that may ask for the path to another host, such as 192.0.2.0/24",
	  set_request_prefix, 1, .slot = SLOT_NONE },
	{ "request-target", "PREFIX", "", "hosts to which they may ask for the path",
	  set_request_prefix, 1, .slot = SLOT_NONE },
	{ "inband", "on|off", "off", "trace TCP connections when asked to on the control socket",
	  set_choice, 1, SLOT_INBAND, FIELD(inband), .choices = switches },
	{ "inband-ports", "LIST|all", "80,443", "local ports of the connections that users other than operators may have traced",
	  set_ports, 1, SLOT_INBAND_PORTS, .low = 1, .high = 65535 },
	{ "peer", "ADDR[:PORT]", "", "another uturn host with the same addresses, which is told of errors that match no probe of this one; see uturn-peer(7)",
	  set_peer, 1, .slot = SLOT_NONE },
	{ "peer-listen", "ADDR[:PORT]", "", "own address to send to peers from and to hear them at; may be given once for each family",
	  set_peer_listen, 1, .slot = SLOT_NONE },
	{ "peer-key", "FILE", "", "file of 32 random bytes, the same on all peers, made by `uturnctl peer-key`",
	  set_path, 1, SLOT_PEER_KEY, FIELD(peer_key) },
	{ "peer-limit", "N/s", "2000/s", "datagrams a second to each peer at most",
	  set_peer_limit, 1, SLOT_PEER_LIMIT, .low = 1, .high = 100000000 },
	{ "log-traces", "yes|no", "no", "log a line for each trace that has ended, ten a second at most",
	  set_choice, 1, SLOT_LOG_TRACES, FIELD(log_traces), .choices = confirmations },
};
/* clang-format on */

const struct keyword *config_keywords(size_t *count)
{
	*count = sizeof(keywords) / sizeof(keywords[0]);
	return keywords;
}
