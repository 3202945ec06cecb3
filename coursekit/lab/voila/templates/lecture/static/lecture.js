// The lecture hall's page: a tab for each figure, and as large a picture as the screen allows.

const GAP = 12; // px between panes
const SMALLEST = 120; // px, the height below which no picture shrinks: the page scrolls instead
const DRAWN = 0.3; // what a px of a curve or histogram counts beside a px of a picture
const ROOM = document.getElementById("rendered_cells");
const SCREEN =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/></svg>';

// ---------------------------------------------------------------- where the panes go

/** Panes in rows of one height; the breaks keep the widest row as narrow as can be. */
function inRows(panes, rows, width, height, left = 0) {
  const lines = split(panes, rows);
  const chrome = lines.map((line) => Math.max(...line.map((pane) => pane.chrome)));
  const spare = height - sum(chrome) - GAP * (rows - 1);
  const heights = lines.map((line) => (width - GAP * (line.length - 1)) / sum(line.map(aspect)));
  const tall = Math.max(SMALLEST, Math.min(spare / rows, ...heights));
  let top = 0;
  return lines.flatMap((line, row) => {
    const used = sum(line.map(aspect)) * tall + GAP * (line.length - 1);
    let at = left + Math.max(0, (width - used) / 2);
    const placed = line.map((pane) => {
      const place = { pane, left: at, top, width: pane.aspect * tall, height: tall };
      at += place.width + GAP;
      return place;
    });
    top += tall + chrome[row] + GAP;
    return placed;
  });
}

/** Cut a list into so many runs, the widest run as narrow as can be. */
function split(panes, rows) {
  if (rows === 1) return [panes];
  const cuts = panes.slice(rows - 1).map((_, n) => n + 1);
  const tries = cuts.map((cut) => [panes.slice(0, cut), ...split(panes.slice(cut), rows - 1)]);
  return least(tries, (lines) => Math.max(...lines.map((line) => sum(line.map(aspect)))));
}

/** The pictures large, and what is drawn beside them (curves, histograms) in a column. */
function withColumn(pictures, drawings, rows, column, width, height) {
  let top = 0;
  const stack = drawings.map((pane) => {
    const place = { pane, left: width - column, top, width: column, height: column / pane.aspect };
    top += place.height + pane.chrome + GAP;
    return place;
  });
  if (top - GAP > height) return null;
  return [...inRows(pictures, rows, width - column - GAP, height), ...stack];
}

function candidates(panes, width, height) {
  for (const pane of panes) pane.drawn = pane.size !== panes[0].size;
  const pictures = panes.filter((pane) => !pane.drawn);
  const drawings = panes.filter((pane) => pane.drawn);
  const all = panes.map((_, n) => inRows(panes, n + 1, width, height));
  if (!drawings.length) return all;
  const beside = (share, rows) =>
    withColumn(pictures, drawings, rows, (share / 100) * width, width, height);
  const columns = (from, to) =>
    range(from, to).flatMap((share) => pictures.map((_, n) => beside(share, n + 1))).filter(Boolean);
  const wide = columns(18, 35);
  return [...all, ...(wide.length ? wide : columns(12, 17))];
}

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const aspect = (pane) => pane.aspect;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const least = (list, cost) => list.reduce((best, one) => (cost(one) < cost(best) ? one : best));
const areaOf = (place) => place.width * place.height * (place.pane.drawn ? DRAWN : 1);
const area = (places) => sum(places.map(areaOf));
const depth = (places) => Math.max(...places.map((p) => p.top + p.height + p.pane.chrome));

function measured(root) {
  const canvas = root.querySelector(".ck-canvas");
  return {
    root,
    size: canvas.dataset.size,
    aspect: Number(root.style.getPropertyValue("--aspect")),
    chrome: root.offsetHeight - canvas.offsetHeight,
  };
}

/** Place the panes of the figure that is seen in the height that its controls leave. */
function arrange() {
  const holder = ROOM.querySelector(".jp-OutputArea-child:not(.lecture-away) .ck-panes");
  if (!holder?.children.length || !holder.clientWidth) return;
  const figure = holder.closest(".coursekit-figure");
  const height = ROOM.clientHeight - (figure.offsetHeight - holder.offsetHeight);
  const panes = [...holder.children].map(measured);
  const places = candidates(panes, holder.clientWidth, height);
  const fitting = places.filter((one) => depth(one) <= height + 1);
  const best = fitting.length ? least(fitting, (one) => -area(one)) : least(places, depth);
  holder.style.height = `${Math.max(depth(best), height)}px`;
  const down = Math.max(0, (height - depth(best)) / 2);
  for (const { pane, left, top, width } of best) {
    Object.assign(pane.root.style, { left: `${left}px`, top: `${top + down}px`, width: `${width}px` });
  }
}

let waiting;
function arrangeSoon() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(arrange);
}

// ---------------------------------------------------------------- the bar of tabs

const panels = [];
const bar = document.createElement("header");
bar.className = "lecture-bar";
bar.innerHTML =
  '<h1></h1><div role="tablist" aria-label="Figures of this chapter"></div>' +
  `<button type="button" aria-label="Full screen" title="Full screen (F)">${SCREEN}</button>`;
const [heading, tabs, full] = bar.children;
heading.textContent = document.title;
document.body.prepend(bar);

const chosen = () => panels.findIndex((panel) => !panel.classList.contains("lecture-away"));

function show(number) {
  const wanted = (number + panels.length) % panels.length;
  panels.forEach((panel, n) => {
    panel.classList.toggle("lecture-away", n !== wanted);
    tabs.children[n].setAttribute("aria-selected", n === wanted);
    tabs.children[n].tabIndex = n === wanted ? 0 : -1;
  });
  ROOM.scrollTop = 0;
  arrangeSoon();
}

/** A tab for a figure: the output after its title. */
function add(title) {
  const panel = title.closest(".jp-OutputArea-child")?.nextElementSibling;
  if (!panel || panels.includes(panel)) return;
  const number = panels.push(panel) - 1;
  const tab = document.createElement("button");
  const id = `lecture-${number}`;
  const about = { type: "button", role: "tab", id: `${id}-tab`, "aria-controls": id };
  for (const [name, value] of Object.entries(about)) tab.setAttribute(name, value);
  tab.textContent = title.textContent;
  tab.title = `${title.textContent} (key ${number + 1})`;
  tab.addEventListener("click", () => show(number));
  panel.id = id;
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  tabs.append(tab);
  show(Math.max(0, chosen() === number ? 0 : chosen()));
}

const sizes = new ResizeObserver(arrangeSoon);
sizes.observe(ROOM);
new MutationObserver(() => {
  ROOM.querySelectorAll(".lecture-title").forEach(add);
  const parts = ROOM.querySelectorAll(".coursekit-figure, .coursekit-figure > *, .ck-pane");
  parts.forEach((part) => sizes.observe(part));
  arrangeSoon();
}).observe(ROOM, { childList: true, subtree: true });

// ---------------------------------------------------------------- keys

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}
full.addEventListener("click", fullScreen);

tabs.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  show(chosen() + step);
  tabs.children[chosen()].focus();
  event.preventDefault();
});

/** Page Up and Page Down are what a presenter's clicker sends. */
function steer(event) {
  const typing = "select, textarea, input:not([type=range], [type=checkbox])";
  const shortcut = event.ctrlKey || event.altKey || event.metaKey;
  if (!panels.length || shortcut || event.target.closest?.(typing)) return;
  const step = { PageDown: 1, PageUp: -1 }[event.key];
  if (step) show(chosen() + step);
  else if (panels[event.key - 1]) show(event.key - 1);
  else if (event.key === "f") fullScreen();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
document.addEventListener("keydown", steer, true);
