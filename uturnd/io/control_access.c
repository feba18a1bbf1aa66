/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_access.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* watch and traces show the addresses of all probers, reload and drain change what uturnd does. */
static const char *const restricted[] = { "watch", "traces", "reload", "drain" };

/* The supplementary groups: as many as the kernel says there are. */
static bool has_group(int fd, gid_t group)
{
	socklen_t size = 0;
	gid_t *groups;
	bool has = false;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 || errno != ERANGE)
		return false; /* none */
	groups = malloc(size);
	if (groups && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
		for (size_t i = 0; i < size / sizeof(*groups); i++)
			has |= groups[i] == group;
	free(groups);
	return has;
}

bool control_access(int fd, const struct control_operators *operators, uid_t *user)
{
	const uid_t no_user = (uid_t)-1;
	const gid_t no_group = (gid_t)-1;
	struct ucred peer;
	socklen_t size = sizeof(peer);

	*user = no_user;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid == no_user)
		return false;
	*user = peer.uid;
	if (peer.uid == 0 || peer.uid == operators->user)
		return true;
	return operators->group != no_group && (peer.gid == operators->group || has_group(fd, operators->group));
}

bool control_access_is_restricted(const char *op)
{
	for (size_t i = 0; i < sizeof(restricted) / sizeof(restricted[0]); i++)
		if (strcmp(op, restricted[i]) == 0)
			return true;
	return false;
}

void control_access_words(const struct control_operators *operators, const char *op, char *words, size_t size)
{
	if (operators->group == (gid_t)-1)
		snprintf(words, size,
			"%s: permission denied (root only; operator-group in uturnd.conf can name a group)", op);
	else
		snprintf(words, size, "%s: permission denied (root or a member of group %s)", op, operators->name);
}
