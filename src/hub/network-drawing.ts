/** A network as a drawing: its layers from top to bottom, in a light and a dark scheme, to be read at a width of 400 pixels. */
import { escapeHtml } from '../base/format.js';
import type { InputSummary, LayerSummary, NetworkSummary } from '../models/summary/summary.js';
import { amountText, shapeText } from './network-table.js';

const WIDTH = 400;
/** Of a box, and from one to the next. */
const [BOX, GAP] = [44, 14];
/** Between two lines beside the boxes, and beside all of them. */
const [LANE, MARGIN] = [7, 10];
/** Characters of a line of 11 pixels in a box, and of a name. */
const PIXELS_PER_LETTER = 5.9;

const STYLE = `
svg { --background: #ffffff; --box: #f4f5f7; --text: #1b1f24; --muted: #5c6570; --line: #8b95a1; --bar: #1f6fb4; }
@media (prefers-color-scheme: dark) {
  svg { --background: #14171b; --box: #1e2329; --text: #e7eaee; --muted: #9aa4b0; --line: #77828e; --bar: #5fb0f0; }
}
text { font: 11px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--muted); }
.name { font-weight: 600; font-size: 12.5px; fill: var(--text); }
.shape { fill: var(--text); text-anchor: end; }
.box { fill: var(--box); stroke: var(--line); stroke-width: 0.8; }
.wire { fill: none; stroke: var(--line); stroke-width: 1.4; }
.bar { fill: var(--bar); }
.arrow { fill: var(--line); }`;

/** A box of the drawing. */
interface Node {
  name: string;
  what: string;
  shape: string;
  /** Part of the network's multiply-adds. */
  share: number;
  from: number[];
}

function nodesOf({ inputs, layers, totals }: NetworkSummary): Node[] {
  const names = [...inputs, ...layers].map(({ name }) => name);
  const ofInput = ({ name, size, seconds }: InputSummary): Node => ({
    ...{ name, shape: shapeText(size), share: 0, from: [] },
    what: seconds === null ? 'tokens of a text' : `a window of ${seconds.toFixed(2)} s`,
  });
  const ofLayer = ({ name, operations, output, multiply_adds: multiplyAdds, from }: LayerSummary): Node => ({
    ...{ name, shape: shapeText(output), share: multiplyAdds / Math.max(1, totals.multiply_adds) },
    what: operations.join(', '),
    from: from.map((source) => names.indexOf(source)),
  });
  return [...inputs.map(ofInput), ...layers.map(ofLayer)];
}

/** A way from a box to others that are not right below it. */
interface Wire {
  from: number;
  to: number[];
  lane: number;
}

/** Ways with a lane each that no other takes over the same boxes; the shortest are nearest to the boxes. */
function wiresOf(nodes: Node[]): Wire[] {
  const wires = nodes
    .map((_, from): Wire => {
      const to = nodes.flatMap((node, i) => (i > from + 1 && node.from.includes(from) ? [i] : []));
      return { from, to, lane: 0 };
    })
    .filter(({ to }) => to.length > 0)
    .sort((a, b) => a.to.at(-1)! - a.from - (b.to.at(-1)! - b.from));
  const placed: Wire[] = [];
  for (const wire of wires) {
    const crosses = ({ from, to }: Wire): boolean => from < wire.to.at(-1)! && wire.from < to.at(-1)!;
    const taken = new Set(placed.filter(crosses).map(({ lane }) => lane));
    while (taken.has(wire.lane)) wire.lane++;
    placed.push(wire);
  }
  return placed;
}

const topOf = (node: number): number => MARGIN + node * (BOX + GAP);

/** A text that fits, cut where it does not. */
function fitted(text: string, pixels: number): string {
  const most = Math.floor(pixels / PIXELS_PER_LETTER);
  return escapeHtml(text.length > most ? `${text.slice(0, most - 1)}…` : text);
}

/** The drawing as SVG, complete in itself. */
export function drawNetwork(name: string, summary: NetworkSummary): string {
  const nodes = nodesOf(summary);
  const wires = wiresOf(nodes);
  const lanes = Math.max(0, ...wires.map(({ lane }) => lane + 1));
  const left = MARGIN + lanes * LANE + (lanes > 0 ? 6 : 0);
  const inner = WIDTH - MARGIN - left;
  const boxes = nodes.map(({ name: own, what, shape, share }, i) => {
    const top = topOf(i);
    const bar =
      share > 0
        ? `<rect class="bar" x="${left + 6}" y="${top + BOX - 5}" width="${(share * (inner - 12)).toFixed(1)}" height="2.5"/>`
        : '';
    return `<rect class="box" x="${left}" y="${top}" width="${inner}" height="${BOX}" rx="4"/>
<text class="name" x="${left + 8}" y="${top + 16}">${fitted(own, inner - 30 - shape.length * PIXELS_PER_LETTER)}</text>
<text class="shape" x="${WIDTH - MARGIN - 8}" y="${top + 16}">${escapeHtml(shape)}</text>
<text x="${left + 8}" y="${top + 32}">${fitted(what, inner - 16)}</text>${bar}`;
  });
  const arrow = (x: number, y: number, isDown: boolean): string =>
    `<path class="arrow" d="M${x} ${y}${isDown ? 'l-4 -6h8z' : 'l-6 -3.5v7z'}"/>`;
  const straight = nodes.flatMap(({ from }, i) => {
    if (i === 0 || !from.includes(i - 1)) return [];
    const [x, y] = [left + inner / 2, topOf(i)];
    return [`<path class="wire" d="M${x} ${y - GAP}V${y - 5}"/>${arrow(x, y, true)}`];
  });
  const beside = wires.map(({ from, to, lane }) => {
    const x = left - 8 - lane * LANE;
    // Out of the lower part of a box, into the upper part of others.
    const [out, into] = [topOf(from) + BOX - 10, to.map((node) => topOf(node) + 12)];
    const ends = into.map((y) => `M${x} ${y}H${left - 4}`).join('');
    return `<path class="wire" d="M${left} ${out}H${x}V${into.at(-1)}${ends}"/>${into.map((y) => arrow(left, y, false)).join('')}`;
  });
  const height = topOf(nodes.length) - GAP + MARGIN;
  const { parameters, multiply_adds: multiplyAdds } = summary.totals;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escapeHtml(name)}</title>
<desc>${parameters.toLocaleString('en-US')} trained numbers, ${amountText(multiplyAdds)} multiply-adds; a bar shows a layer's part of these.</desc>
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${height}" style="fill: var(--background)"/>
${[...straight, ...beside, ...boxes].join('\n')}
</svg>
`;
}
