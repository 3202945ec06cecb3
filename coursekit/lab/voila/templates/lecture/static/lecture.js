// The lecture hall's page: a tab for each figure, which takes all the rest of the screen.

const ROOM = document.getElementById("rendered_cells");
const SCREEN =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/></svg>';

// ---------------------------------------------------------------- the bar of tabs

const panels = [];
const bar = document.createElement("header");
bar.className = "lecture-bar";
bar.innerHTML =
  '<h1></h1><div role="tablist" aria-label="Figures of this chapter"></div>' +
  `<button type="button" aria-label="Full screen" title="Full screen (F)">${SCREEN}</button>`;
const [heading, tabs, full] = bar.children;
heading.textContent = document.title;
const hint = document.createElement("p");
hint.className = "lecture-hint";
hint.textContent = "Keys: 1 to 9 or Page Down for a figure, F for full screen";
document.body.prepend(bar, hint);

const asked = () => Number(location.hash.slice(1)) - 1; // the address names a figure: #3, the third
const chosen = () => panels.findIndex((panel) => !panel.classList.contains("lecture-away"));

function show(number) {
  const wanted = (number + panels.length) % panels.length;
  panels.forEach((panel, n) => {
    panel.classList.toggle("lecture-away", n !== wanted);
    tabs.children[n].setAttribute("aria-selected", n === wanted);
    tabs.children[n].tabIndex = n === wanted ? 0 : -1;
  });
}

/** Show the figure that somebody asks for, also when the page is loaded again. */
function choose(number) {
  show(number);
  history.replaceState(null, "", `#${chosen() + 1}`);
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
  tab.append(Object.assign(document.createElement("span"), { textContent: title.textContent }));
  tab.setAttribute("aria-label", title.textContent);
  tab.title = title.textContent;
  tab.dataset.key = number + 1;
  tab.addEventListener("click", () => choose(number));
  panel.id = id;
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  tabs.append(tab);
  show(panels[asked()] ? asked() : 0);
}

// On a busy machine Jupyter may look for a widget before it has come, and gives it up for lost.
const LOST = "Error displaying widget: model not found";
const MOST = 3; // times that the page begins anew
let isLeaving = false; // the page goes on changing, and is looked at, until the next one comes

function beginAnew() {
  const times = Number(sessionStorage.getItem("begun anew"));
  if (isLeaving || times >= MOST) return;
  isLeaving = true;
  sessionStorage.setItem("begun anew", times + 1);
  location.reload();
}

function look() {
  ROOM.querySelectorAll(".lecture-title").forEach(add);
  const widgets = [...ROOM.querySelectorAll(".jupyter-widgets")];
  if (widgets.some((widget) => widget.textContent === LOST)) beginAnew();
}

new MutationObserver(look).observe(ROOM, { childList: true, subtree: true });
look();

// ---------------------------------------------------------------- keys

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}
full.addEventListener("click", fullScreen);

tabs.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  choose(chosen() + step);
  tabs.children[chosen()].focus();
  event.preventDefault();
});

/** Page Up and Page Down are what a presenter's clicker sends. */
function steer(event) {
  const typing = "select, textarea, input:not([type=range], [type=checkbox])";
  const shortcut = event.ctrlKey || event.altKey || event.metaKey;
  if (!panels.length || shortcut || event.target.closest?.(typing)) return;
  const step = { PageDown: 1, PageUp: -1 }[event.key];
  if (step) choose(chosen() + step);
  else if (panels[event.key - 1]) choose(event.key - 1);
  else if (event.key === "f") fullScreen();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
document.addEventListener("keydown", steer, true);
