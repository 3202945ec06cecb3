// Where the panes stand: the photos as large as the room allows, plots beside or under them.
//
// All plots of a figure have one scale, so that their letters are of one size; it is never so small
// that they cannot be read. Photos shrink instead, to SMALLEST; then a page is scrolled.

const GAP = 12; // px between panes
const SMALLEST = 180; // px, the length below which no picture shrinks
const PLOT = 0.3; // what a px of a plot counts beside a px of a photo
const ROW = 0.65; // what a further row of photos leaves: side by side they are compared at a glance
const DETAIL = 0.75; // the least scale of what is no photo, and no plot that is drawn anew
const ROOMS = [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2.1, 2.5, 3]; // heights to try, where a page scrolls
const SMALLER = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.6, 0.5, 0.4]; // letters, where it cannot

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const lowest = (list, cost) => list.reduce((best, one) => (cost(one) < cost(best) ? one : best));
// a pane's share of its row's height is less than 1 where all images have one zoom
const part = (pane) => pane.share ?? 1;
const aspects = (panes) => sum(panes.map((pane) => pane.aspect * part(pane)));
const depth = (places) =>
  Math.max(0, ...places.map(({ top, height, pane }) => top + height + pane.chrome));

/** Cut a list into so many runs, the widest run as narrow as can be. */
function split(panes, rows) {
  if (rows === 1) return [panes];
  const cuts = panes.slice(rows - 1).map((_, n) => n + 1);
  const tries = cuts.map((cut) => [panes.slice(0, cut), ...split(panes.slice(cut), rows - 1)]);
  return lowest(tries, (lines) => Math.max(...lines.map(aspects)));
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
      const high = tall * part(pane);
      const place = { pane, left, top, width: pane.aspect * high, height: high };
      left += place.width + GAP;
      return place;
    });
    top += tall + chrome[row] + GAP;
    return places;
  });
}

/** Places of plots in centred rows, all at one scale; null where it would be less than the least. */
function plotsInRows(plots, rows, width, height, { least, most }) {
  const lines = split(plots, rows);
  const chrome = lines.map((line) => Math.max(...line.map((pane) => pane.chrome)));
  const tall = lines.map((line) => Math.max(...line.map(({ natural }) => natural.height)));
  const wide = lines.map((line) => sum(line.map(({ natural }) => natural.width)));
  const across = lines.map((line, row) => (width - GAP * (line.length - 1)) / wide[row]);
  const spare = height - sum(chrome) - GAP * (rows - 1);
  const scale = Math.min(most, spare / sum(tall), ...across);
  if (scale < least) return null;
  let top = 0;
  return lines.flatMap((line, row) => {
    let left = Math.max(0, (width - wide[row] * scale - GAP * (line.length - 1)) / 2);
    const places = line.map((pane) => {
      const size = { width: pane.natural.width * scale, height: pane.natural.height * scale };
      const place = { pane, left, top, ...size };
      left += size.width + GAP;
      return place;
    });
    top += tall[row] * scale + chrome[row] + GAP;
    return places;
  });
}

/** How well panes stand: by area, a plot for less. */
function worth(places) {
  const area = ({ pane, width, height }) => width * height * (pane.plot ? PLOT : 1);
  const rows = new Set(places.filter(({ pane }) => !pane.plot).map(({ top }) => top)).size;
  return sum(places.map(area)) * ROW ** rows;
}

const widest = (places) => Math.max(...places.map((place) => place.left + place.width));
const isLegible = (places, least) =>
  places.every(({ pane, width }) => !pane.letters || width >= least * pane.letters - 0.5);

/** The choice worth most of those that fit and can be read, or null. */
function best(choices, width, height, { least }) {
  const fits = (places) =>
    places && widest(places) <= width + 1 && depth(places) <= height + 1 && isLegible(places, least);
  const fitting = choices.filter(fits);
  return fitting.length ? lowest(fitting, (places) => -worth(places)) : null;
}

function photoBlock(panes, width, height, scales) {
  const choices = panes.map((_, n) => inRows(panes, n + 1, width, height));
  return best(choices, width, height, scales);
}

function plotBlock(plots, width, height, scales) {
  const choices = plots.map((_, n) => plotsInRows(plots, n + 1, width, height, scales));
  return best(choices, width, height, scales);
}

const moved = (places, right, down) =>
  places.map((place) => ({ ...place, left: place.left + right, top: place.top + down }));

function beside(photos, plots, width, height, share, scales) {
  const column = Math.round(width * share);
  const first = photoBlock(photos, width - column - GAP, height, scales);
  const second = first && plotBlock(plots, column, height, scales);
  return second && [...first, ...moved(second, width - column, 0)];
}

function under(photos, plots, width, height, share, scales) {
  const first = photoBlock(photos, width, height * (1 - share) - GAP, scales);
  const second = first && plotBlock(plots, width, height * share, scales);
  return second && [...first, ...moved(second, 0, depth(first) + GAP)];
}

function inRoom(photos, plots, width, height, scales) {
  if (!plots.length) return photoBlock(photos, width, height, scales);
  if (!photos.length) return plotBlock(plots, width, height, scales);
  const shares = Array.from({ length: 66 }, (_, n) => (n + 12) / 100); // of width or height
  const choices = shares.flatMap((share) =>
    [beside, under].map((stand) => stand(photos, plots, width, height, share, scales)),
  );
  return best(choices, width, height, scales);
}

/**
 * Places of {aspect, chrome, natural, tallest, plot, drawn}: the best in a room of that size. Where not all
 * fits, a page grows longer; a screen that the figure fills has smaller letters.
 */
function arranged(panes, width, height, { least, fills }) {
  const photos = panes.filter((pane) => !pane.plot);
  const plots = panes.filter((pane) => pane.plot);
  const most = fills ? 2 * least : 1.25;
  if (!panes.some((pane) => pane.drawn)) least = DETAIL;
  const tries = fills
    ? SMALLER.map((share) => [height, { least: share * least, most }])
    : [...ROOMS, 9].map((share) => [share * height, { least, most }]);
  tries.push([Infinity, { least: 0, most }]); // a phone, narrower than a plot
  for (const [room, scales] of tries) {
    const places = inRoom(photos, plots, width, room, scales);
    if (places) return centred(places, width);
  }
  return block(panes, width);
}

/** Where nothing fits at all: each pane under the one before, as wide as the room. */
function block(panes, width) {
  let top = 0;
  return panes.map((pane) => {
    const place = { pane, left: 0, top, width, height: width / pane.aspect };
    top += place.height + pane.chrome + GAP;
    return place;
  });
}

/** Heights in a row that go with the images' own. */
function atOneZoom(panes) {
  const photos = panes.filter((pane) => !pane.plot);
  const highest = Math.max(...photos.map(({ natural }) => natural.height));
  for (const pane of photos) pane.share = pane.natural.height / highest;
}

/** Panes that share their horizontal axis, as one; it is a photo, and its letters must be read. */
function join(panes, isAligned) {
  const members = panes.filter(isAligned);
  if (members.length < 2) return panes;
  const chrome = sum(members.map((pane) => pane.chrome)) + GAP * (members.length - 1);
  const aspect = 1 / sum(members.map((pane) => 1 / pane.aspect));
  const plots = members.filter((pane) => pane.plot).map(({ natural }) => natural.width);
  const letters = Math.max(0, ...plots);
  const tallest = Math.max(...members.map((pane) => pane.tallest)) * 2;
  const joined = { members, aspect, chrome, tallest, letters, plot: false };
  const rest = panes.filter((pane) => !members.includes(pane));
  return [joined, ...rest];
}

/** Places of the panes that were joined, each under the one before. */
function apart(places) {
  return places.flatMap((place) => {
    if (!place.pane.members) return [place];
    let { top } = place;
    return place.pane.members.map((pane) => {
      const height = place.width / pane.aspect;
      const member = { pane, left: place.left, top, width: place.width, height };
      top += height + pane.chrome + GAP;
      return member;
    });
  });
}

/** Taken to the middle of the room, with what it leaves on the right. */
function centred(places, width) {
  const left = Math.min(...places.map((place) => place.left));
  return moved(places, (width - widest(places) - left) / 2, 0);
}
