// SPDX-License-Identifier: GPL-2.0-or-later
// For the scenario web-contrast: every text that is seen has the contrast of WCAG 2.2, 1.4.6 (AAA). lowContrasts() says what has not;
// the page has names of its own, hence the function around it.
"use strict";

const lowContrasts = (() => {
const enough = { normal: 7, large: 4.5 };

function channels(colour) {
	const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
	return { rgb: [r, g, b], a };
}

// WCAG 2.2, relative luminance
function luminance(rgb) {
	const [r, g, b] = rgb.map((c) => c / 255).map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
	return .2126 * r + .7152 * g + .0722 * b;
}

function ratio(one, other) {
	const [a, b] = [luminance(one), luminance(other)];
	return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
}

// What is behind an element: the ring of its station in the picture, else the next ground that is not transparent.
function ground(e) {
	const ring = e.matches(".number") && e.parentNode.querySelector(".ring");
	if (ring)
		return channels(getComputedStyle(ring).fill).rgb;
	for (; e; e = e.parentElement) {
		const { rgb, a } = channels(getComputedStyle(e).backgroundColor);
		if (a === 1)
			return rgb;
	}
	return [255, 255, 255];
}

function isSeen(e) {
	return e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1 && !e.closest(".unseen, .skip, title");
}

return () => {
	const found = [];
	for (const e of document.body.querySelectorAll("*")) {
		const words = [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data.trim()).join(" ").trim();
		if (!words || !isSeen(e))
			continue;
		const style = getComputedStyle(e), size = parseFloat(style.fontSize);
		const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
		const has = ratio(channels(e instanceof SVGElement ? style.fill : style.color).rgb, ground(e));
		if (has < (isLarge ? enough.large : enough.normal))
			found.push(`${e.tagName} ${e.getAttribute("class") ?? ""} '${words.slice(0, 30)}' ${has.toFixed(2)}`);
	}
	return found.join("; ");
};
})();
