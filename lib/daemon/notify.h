/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the service manager how far we are (sd_notify(3)), over the socket
 * that NOTIFY_SOCKET names. Without one, all of this does nothing. Failures are
 * not reported: the daemon runs as well without a manager that listens.
 *
 * notify_open() comes first, while we may still open a socket.
 */
#ifndef UTURN_DAEMON_NOTIFY_H
#define UTURN_DAEMON_NOTIFY_H

#include <stdint.h>

void notify_open(void);
void notify_ready(void); /* after the start, and after each reload */
void notify_reloading(void);
void notify_stopping(void);

/* The interval of notify_alive(), half of WATCHDOG_USEC in ns; 0: no watchdog (sd_watchdog_enabled(3)). */
uint64_t notify_interval_ns(void);
void notify_alive(void); /* sends the watchdog keep-alive */

#endif
