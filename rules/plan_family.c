/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_family.h"

static const struct family ipv4 = {
	.number = 4,
	.ttl = "-m ttl --ttl",
	.echo_request = "-p icmp -m icmp --icmp-type 8/0",
	.request = "-p icmp -m icmp --icmp-type 8/1",
	.link_local = "169.254.0.0/16",
	.no_source = "LOCAL,BROADCAST",
	.mask = "255.255.255.255",
	.list_suffix = "",
	.set_options = "family inet",
	.limit_name = "uturn4",
	.limit_mask = "",
	.network_mask = " --hashlimit-srcmask 24",
};

static const struct family ipv6 = {
	.number = 6,
	.ttl = "-m hl --hl",
	.echo_request = "-p ipv6-icmp -m icmp6 --icmpv6-type 128/0",
	.request = "-p ipv6-icmp -m icmp6 --icmpv6-type 128/1",
	.link_local = "fe80::/10",
	.no_source = "LOCAL",
	.mask = "ffff:ffff:ffff:ffff::",
	.list_suffix = "-6",
	.set_options = "family inet6 netmask 64",
	.limit_name = "uturn6",
	.limit_mask = " --hashlimit-srcmask 64",
	.network_mask = " --hashlimit-srcmask 48",
};

const struct family *plan_family(int family)
{
	return family == 6 ? &ipv6 : &ipv4;
}
