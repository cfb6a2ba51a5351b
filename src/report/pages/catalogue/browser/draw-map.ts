/** Browser code of the map: its colours, its search and its player. Embedded as source text. */
import type { Chart, DotsMark } from '../../../charts/chart.js';
import type { Page } from '../../../kit/browser/page.js';
import type { MapData } from '../view.js';

/** Draws the map and lets a reader search and play its tracks. */
export function drawMap(page: Page, host: HTMLElement, data: MapData): void {
  const find = <T extends HTMLElement>(selector: string): T => host.querySelector<T>(selector)!;
  const chart = find('.plot');
  const colour = find<HTMLSelectElement>('[name=colour]');
  const search = find<HTMLInputElement>('[name=search]');
  const audio = find<HTMLAudioElement>('audio');
  const notice = find('.notice');
  const scores = page.bytes(data.scores);
  const { tracks, labels, coloured } = data;
  const all = [...tracks.keys()];
  const size = all.length > 500 ? 6 : 9;
  /** Tracks that the list shows at once. */
  const listed = 30;
  let chosen = -1;
  /** The tracks of each mark, in the order in which they were drawn. */
  let drawn: number[][] = [];

  const isWanted = (track: number): boolean => {
    const wanted = search.value.trim().toLowerCase();
    return (
      tracks[track].path.toLowerCase().includes(wanted) ||
      tracks[track].name.toLowerCase().includes(wanted) ||
      tracks[track].tops.some((tag) => tag.toLowerCase().includes(wanted))
    );
  };
  const hoverOf = (track: number): string => {
    const { name, tops } = tracks[track];
    const short = name.length > 70 ? `${name.slice(0, 69)}…` : name;
    return `${short}\n${tops.join(', ') || 'no tag above its threshold'}`;
  };
  const dots = (chosen: number[], look: Partial<DotsMark>): DotsMark => ({
    ...{ kind: 'dots', tone: 'muted', size },
    x: chosen.map((track) => tracks[track].x),
    y: chosen.map((track) => tracks[track].y),
    hover: chosen.map(hoverOf),
    opacities: chosen.map((track) => (isWanted(track) ? 0.85 : 0.08)),
    ...look,
  });

  const draw = (): void => {
    const marks: DotsMark[] = [];
    drawn = [];
    const add = (some: number[], look: Partial<DotsMark>): void => {
      if (some.length === 0) return;
      drawn.push(some);
      marks.push(dots(some, look));
    };
    // Beneath the others: only its rim is seen.
    if (chosen >= 0) add([chosen], { tone: 'text', open: true, size: size + 9 });
    if (colour.value === 'tag') {
      const placeOf = (track: number): number => coloured.indexOf(tracks[track].tag ?? '');
      [-1, ...coloured.keys()].forEach((place) => {
        const look = place < 0 ? { name: 'another tag', open: true } : { name: coloured[place], tone: place };
        add(
          all.filter((track) => placeOf(track) === place),
          look,
        );
      });
    } else {
      const level = (track: number): number => scores[track * labels.length + Number(colour.value)] / 255;
      // High scores are drawn last, so that they lie on top.
      const sorted = [...all].sort((a, b) => level(a) - level(b));
      add(sorted, { shades: { title: 'score', values: sorted.map(level) } });
    }
    const axis = { title: '', hidden: true };
    const map: Chart = {
      title: `Map of ${all.length} tracks`,
      ...{ x: axis, y: axis, marks, plane: true },
      height: window.innerWidth < 600 ? 420 : 620,
    };
    page.draw(chart, map);
    list();
  };

  const list = (): void => {
    const isSearching = search.value.trim() !== '';
    const found = isSearching ? all.filter(isWanted) : all;
    find('.count').textContent = isSearching
      ? `${found.length} of ${all.length}${found.length > listed ? `, the first ${listed} below` : ''}`
      : '';
    const shown = isSearching || all.length <= listed ? found.slice(0, listed) : [];
    find('.tracks').replaceChildren(
      ...shown.map((track) => {
        const [item, button, tags] = (['li', 'button', 'span'] as const).map((name) =>
          document.createElement(name),
        );
        button.setAttribute('type', 'button');
        const { path, name, tops } = tracks[track];
        button.textContent = name;
        button.title = path;
        button.setAttribute('aria-pressed', String(track === chosen));
        button.addEventListener('click', () => choose(track));
        tags.textContent = ` ${tops.slice(0, 3).join(', ')}`;
        item.append(button, tags);
        return item;
      }),
    );
  };

  const choose = (track: number): void => {
    chosen = track;
    const { path, name, tops, audio: address } = tracks[track];
    find('.track').textContent = name;
    find('.path').textContent = path;
    find('.player .tags').textContent = tops.join(', ');
    audio.hidden = address === null;
    notice.textContent = address === null ? 'The page does not know where this track is.' : '';
    if (address !== null) {
      audio.src = address;
      audio.play().catch(() => {
        // A missing file is reported by the error event; where playing needs a click, the player is there.
      });
    }
    draw();
  };

  audio.addEventListener('error', () => {
    if (chosen < 0) return;
    audio.hidden = true;
    notice.textContent =
      'The page cannot reach or play this file: open the page where it was made, with the files in their places.';
  });
  colour.addEventListener('change', draw);
  search.addEventListener('input', draw);
  draw();
  page.onClick(chart, ({ curveNumber, pointNumber }) => {
    const track = drawn[curveNumber]?.[pointNumber];
    if (track !== undefined) choose(track);
  });
}
