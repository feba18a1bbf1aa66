# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages of this tree for a release of Debian; sourced by tests that run in $out = $BUILD/packages. The source package is
# in $out/source/deb.

# inside ROOT PLACE COMMAND: in a copy of the root, with lo alone; the source package is in /source, $made is /media
inside() {
	local archive=$BUILD/roots/$1.tar.zst
	rm -rf "$made"
	mkdir -p "$made"
	cp tools/deps "$made"
	mkdir -p "$out/here"
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --net --pid --fork --kill-child --propagation private bash -ec '
		archive=$1 source=$2 place=$3 made=$4 here=$6
		ip link set lo up
		mount -t tmpfs -o mode=755,size=6g root "$here"
		tar --zstd -xf "$archive" -C "$here"
		mount -t proc proc "$here/proc"
		mount --bind /dev "$here/dev"
		mkdir -p "$here/source" "$here/$place"
		mount --bind "$source" "$here/source"
		mount --bind "$made" "$here/media"
		chroot "$here" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS-}" PLACE="$place" sh -ec "$5"
	' inside "$archive" "$out/source/deb" "$2" "$made" "$3" "$out/here" >"$out/build.log" 2>&1 </dev/null
}

# shellcheck disable=SC2016 # for the shell in there
unpack='dpkg-source --no-check -x /source/*.dsc "$PLACE/uturn" >/dev/null; cd "$PLACE/uturn"'

make_source() {
	rm -rf "$out/source"
	BUILD=$out/source tools/deb source >"$out/source.log" 2>&1
}

# what they are made of, which no test is: equal sources make equal packages
sources() {
	(cd "$out/source/deb" && xz -dc -- *.debian.tar.xz && xz -dc -- *.orig.tar.xz | tar --delete --wildcards 'uturn-*/tests') | sha256sum
}

make_debs() {
	# shellcheck disable=SC2016 # for the shell in there
	inside "$1-build" /build "$unpack"'; make -s deb >/media/names; cp build/deb/* /media' && sources >"$made/sources"
}

# debs_of SUITE: the packages in $out/SUITE/made, if another test has not made them of the same sources
debs_of() {
	local suite=$1 made=$out/$1/made
	mkdir -p "$out/$suite"
	[ "$(cat "$made/sources" 2>/dev/null)" != "$(sources)" ] || return 0
	tests/packages/roots "$suite" build && DEB_BUILD_OPTIONS=nocheck make_debs "$suite"
}

# share_debs SUITE DIRECTORY: the binary packages, without symbols for a debugger, in DIRECTORY/packages
share_debs() {
	rm -rf "$2"
	mkdir -p "$2/packages"
	cp "$out/$1/made"/uturn*[0-9]_*.deb "$2/packages"
	rm -f "$2"/packages/*dbgsym*
}

# depends_of SUITE: what the packages depend on, for tests/packages/roots
depends_of() {
	local package
	for package in "$out/$1/made"/uturn*.deb; do dpkg-deb -f "$package" Depends | tr -s ',' '\n'; done |
		grep -v '^ *uturn' | sed 's/^ *//' | sort -u >"$out/$1/depends"
}
