/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/operator.h"

#include <string.h>

#include "common/log.h"
#include "config/config.h"
#include "config/config_verdict.h"
#include "config/deny_list.h"

static bool is_end_changed(const struct config_peer *was, const struct config_peer *now)
{
	return was->port != now->port || !addr_equal(&was->addr, &now->addr);
}

static bool are_peers_changed(const struct config *was, const struct config *now)
{
	bool is_changed = was->peer_count != now->peer_count;

	for (unsigned i = 0; !is_changed && i < was->peer_count; i++)
		is_changed = is_end_changed(&was->peers[i], &now->peers[i]);
	return is_changed;
}

/* What is opened at the start keeps its configuration until a restart, which is logged. */
static json_t *keep_fixed(const struct config *was, struct config *now)
{
	json_t *fixed = json_array();
	const struct {
		const char *keyword;
		bool is_changed;
	} rows[] = {
		{ "queue", was->queue_first != now->queue_first || was->queue_last != now->queue_last },
		{ "in-flight", was->in_flight != now->in_flight },
		{ "interface", strcmp(was->interface, now->interface) != 0 },
		{ "control", strcmp(was->control, now->control) != 0 },
		{ "user", strcmp(was->user, now->user) != 0 },
		{ "operator-group", strcmp(was->operator_group, now->operator_group) != 0 },
		{ "mark", was->mark != now->mark },
		{ "peer", are_peers_changed(was, now) },
		{ "peer-listen",
			is_end_changed(&was->peer_listen4, &now->peer_listen4) ||
				is_end_changed(&was->peer_listen6, &now->peer_listen6) },
		{ "peer-key", strcmp(was->peer_key, now->peer_key) != 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].is_changed)
			continue;
		log_warning("%s: stays as it was until uturnd is restarted", rows[i].keyword);
		json_array_append_new(fixed, json_string(rows[i].keyword));
	}
	now->queue_first = was->queue_first;
	now->queue_last = was->queue_last;
	now->in_flight = was->in_flight;
	now->mark = was->mark;
	now->peer_count = was->peer_count;
	now->peer_listen4 = was->peer_listen4;
	now->peer_listen6 = was->peer_listen6;
	memcpy(now->peers, was->peers, sizeof(now->peers));
	memcpy(now->peer_key, was->peer_key, sizeof(now->peer_key));
	memcpy(now->interface, was->interface, sizeof(now->interface));
	memcpy(now->control, was->control, sizeof(now->control));
	memcpy(now->operator_group, was->operator_group, sizeof(now->operator_group));
	memcpy(now->user, was->user, sizeof(now->user));
	return fixed;
}

/* What uturn-rules reads of the configuration; queue and mark are those of the start, for it too. */
static json_t *find_rules(const struct config *was, const struct config *now)
{
	const struct {
		const char *keyword;
		bool is_changed;
	} rows[] = {
		{ "max-ttl", was->max_ttl != now->max_ttl },
		{ "limit", was->limit_per_prober != now->limit_per_prober || was->limit_total != now->limit_total },
		{ "request", was->request != now->request },
	};
	json_t *rules = json_array();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].is_changed)
			json_array_append_new(rules, json_string(rows[i].keyword));
	return rules;
}

bool operator_reload(struct config *config, const char *path, bool is_followed, struct deny_list *denied,
	json_t **answer, char *why, size_t why_size)
{
	const char *file = path ? path : config_path;
	char chosen[CONFIG_VERDICT_WORDS_SIZE];
	struct config read;
	json_t *fixed, *rules;

	if (config_load(path, &read, why, why_size) || deny_list_read(&read, denied, why, why_size)) {
		log_error("%s: the configuration stays as it was", why);
		return false;
	}
	fixed = keep_fixed(config, &read);
	rules = find_rules(config, &read);
	*config = read;
	log_info("configuration reloaded");
	if (json_array_size(rules) > 0 && !is_followed)
		log_warning("the rules have to follow: run uturn-rules apply --config %s", file);
	if (*config_verdict_words(config, chosen))
		log_info("%s", chosen);
	*answer = json_pack("{sb so* so* sb}", "reloaded", true, "until_restart", fixed, "rules", rules, "rules_kept",
		is_followed);
	if (*answer)
		json_object_set_new(*answer, "config", json_string(file)); /* not where it is not UTF-8 */
	return true;
}
