#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What debian/ says is what the tree says.
. "$(dirname "$0")/lib.sh"

# without what only the packaging needs
sed -n '/^Build-Depends:/,/^[A-Z].*:/p' debian/control | sed -E 's/^Build-Depends://; /^[A-Z][^ ]*:/d; s/[,<(|].*//; s/^ *//; s/ *$//' |
	grep -vxE '|debhelper-compat|dh-sequence-.*|libcmocka-dev|netbase|pkgconf|systemd-dev' | sort -u >"$work/declared"
tools/deps list libraries | sed 's/^node-llhttp$/libllhttp-dev/' | sort | diff "$work/declared" - | sed -n 's/^</debian\/control alone:/p; s/^>/tools\/deps alone:/p' >"$work/found"
result 'packages: Build-Depends of debian/control are the libraries of tools/deps' "$work/found"

{
	version=$(sed -nE 's/^#define UTURN_VERSION "(.*)"/\1/p' lib/common/version.h)
	head -n 1 debian/changelog | grep -qF "($version-" || echo "debian/changelog: the last entry is not about $version"
} >"$work/found"
result 'packages: the last entry of debian/changelog is about this version' "$work/found"

# /usr/bin/PROGRAM of every program that make builds, in one package only
make -s --no-print-directory programs | tr ' ' '\n' | while read -r program; do
	count=$(cat debian/*.install | grep -cE "^usr/s?bin/$program\$")
	[ "$count" = 1 ] || echo "$program: in $count of debian/*.install"
done >"$work/found"
result 'packages: every program is in one package' "$work/found"
