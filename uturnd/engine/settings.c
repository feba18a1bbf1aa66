/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/settings.h"

#include <string.h>

#include "config/config.h"

struct engine_settings engine_settings_of(const struct config *config)
{
	struct engine_settings s = {
		.in_flight = config->in_flight,
		.keep_ns = config->keep_ns,
		.max_ttl = config->max_ttl,
		.turn = config->turn,
		.tcp_answer = config->tcp_answer,
		.answer_from4 = config->answer_from4,
		.answer_from6 = config->answer_from6,
		.inflection = config->inflection,
		.inflection4 = config->inflection4,
		.inflection6 = config->inflection6,
		.reach_check = config->reach_check,
		.pace = config->pace,
		.turns_others = config->turns_others,
		.request = config->request,
		.require_padding = config->require_padding,
		.limit_per_prober = config->limit_per_prober,
		.limit_per_network = config->limit_per_network,
		.limit_total = config->limit_total,
		.access_count = config->access_count,
		.request_from_count = config->request_from_count,
		.request_target_count = config->request_target_count,
	};

	memcpy(s.contact, config->contact, sizeof(s.contact));
	while (s.contact[s.contact_size])
		s.contact_size++;
	memcpy(s.access, config->access, sizeof(s.access));
	memcpy(s.request_from, config->request_from, sizeof(s.request_from));
	memcpy(s.request_target, config->request_target, sizeof(s.request_target));
	return s;
}

bool engine_settings_is_ours(const struct engine_settings *s, const struct addr *a, const struct addr *target)
{
	return addr_equal(a, target) || addr_equal(a, &s->inflection4) || addr_equal(a, &s->inflection6);
}
