/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the service manager how far we are (sd_notify(3)), over the socket
 * that NOTIFY_SOCKET names. Without one, all of this does nothing. Whoever
 * does not listen is no reason to stop: failures are not reported.
 */
#ifndef UTURN_NOTIFY_H
#define UTURN_NOTIFY_H

void notify_ready(void); /* after the start, and after each reload */
void notify_reloading(void);
void notify_stopping(void);

#endif
