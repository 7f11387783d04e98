// Shortcuts for people with full hands: keyboard, totals of what is ticked, the detail beside the list, and two
// guards. Every page works without this file. Checked as JavaScript with JSDoc types; it keeps nothing in storage.
"use strict";

/**
 * Find elements of one page by selector.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]}
 */
function all(selector, within = document) {
  return Array.from(within.querySelectorAll(selector)).filter((found) => found instanceof HTMLElement);
}

/**
 * Write pence as pounds, as the server does.
 * @param {number} pence
 * @returns {string}
 */
function pounds(pence) {
  return (pence / 100).toLocaleString("en-GB", { style: "currency", currency: "GBP" });
}

/** @returns {HTMLInputElement[]} every tick box of the list */
function ticks() {
  return /** @type {HTMLInputElement[]} */ (all("[data-tick]"));
}

/** Say in the bulk bar how many are ticked and, where every one has a price, what they cost together. */
function showTotals() {
  const bar = document.querySelector("[data-bulk]");
  if (!(bar instanceof HTMLElement)) return;
  const words = bar.querySelector("[data-bulk-words]");
  const total = bar.querySelector("[data-bulk-total]");
  const ticked = ticks().filter((box) => box.checked);
  const priced = ticked.filter((box) => box.dataset.pence);
  if (words) {
    const noun = bar.dataset.bulk || "order";
    const none = (bar.dataset.none ||= words.textContent || "");
    const missing = ticked.length - priced.length;
    words.textContent = ticked.length
      ? `${ticked.length} ${noun}${ticked.length === 1 ? "" : "s"} ticked` +
        (missing && total ? `, ${missing} without a price` : "")
      : none;
  }
  if (total instanceof HTMLElement) {
    total.hidden = priced.length === 0;
    total.textContent = pounds(priced.reduce((sum, box) => sum + Number(box.dataset.pence), 0));
  }
  const everything = document.querySelector("[data-tick-all]");
  if (everything instanceof HTMLInputElement) {
    everything.hidden = ticks().length === 0;
    everything.checked = ticked.length > 0 && ticked.length === ticks().length;
    everything.indeterminate = ticked.length > 0 && !everything.checked;
  }
}

/**
 * Move the mark to the next or previous row and put the focus on its link.
 * @param {1 | -1} by
 */
function move(by) {
  const rows = all("[data-row]");
  const at = rows.findIndex((row) => row.classList.contains("at"));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (!next) return;
  rows.forEach((row) => row.classList.toggle("at", row === next));
  const link = next.querySelector("[data-open]") || next.querySelector("a");
  if (link instanceof HTMLElement) link.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Tick or untick the marked row. */
function tickHere() {
  const box = document.querySelector("[data-row].at [data-tick]");
  if (box instanceof HTMLInputElement) box.click();
}

/** Press the page's own print button, or print the page if it has none. */
function print() {
  const button = all("[data-print]").find((found) => found.offsetParent !== null);
  if (button) button.click();
  else window.print();
}

/** @type {Record<string, () => void>} */
const SHORTCUTS = {
  "/": () => document.getElementById("search")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: tickHere,
  p: print,
  "?": () => document.getElementById("keys")?.togglePopover(),
};

/**
 * Say whether a key press belongs to a field in which somebody types.
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function typing(target) {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = SHORTCUTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/**
 * Close the open menus, except one that holds what was pressed.
 * @param {EventTarget | null} [pressed]
 */
function closeMenus(pressed) {
  for (const menu of all(".menu[open], .columns[open]")) {
    if (pressed instanceof Node && menu.contains(pressed)) continue;
    if (menu.contains(document.activeElement) && !pressed) menu.querySelector("summary")?.focus();
    menu.removeAttribute("open");
  }
}

document.addEventListener("pointerdown", (event) => closeMenus(event.target));
document.addEventListener("keyup", (event) => {
  if (event.key === "Escape") closeMenus();
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box.matches("[data-tick-all]")) ticks().forEach((tick) => (tick.checked = box.checked));
  if (box.matches("[data-tick], [data-tick-all]")) showTotals();
});

// A link that opens beside the list does so only where there is room beside the list; else it is an ordinary link.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-aside]") : null;
    if (!(link instanceof HTMLElement)) return;
    const aside = document.getElementById(link.dataset.aside || "");
    const plain = event.ctrlKey || event.metaKey || event.shiftKey;
    if (plain || !aside || aside.offsetParent === null) {
      event.stopImmediatePropagation();
      return;
    }
    const row = link.closest("[data-row]");
    all("[data-row]").forEach((each) => {
      each.classList.toggle("at", each === row);
      each.classList.toggle("open", each === row);
    });
  },
  true,
);

document.addEventListener("htmx:afterSwap", (event) => {
  const order = event.target instanceof Element ? event.target.querySelector("#order") : null;
  const said = document.querySelector("[data-said]");
  if (order && said) said.textContent = `${order.getAttribute("aria-label")} is shown beside the list`;
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print-page]")) window.print();
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  const source = document.getElementById(button.dataset.copy || "");
  if (source) navigator.clipboard.writeText(source.textContent || "").then(() => (button.textContent = "Copied"));
});

/**
 * Read a cookie that scripts may read.
 * @param {string} name
 * @returns {string}
 */
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Hide a page that was made for another account than this browser's, and say so in place of it. */
function guardOwner() {
  const owner = document.querySelector('meta[name="pillarbox-owner"]')?.getAttribute("content") || "";
  const mine = cookie("pillarbox_owner");
  if (!owner || !mine || owner === mine) return;
  const words = document.createElement("main");
  words.className = "public-main narrow";
  const heading = document.createElement("h1");
  heading.textContent = "This page was not meant for you";
  const sentence = document.createElement("p");
  sentence.textContent = "It was made for another account, so we have hidden it. Please close it and sign in again.";
  words.append(heading, sentence);
  document.body.replaceChildren(words);
  document.dispatchEvent(new CustomEvent("pillarbox:not-mine"));
}

// A page kept by the back button may be older than a sign-out: ask for it again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

guardOwner();
showTotals();
all("[data-copy], [data-print-page]").forEach((button) => (button.hidden = false));
all(".error-summary")[0]?.focus();
