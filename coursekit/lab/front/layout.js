// Where the panes stand: the photos as large as the room allows, plots beside or under them.

const GAP = 12; // px between panes
const SMALLEST = 180; // px, the length below which no picture shrinks: the page scrolls instead
const PLOT = 0.3; // what a px of a plot counts beside a px of a photo
const LEGIBLE = 0.75; // of its own size: a plot that is smaller is hard to read
const ROW = 0.65; // what a further row of photos leaves: side by side they are compared at a glance

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const least = (list, cost) => list.reduce((best, one) => (cost(one) < cost(best) ? one : best));
const aspects = (panes) => sum(panes.map((pane) => pane.aspect));
const depth = (places) =>
  Math.max(0, ...places.map(({ top, height, pane }) => top + height + pane.chrome));

/** Cut a list into so many runs, the widest run as narrow as can be. */
function split(panes, rows) {
  if (rows === 1) return [panes];
  const cuts = panes.slice(rows - 1).map((_, n) => n + 1);
  const tries = cuts.map((cut) => [panes.slice(0, cut), ...split(panes.slice(cut), rows - 1)]);
  return least(tries, (lines) => Math.max(...lines.map(aspects)));
}

/** Places of panes in centred rows, all of one height. */
function inRows(panes, rows, width, height) {
  const lines = split(panes, rows);
  const chrome = lines.map((line) => Math.max(...line.map((pane) => pane.chrome)));
  const spare = height - sum(chrome) - GAP * (rows - 1);
  const across = (line) => (width - GAP * (line.length - 1)) / aspects(line);
  const tallest = panes.map((pane) => pane.tallest);
  const smallest = SMALLEST / Math.max(1, ...panes.map((pane) => pane.aspect));
  const tall = Math.max(smallest, Math.min(spare / rows, ...lines.map(across), ...tallest));
  let top = 0;
  return lines.flatMap((line, row) => {
    const used = aspects(line) * tall + GAP * (line.length - 1);
    let left = Math.max(0, (width - used) / 2);
    const places = line.map((pane) => {
      const place = { pane, left, top, width: pane.aspect * tall, height: tall };
      left += place.width + GAP;
      return place;
    });
    top += tall + chrome[row] + GAP;
    return places;
  });
}

/** How well panes stand: by area, a plot for less, and less still where it is hard to read. */
function worth(places) {
  const area = ({ pane, width, height }) => width * height * (pane.plot ? PLOT : 1);
  const plots = places.filter(({ pane }) => pane.plot);
  const legible = plots.map(({ pane, width }) => width / (pane.natural * LEGIBLE));
  const rows = new Set(places.filter(({ pane }) => !pane.plot).map(({ top }) => top)).size;
  return sum(places.map(area)) * Math.min(1, ...legible) ** 2 * ROW ** rows;
}

const widest = (places) => Math.max(...places.map((place) => place.left + place.width));

/** The choice worth most of those that fit; where none is low enough, the lowest. */
function best(choices, width, height) {
  const narrow = choices.filter((places) => widest(places) <= width + 1);
  const fitting = narrow.filter((places) => depth(places) <= height + 1);
  if (fitting.length) return least(fitting, (places) => -worth(places));
  return least(narrow.length ? narrow : choices, narrow.length ? depth : widest);
}

function block(panes, width, height) {
  const choices = panes.map((_, n) => inRows(panes, n + 1, width, height));
  return best(choices, width, height);
}

const moved = (places, right, down) =>
  places.map((place) => ({ ...place, left: place.left + right, top: place.top + down }));

function beside(photos, plots, width, height, share) {
  const column = Math.round(width * share);
  const first = block(photos, width - column - GAP, height);
  const left = Math.max(width - column, widest(first) + GAP); // no picture shrinks without end
  return [...first, ...moved(block(plots, column, height), left, 0)];
}

function under(photos, plots, width, height, share) {
  const first = block(photos, width, height * (1 - share) - GAP);
  return [...first, ...moved(block(plots, width, height * share), 0, depth(first) + GAP)];
}

/** Places of {aspect, chrome, natural, tallest, plot}: the best in a room of that size. */
function arranged(panes, width, height) {
  const photos = panes.filter((pane) => !pane.plot);
  const plots = panes.filter((pane) => pane.plot);
  if (!photos.length || !plots.length) return block(panes, width, height);
  const shares = Array.from({ length: 60 }, (_, n) => (n + 12) / 100); // of width or height
  const choices = shares.flatMap((share) =>
    [beside, under].map((stand) => stand(photos, plots, width, height, share)),
  );
  return centred(best(choices, width, height), width);
}

/** Taken to the middle of the room, with what it leaves on the right. */
function centred(places, width) {
  const left = Math.min(...places.map((place) => place.left));
  return moved(places, (width - widest(places) - left) / 2, 0);
}
