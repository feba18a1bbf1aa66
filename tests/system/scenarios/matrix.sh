#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every client on a plain path, with an address for the inflection point and without: the short form
# of the matrix; `make matrix` makes all of it.

IN_WORLD=yes exec "$(dirname "$0")/../matrix" --short
