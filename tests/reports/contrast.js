// Every text's contrast with what is behind it, by WCAG's relative luminance; what is too low is named on the root element.
const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
const linear = (part) => { const s = part / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const [r, g, b, a] = numbers(getComputedStyle(at).backgroundColor);
    if (a === undefined || a > 0) return [r, g, b];
  }
  return [255, 255, 255];
};
// A label that a chart draws upon a bar is read against the bar.
const bars = [...document.querySelectorAll("svg .mark-rect path")].map((bar) => [bar, bar.getBoundingClientRect(), getComputedStyle(bar)]);
const drawnUpon = (element) => {
  const box = element.getBoundingClientRect(), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
  const page = behind(element);
  const under = bars.filter(([bar, of]) => of.left <= x && x <= of.right && of.top <= y && y <= of.bottom &&
    bar.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  return under.reduce((below, [, , style]) => {
    const [red, green, blue, alpha = 1] = numbers(style.fill), share = alpha * style.fillOpacity * style.opacity;
    return blue === undefined ? below : [red, green, blue].map((part, at) => part * share + below[at] * (1 - share));
  }, page);
};
const low = [];
for (const details of document.querySelectorAll("details")) details.open = true;
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || element.tagName === "SCRIPT" || element.tagName === "STYLE") continue;
  // A chart that is drawn for other widths is not seen at this one.
  if (!element.getClientRects().length) continue;
  const style = getComputedStyle(element);
  const inSvg = element.namespaceURI.endsWith("svg");
  const fill = inSvg ? style.fill : style.color;
  const text = numbers(fill).slice(0, 3);
  if (text.length < 3) continue;
  const [one, two] = [luminance(text), luminance(inSvg ? drawnUpon(element) : behind(element))].sort((a, b) => b - a);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if ((one + 0.05) / (two + 0.05) < (large ? 3 : 4.5)) low.push(`${element.tagName} ${element.textContent.trim().slice(0, 20)} ${fill}`);
}
top.document.documentElement.dataset.lowContrast = low.length ? low.slice(0, 5).join("; ") : "none";
