#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The documentation as HTML (tools/docs): every link in it leads to a file and a place that are there, elsewhere only by https.
. "$(dirname "$0")/lib.sh"
needs 'docs: mandoc' mandoc
if ! /usr/bin/python3 -c 'import markdown' 2>/dev/null; then
	echo 'skip lint: docs: no python3-markdown'
	exit
fi

cat >"$work/links.py" <<'END'
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links = [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]


root = Path(sys.argv[1]).resolve()
pages = {path: Page(path) for path in root.rglob("*.html")}
for path, page in sorted(pages.items()):
    for link in page.links:
        if link.startswith(("https://", "mailto:")):
            continue
        file, _, anchor = unquote(link).partition("#")
        to = (path.parent / file).resolve() if file else path
        if not to.is_file() or root not in to.parents:
            print(f"{path.relative_to(root)}: {link} leads nowhere")
        elif anchor and (to not in pages or anchor not in pages[to].ids):
            print(f"{path.relative_to(root)}: {link}: there is no such place")
if len(pages) < 20 or sum(len(page.links) for page in pages.values()) < 200:
    print("too few pages or links to be all")
END

if tools/docs "$work/docs" >"$work/found" 2>&1; then
	/usr/bin/python3 "$work/links.py" "$work/docs" >>"$work/found" 2>&1
fi
result 'docs: every link leads somewhere' "$work/found"
