/** Browser side of figures: controls that choose, sort and filter. Embedded in pages as source text. */
import type { Page } from '../../kit/browser/page.js';
import type { Chart, Mark } from '../chart.js';
import type { Panel } from '../figure.js';

/** Shows a figure and lets its controls work. */
export function openFigure(page: Page, host: HTMLElement): void {
  const { panels, counts } = JSON.parse(host.querySelector('script')!.textContent!) as {
    panels: Panel[];
    counts: number[];
  };
  const find = <T extends HTMLElement>(name: string): T | null => host.querySelector<T>(`[name="${name}"]`);
  const all = <T extends HTMLElement>(selector: string): T[] =>
    Array.from(host.querySelectorAll<T>(selector));
  const plots = all<HTMLElement>('.plot');
  const boxes = all<HTMLInputElement>('[name=series]');
  const choices = all<HTMLSelectElement>('[data-choice]');

  /** Which of a panel's charts is chosen; a choice with one option has no element. */
  const chosen = (): number => {
    const picked = choices.map((choice) => choice.selectedIndex);
    return counts.reduce((at, count) => at * count + (count > 1 ? picked.shift()! : 0), 0);
  };

  /** The rows that are wanted, in the wanted order. */
  const order = ({ rows = [] }: Chart): number[] => {
    const wanted = find<HTMLInputElement>('filter')?.value.trim().toLowerCase() ?? '';
    const onlyFlagged = find<HTMLInputElement>('flag')?.checked ?? false;
    const sort = find<HTMLSelectElement>('sort')!.value;
    const found = rows
      .map((_, i) => i)
      .filter((i) => rows[i].name.toLowerCase().includes(wanted) && (!onlyFlagged || rows[i].flag));
    const key = (i: number): number => rows[i].keys?.[Number(sort)] ?? Number.NEGATIVE_INFINITY;
    found.sort((a, b) =>
      sort === 'name' ? rows[a].name.localeCompare(rows[b].name) : key(b) - key(a) || a - b,
    );
    return found.slice(0, Number(find<HTMLSelectElement>('most')?.value ?? rows.length));
  };

  /** The same chart with rows left out or in another order. */
  const withRows = (chart: Chart, rows: number[]): Chart => {
    const place = new Map(rows.map((row, i) => [row, i]));
    const moved = (y: number | null): number =>
      y === null ? Number.NaN : (place.get(Math.round(y)) ?? Number.NaN) + y - Math.round(y);
    const marks = chart.marks.map((mark): Mark => {
      if (mark.kind === 'line')
        return { ...mark, y: mark.y.map((y) => (Number.isNaN(moved(y)) ? null : moved(y))) };
      if (mark.kind !== 'bars' && mark.kind !== 'dots') return mark;
      const kept = [...mark.y.keys()].filter((i) => !Number.isNaN(moved(mark.y[i])));
      const from = mark.kind === 'bars' && mark.from ? { from: kept.map((i) => mark.from![i]) } : {};
      return { ...mark, ...from, x: kept.map((i) => mark.x[i]), y: kept.map((i) => moved(mark.y[i])) };
    });
    return { ...chart, rows: rows.map((row) => chart.rows![row]), marks };
  };

  const shown = (chart: Chart): Chart => {
    if (boxes.length > 0)
      return {
        ...chart,
        marks: chart.marks.filter(
          (mark) => mark.kind === 'cells' || mark.series === undefined || boxes[mark.series].checked,
        ),
      };
    if (find<HTMLInputElement>('logarithmic')?.checked)
      return { ...chart, y: { title: '', ...chart.y, scale: 'log' } };
    if (!find('sort')) return chart;
    const places = order(chart);
    const count = host.querySelector<HTMLElement>('.count');
    const total = chart.rows?.length ?? 0;
    if (count)
      count.textContent =
        places.length === 0
          ? 'no row matches'
          : `${places.length} of ${total}${chart.note ? `; ${chart.note}` : ''}`;
    return withRows(chart, places);
  };

  const update = (): void => {
    const at = chosen();
    panels.forEach(({ charts, narrow }, i) => {
      page.draw(plots[i], shown(charts[at]), narrow && shown(narrow[at]));
    });
  };

  const seriesFilter = find<HTMLInputElement>('series-filter');
  seriesFilter?.addEventListener('input', () => {
    const wanted = seriesFilter.value.trim().toLowerCase();
    for (const box of boxes)
      box.parentElement!.hidden = !box.parentElement!.textContent!.toLowerCase().includes(wanted);
  });
  find('none')?.addEventListener('click', () => {
    for (const box of boxes) box.checked = false;
    update();
  });
  for (const control of all('select, input')) {
    if (control === seriesFilter) continue;
    control.addEventListener(control.getAttribute('type') === 'search' ? 'input' : 'change', update);
  }
  update();
}
