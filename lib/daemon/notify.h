/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the service manager how far we are (sd_notify(3)), over the socket
 * that NOTIFY_SOCKET names. Without one, all of this does nothing. Whoever
 * does not listen is no reason to stop: failures are not reported.
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

/* How often notify_alive() is due: twice in the time after which we were restarted; 0: nobody asks. */
uint64_t notify_interval_ns(void);
void notify_alive(void);

#endif
