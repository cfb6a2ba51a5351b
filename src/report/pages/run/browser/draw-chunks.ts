/** Browser code of the map of chunks: its colours, its choices and its player. Embedded as source text. */
import type { Chart, DotsMark } from '../../../charts/chart.js';
import type { Page } from '../../../kit/browser/page.js';

/** What the browser code of the map is given. */
export interface ChunkMapData {
  classes: readonly string[];
  /** Names of the recordings by row of the predictions. */
  names: readonly string[];
  chunks: readonly {
    row: number;
    /** Its recording's class, and that which the chunk alone is decided for. */
    truth: number;
    decided: number;
    seconds: number;
    audio: string | null;
  }[];
  maps: readonly { title: string; x: readonly number[]; y: readonly number[] }[];
}

/** Draws the map and lets a reader choose and play chunks. */
export function drawChunks(page: Page, host: HTMLElement, data: ChunkMapData): void {
  const find = <T extends HTMLElement>(selector: string): T => host.querySelector<T>(selector)!;
  const chart = find('.plot');
  const method = find<HTMLSelectElement>('[name=method]');
  const wanted = find<HTMLSelectElement>('[name=class]');
  const audio = find<HTMLAudioElement>('audio');
  const { chunks, classes, names, maps } = data;
  const all = [...chunks.keys()];
  /** Chunks that the list shows at once. */
  const listed = 40;
  let chosen = -1;
  /** The chunks of each mark, in the order in which they were drawn. */
  let drawn: number[][] = [];

  const isWanted = (chunk: number): boolean =>
    wanted.value === '-1' || chunks[chunk].truth === Number(wanted.value);
  const placeOf = (chunk: number): string => `${names[chunks[chunk].row]}, ${chunks[chunk].seconds} s`;
  const verdictOf = (chunk: number): string => {
    const { truth, decided } = chunks[chunk];
    return truth === decided ? classes[truth] : `${classes[truth]}, taken for ${classes[decided]}`;
  };

  const draw = (): void => {
    const { x, y } = maps[Number(method.value)];
    const marks: DotsMark[] = [];
    drawn = [];
    const add = (some: number[], look: Partial<DotsMark>): void => {
      if (some.length === 0) return;
      drawn.push(some);
      marks.push({
        ...{ kind: 'dots', tone: 'muted', size: all.length > 500 ? 7 : 9 },
        x: some.map((chunk) => x[chunk]),
        y: some.map((chunk) => y[chunk]),
        hover: some.map((chunk) => `${verdictOf(chunk)}\n${placeOf(chunk)}`),
        opacities: some.map((chunk) => (isWanted(chunk) ? 0.85 : 0.08)),
        ...look,
      });
    };
    // Beneath the others: only its rim is seen.
    if (chosen >= 0) add([chosen], { tone: 'text', open: true, size: 20 });
    classes.forEach((name, i) => {
      // Eight colours, two shapes, filled or open.
      const shape = Math.floor(i / 8) % 2 === 1 ? 'diamond' : 'circle';
      const own = all.filter((chunk) => chunks[chunk].truth === i);
      add(own, { name, tone: i % 8, shape, open: Math.floor(i / 16) % 2 === 1 });
    });
    const axis = { title: '', hidden: true };
    const map: Chart = {
      title: `Map of ${all.length} chunks`,
      ...{ x: axis, y: axis, marks, plane: true },
      height: window.innerWidth < 600 ? 420 : 620,
    };
    page.draw(chart, map);
    list();
  };

  const list = (): void => {
    const found = wanted.value === '-1' ? [] : all.filter(isWanted);
    const right = found.filter((chunk) => chunks[chunk].truth === chunks[chunk].decided);
    find('.count').textContent =
      found.length === 0
        ? ''
        : `${right.length} of ${found.length} right alone${found.length > listed ? `, the first ${listed} below` : ''}`;
    find('.tracks').replaceChildren(
      ...found.slice(0, listed).map((chunk) => {
        const [item, button, verdict] = (['li', 'button', 'span'] as const).map((name) =>
          document.createElement(name),
        );
        button.setAttribute('type', 'button');
        button.textContent = placeOf(chunk);
        button.setAttribute('aria-pressed', String(chunk === chosen));
        button.addEventListener('click', () => choose(chunk));
        verdict.textContent = ` ${verdictOf(chunk)}`;
        item.append(button, verdict);
        return item;
      }),
    );
  };

  const choose = (chunk: number): void => {
    chosen = chunk;
    const address = chunks[chunk].audio;
    find('.track').textContent = placeOf(chunk);
    find('.player .tags').textContent =
      verdictOf(chunk) + (address === null ? '; the page has no sound of it' : '');
    audio.hidden = address === null;
    if (address === null) audio.pause();
    else {
      audio.src = address;
      audio.play().catch(() => {
        // Where playing needs a click, the player is there.
      });
    }
    draw();
  };

  for (const choice of [method, wanted]) choice.addEventListener('change', draw);
  draw();
  page.onClick(chart, ({ curveNumber, pointNumber }) => {
    const chunk = drawn[curveNumber]?.[pointNumber];
    if (chunk !== undefined) choose(chunk);
  });
}
