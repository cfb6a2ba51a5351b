/** Browser code of the table of tracks: it sorts and filters all, and shows a page of them. Embedded as source text. */
import type { Page } from '../../../kit/browser/page.js';
import type { TableOrder } from '../../../kit/browser/tables.js';
import type { TracksData } from '../view.js';

/** Fills the table, and lets a reader sort, filter, turn pages and play. */
export function drawTracks(page: Page, host: HTMLElement, data: TracksData): void {
  const find = <T extends HTMLElement>(selector: string): T => host.querySelector<T>(selector)!;
  const table = find<HTMLTableElement>('table');
  const search = find<HTMLInputElement>('[name=search]');
  const tag = find<HTMLSelectElement>('[name=tag]');
  const state = find<HTMLSelectElement>('[name=state]');
  const audio = find<HTMLAudioElement>('audio');
  const scores = data.scores === null ? null : page.bytes(data.scores);
  const { labels, paths, titles, artists, durations, tops, notes } = data;
  const shown = 25;
  const collator = new Intl.Collator(undefined, { numeric: true });
  /** What is searched of each track, in lower case. */
  const words = paths.map((path, i) =>
    [titles[i], artists[i], path, ...tops[i].map((top) => labels[top])].join('\n').toLowerCase(),
  );
  let order: TableOrder | null = null;
  let found: number[] = [];
  let first = 0;
  let playing = -1;

  const nameOf = (track: number): string => titles[track];
  const scoreOf = (track: number): number | null => {
    const of = tag.value === '' ? tops[track][0] : Number(tag.value);
    return scores === null || of === undefined ? null : scores[track * labels.length + of] / 255;
  };
  const length = (seconds: number): string =>
    `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const keyOf = (track: number, column: number): string | number | null => {
    const tags = tops[track].map((top) => labels[top]).join(', ');
    return [null, nameOf(track), artists[track], durations[track], tags, scoreOf(track), paths[track]][
      column
    ];
  };

  const cell = (kind: 'td' | 'th', text: string, className = ''): HTMLElement => {
    const element = document.createElement(kind);
    element.textContent = text;
    element.className = className;
    return element;
  };
  const rowOf = (track: number): HTMLElement => {
    const row = document.createElement('tr');
    const play = cell('td', '', 'play');
    const address = data.audio[track];
    if (address !== null) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = '▶';
      button.setAttribute('aria-label', `Play ${nameOf(track)}`);
      button.addEventListener('click', () => choose(track));
      play.append(button);
    }
    if (track === playing) row.setAttribute('aria-current', 'true');
    const seconds = durations[track];
    const score = scoreOf(track);
    const path = cell('td', paths[track], 'text');
    if (notes[track] !== null) {
      const note = document.createElement('small');
      note.textContent = notes[track];
      path.append(note);
    }
    const name = cell('th', nameOf(track), 'text');
    name.setAttribute('scope', 'row');
    row.append(
      play,
      name,
      cell('td', artists[track] ?? '–', 'text'),
      cell('td', seconds === null ? '–' : length(seconds)),
      cell('td', tops[track].map((top) => labels[top]).join(', ') || '–', 'text'),
      cell('td', score === null ? '–' : score.toFixed(2)),
      path,
    );
    return row;
  };

  const show = (): void => {
    first = Math.min(first, Math.max(0, shown * Math.floor((found.length - 1) / shown)));
    const last = Math.min(found.length, first + shown);
    table.tBodies[0].replaceChildren(...found.slice(first, last).map(rowOf));
    find('.place').textContent =
      found.length === 0
        ? 'no track matches'
        : `${first + 1} to ${last} of ${found.length.toLocaleString('en-US')}`;
    find<HTMLButtonElement>('[name=previous]').disabled = first === 0;
    find<HTMLButtonElement>('[name=next]').disabled = last >= found.length;
  };

  const update = (): void => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = tag.value === '' ? null : Number(tag.value);
    found = [...paths.keys()].filter(
      (track) =>
        wanted.every((word) => words[track].includes(word)) &&
        (chosen === null || tops[track].includes(chosen)) &&
        (state.value === '' || (state.value === 'noted' ? notes[track] !== null : tops[track].length > 0)),
    );
    if (order) {
      const { column, direction } = order;
      const keys = new Map(found.map((track) => [track, keyOf(track, column)]));
      found.sort((one, other) => {
        const [a, b] = [keys.get(one) ?? null, keys.get(other) ?? null];
        if (a === null || b === null) return Number(a === null) - Number(b === null);
        const difference =
          typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
        return direction * difference;
      });
    }
    find('.count').textContent =
      `${found.length.toLocaleString('en-US')} of ${paths.length.toLocaleString('en-US')}`;
    first = 0;
    show();
  };

  const choose = (track: number): void => {
    playing = track;
    const address = data.audio[track];
    find('.player').hidden = false;
    audio.hidden = false;
    find('.track').textContent = [nameOf(track), artists[track]].filter(Boolean).join(', ');
    find('.notice').textContent = '';
    audio.src =
      address === true
        ? data.prefix + paths[track].split('/').map(encodeURIComponent).join('/')
        : (address ?? '');
    audio.play().catch(() => {
      // A missing file is reported by the error event.
    });
    show();
  };
  audio.addEventListener('error', () => {
    if (playing < 0) return;
    audio.hidden = true;
    find('.notice').textContent =
      'The page cannot reach or play this file: open the page where it was made, with the files in their places.';
  });
  const turn = (by: number): void => {
    first = Math.max(0, first + by * shown);
    show();
  };
  find('[name=previous]').addEventListener('click', () => turn(-1));
  find('[name=next]').addEventListener('click', () => turn(1));
  search.addEventListener('input', update);
  for (const control of [tag, state]) control.addEventListener('change', update);
  page.sortHeaders(
    table,
    (chosen) => {
      order = chosen;
      update();
    },
    (column) => column === 5,
  );
  update();
}
