// SPDX-License-Identifier: GPL-2.0-or-later
// The page: which traces it shows, its buttons, and what the operator of the server has to say.
"use strict";

const traces = [];

function show(list) {
	traces.splice(0).forEach((t) => t.stop());
	traces.push(...list);
	const main = $("#traces");
	main.classList.toggle("two", traces.length > 1);
	main.replaceChildren(...traces.map((t) => t.node));
	traces.forEach((t) => t.render());
}

// The connection of the page itself turned out to be of the family that the other column is for.
function dropTwin(trace) {
	const twin = traces.find((t) => t !== trace && t.start && t.start.family === trace.start.family);
	if (twin)
		setTimeout(() => {
			const left = traces.filter((t) => t !== (trace.url === "/sse" ? twin : trace));
			traces.filter((t) => !left.includes(t)).forEach((t) => { t.stop(); t.node.remove(); });
			traces.splice(0, traces.length, ...left);
			$("#traces").classList.remove("two");
		});
}

function refreshActions() {
	const isBusy = traces.some((t) => t.running);
	const isThere = traces.some((t) => t.end);
	$("#start").disabled = isBusy;
	$("#copy").disabled = $("#link").disabled = !isThere || isBusy;
}

let settings = {};

function startAll() {
	const list = [];
	if (settings.page4)
		list.push(new Stream(`${settings.page4}/sse`, 4, 1));
	if (settings.page6)
		list.push(new Stream(`${settings.page6}/sse`, 6, 2));
	if (list.length < 2)
		list.unshift(new Stream("/sse", 0, 0));
	history.replaceState(null, "", location.pathname + location.search);
	show(list);
	list.forEach((t) => t.run());
}

const toLink = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
	.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const fromLink = (text) => JSON.parse(new TextDecoder().decode(
	Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))));

function showKept() {
	if (!location.hash.startsWith("#kept="))
		return false;
	try {
		const { when, list } = fromLink(location.hash.slice(6));
		show(list.slice(0, 2).map((_, i) => new Stream("/sse", 0, i)));
		traces.forEach((t, i) => t.restore(list[i], String(when).slice(0, 40)));
		$("#start").textContent = "Trace the return path to me";
		return true;
	} catch {
		$("#note").textContent = "This link is damaged.";
		return false;
	}
}

async function copy(text, words, note = $("#note")) {
	try {
		await navigator.clipboard.writeText(text);
	} catch { // without TLS there is no clipboard for scripts
		const area = element("textarea", "", text);
		document.body.append(area);
		area.select();
		document.execCommand("copy");
		area.remove();
	}
	note.textContent = words;
}

$("#start").addEventListener("click", startAll);
$("#copy").addEventListener("click", () => copy(traces.filter((t) => t.hops.size).map((t) => t.text()).join("\n"), "Copied."));
$("#link").addEventListener("click", () => {
	const kept = { when: new Date().toISOString().slice(0, 16).replace("T", " "), list: traces.filter((t) => t.end).map((t) => t.keep()) };
	history.replaceState(null, "", `#kept=${toLink(kept)}`);
	copy(location.href, "The link is copied. It contains everything shown here, including your address.");
});
$("#curl").textContent = `curl -N ${location.origin}/`;

const command = `traceroute ${location.hostname.replace(/^\[|\]$/g, "")}`;
$("#command").textContent = command;
$("#copy-command").addEventListener("click", () => copy(command, "Copied.", $("#command-note")));

// What uturn-web.conf(5) has: text, never markup. A contact is a link where it is one.
function showOperator() {
	if (settings.title)
		$("h1").textContent = document.title = settings.title;
	for (const name of ["notice", "operator"]) {
		$(`#${name}`).textContent = name === "operator" && settings.operator ? `This server is run by ${settings.operator}.` : settings[name] ?? "";
		$(`#${name}`).hidden = !settings[name];
	}
	if (settings.contact) {
		const isLink = /^(https?:\/\/|mailto:)/.test(settings.contact), isMail = /^[^\s@/]+@[^\s@/]+$/.test(settings.contact);
		const words = element(isLink || isMail ? "a" : "span", "", settings.contact.replace(/^mailto:/, ""));
		if (isLink || isMail)
			words.href = isMail ? `mailto:${settings.contact}` : settings.contact;
		$("#contact").replaceChildren("Contact: ", words);
		$("#contact").hidden = false;
	}
	if (settings.logo) {
		$("#logo").src = settings.logo;
		$("#logo").hidden = false;
		$("#mark").remove();
	}
}

new ResizeObserver(() => traces.forEach((t) => t.later())).observe($("#traces"));
addEventListener("hashchange", showKept);

fetch("/page.json").then((r) => r.json()).then((s) => { settings = s; showOperator(); }, () => {}).then(() => showKept() || startAll());
