/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/option_check.h"

#include "packet/ip.h"

/* An option for experiments (RFC 4727), of those that nobody skips: discard the packet, and say so. */
const uint8_t option_header[OPTION_HEADER_SIZE] = { PROTOCOL_UDP, 0, 0x9e, 4 };
