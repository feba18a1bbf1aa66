#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each error and warning that uturnd, uturn-web, uturn-history and uturn-rules log has a heading in doc/guide.md, and each heading is one of them.
. "$(dirname "$0")/lib.sh"
needs 'guide: perl' perl

# What counts: log_error(), log_warning() and log_limited() of these levels, unless nothing but a conversion is left of the
# format, as in ("%s", why): that passes on a message that somebody else has made. Where the words come from a function
# NAME_words(), the format of its snprintf() counts. In a heading a word in capitals stands for a conversion.
sources '^(uturnd|lib|rules|tools/uturn-(web|history))/.*\.[ch]$' >"$work/files"
cat >"$work/messages.pl" <<'END'
use strict;
my %defined;
my $code = do { local $/; join '', map { open my $f, '<', $_ or die "$_: $!"; <$f> } split /\n/, `cat $ARGV[0]` };
$defined{$1} = $2 while $code =~ /^#define (\w+) ("[^"\n]*")$/mg;
my $string = qr/"(?:[^"\\]|\\.)*"/;
my $format = qr/((?:$string|[A-Z][A-Z_]+)(?:\s*(?:$string|[A-Z][A-Z_]+))*)/;
my @formats;
push @formats, $1 while $code =~ /\blog_(?:error|warning)\(\s*$format/g;
push @formats, $1 while $code =~ /\blog_limited\([^,;]+,\s*LOG_LEVEL_(?:ERROR|WARNING),\s*$format/g;
for my $maker ($code =~ /\blog_(?:error|warning|limited)\((?!&\w+, LOG_LEVEL_(?:INFO|DEBUG))[^;]*"%s", (\w+_words)\(/g) {
	push @formats, $1 if $code =~ /\b$maker\([^;{}]*\)\n\{[^}]*?snprintf\([^"]*?($string(?:\s*$string)*)/;
}
for (@formats) {
	s/([A-Z][A-Z_]+)/$defined{$1} || $1/ge unless /^$string$/;
	s/"\s*"//g; s/^"|"$//g; s/\\"/"/g;
	(my $words = $_) =~ s/%[-+ #0-9.*]*(?:ll|[lzh])?[a-z]//g;
	next unless $words =~ /[a-z]{2}/;
	print "$_\n" unless $defined{"seen $_"}++;
}
END
perl "$work/messages.pl" "$work/files" | sort >"$work/messages"
sed -n '/^## Troubleshooting/,$s/^#### `\(.*\)`$/\1/p' doc/guide.md >"$work/headings"

# "alike MESSAGES HEADINGS": those of the first without one of the second, and then the reverse; a heading that ends with ... is a beginning
cat >"$work/alike.pl" <<'END'
use strict;
sub plain {
	local $_ = shift;
	s/%[-+ #0-9.*]*(?:ll|[lzh])?[a-z]|[A-Z][A-Z0-9_]*(?![a-z])/\x01/g;
	s/\x01+/\x01/g;
	s/[\x01\s]+$//;
	return $_;
}
my ($messages, $headings) = map { open my $f, '<', $_ or die "$_: $!"; chomp(my @lines = <$f>); \@lines } @ARGV;
sub is_of {
	my ($heading, $message) = map { plain($_) } @_;
	return $heading =~ s/\s*\.\.\.$// ? index($message, $heading) == 0 : $heading eq $message;
}
for my $m (@$messages) { print "doc/guide.md: no heading for: $m\n" unless grep { is_of($_, $m) } @$headings }
for my $h (@$headings) { print "doc/guide.md: nothing says: $h\n" unless grep { is_of($h, $_) } @$messages }
END
if [ -s "$work/messages" ] && [ -s "$work/headings" ]; then
	perl "$work/alike.pl" "$work/messages" "$work/headings" >"$work/found"
else
	echo 'no messages, or no headings, were found' >"$work/found"
fi
result 'guide: each error and warning has its heading' "$work/found"
