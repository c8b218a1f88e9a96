// Whether a page reads at its width: nothing overflows, no number or short word is broken, and what helps those who do not see it
// is there. What is wrong is named on the root element.
const wrong = [];
// What is for screen readers alone is clipped to a pixel.
const clipped = (element) => { const head = element.closest("thead"); return head && getComputedStyle(head).position === "absolute"; };
const seen = (element) => element.checkVisibility() && !clipped(element);
const rows = (rects) => new Set([...rects].filter((each) => each.width > 0).map((each) => Math.round(each.top / 4))).size;
const PIECES = /[+−]?\$?\d[\d,]*(?:\.\d+)?(?:[  ](?:%|ms|s|min|h|d)(?![\w]))?|[A-Za-z]{2,12}/g;
for (const details of document.querySelectorAll("details")) details.open = true;
if (document.documentElement.scrollWidth > innerWidth) {
  const wide = [...document.querySelectorAll("body *")].filter((each) => !each.closest(".scroll") && each.getBoundingClientRect().right > innerWidth + 1);
  wrong.push(`the page is ${document.documentElement.scrollWidth} px wide: ${wide.slice(0, 3).map((each) => each.outerHTML.slice(0, 80)).join(" | ")}`);
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const parent = node.parentElement;
  if (!parent || parent.closest("svg, script, style") || !seen(parent)) continue;
  for (const found of node.textContent.matchAll(PIECES)) {
    const range = document.createRange();
    range.setStart(node, found.index);
    range.setEnd(node, found.index + found[0].length);
    if (rows(range.getClientRects()) > 1) wrong.push(`broken: ${found[0]} in ${parent.textContent.trim().slice(0, 60)}`);
  }
}
for (const svg of document.querySelectorAll("figure svg, .chart svg")) {
  if (!seen(svg)) continue;
  const box = svg.getBoundingClientRect();
  if (box.right > innerWidth + 1 || box.left < 0) wrong.push(`a chart from ${Math.round(box.left)} to ${Math.round(box.right)} px`);
  if (svg.viewBox.baseVal && svg.viewBox.baseVal.width && box.width / svg.viewBox.baseVal.width < 0.75) {
    wrong.push(`a chart is drawn at ${Math.round((100 * box.width) / svg.viewBox.baseVal.width)} % of its size`);
  }
}
for (const box of document.querySelectorAll(".scroll")) if (box.tabIndex !== 0 || !box.getAttribute("aria-label")) wrong.push("a box that scrolls and takes no focus");
// On a desk every column is seen; elsewhere a box may scroll.
for (const box of document.querySelectorAll(".scroll")) {
  if (innerWidth >= 1440 && seen(box) && box.scrollWidth > box.clientWidth + 1) wrong.push(`columns beyond the edge: ${box.getAttribute("aria-label")}`);
}
for (const table of document.querySelectorAll("table")) {
  if (!table.caption || !table.caption.textContent.trim()) wrong.push(`a table without a caption: ${table.textContent.trim().slice(0, 40)}`);
  for (const head of table.querySelectorAll("th")) if (!head.scope) wrong.push(`a head without a scope: ${head.textContent}`);
}
for (const image of document.querySelectorAll("[role=img]")) if (!image.getAttribute("aria-label")) wrong.push("a picture without a label");
for (const mark of document.querySelectorAll('[role^="graphics-"]')) if (mark.closest("figure") && !mark.getAttribute("aria-label")) { wrong.push("marks of a chart with a role and no label"); break; }
for (const head of document.querySelectorAll("th")) if (!head.textContent.trim()) wrong.push("a head without a name");
let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) wrong.push(`heading ${own} after ${level}: ${heading.textContent}`);
  level = own;
}
if (document.querySelectorAll("h1").length !== 1 || document.querySelectorAll("main").length !== 1) wrong.push("not one h1 and one main");
if (!document.documentElement.lang || !document.title) wrong.push("no language or no title");
const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
if (new Set(ids).size !== ids.length) wrong.push(`an id twice: ${ids.find((each, place) => ids.indexOf(each) !== place)}`);
for (const link of document.querySelectorAll("a[href], summary")) if (!link.textContent.trim()) wrong.push("a link without a text");
top.document.documentElement.dataset.wrong = wrong.length ? wrong.slice(0, 8).join("; ") : "nothing";
top.document.documentElement.dataset.width = String(innerWidth);
