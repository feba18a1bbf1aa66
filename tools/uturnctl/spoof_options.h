/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of `uturnctl spoof-check`. */
#ifndef UTURNCTL_SPOOF_OPTIONS_H
#define UTURNCTL_SPOOF_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

struct spoof_options {
	const char *host; /* NULL: listen */
	uint16_t port;
	unsigned long count; /* of tests until the listener exits; 0: until interrupted */
	uint8_t family; /* 4, 6, or 0 for both */
	struct addr from; /* family 0: not given */
	const char *save; /* path of the verdict file; NULL: do not save */
	bool is_json;
};

/* False where the program is to exit at once, with *status. Pointers in *o are into argv. */
bool spoof_options_parse(int argc, char **argv, struct spoof_options *o, int *status);

#endif
