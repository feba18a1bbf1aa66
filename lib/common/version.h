/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version of all programs of this tree; a packager may name another with -D. */
#ifndef UTURN_VERSION
#define UTURN_VERSION "0.1.0"
#endif
