/** Tables that are sorted by a click on a column's header. Embedded in pages as source text. */

/** How a table is sorted. */
export interface TableOrder {
  column: number;
  /** 1 for ascending, -1 for descending. */
  direction: 1 | -1;
}

/**
 * Makes the headers of a table buttons, for the mouse and the keyboard, and tells assistive technology by `aria-sort`.
 *
 * @param onOrder - sorts
 * @param isDescending - whether the first click on a column asks for the largest first. Default: never
 */
export function sortHeaders(
  table: HTMLTableElement,
  onOrder: (order: TableOrder) => void,
  isDescending: (column: number) => boolean = () => false,
): void {
  const headers = Array.from(table.querySelectorAll<HTMLElement>('thead th'));
  headers.forEach((header, column) => {
    if (header.textContent!.trim() === '' || header.dataset.sort === 'no') return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.append(...Array.from(header.childNodes));
    header.append(button);
    button.addEventListener('click', () => {
      const before = header.getAttribute('aria-sort');
      const isUp = before === null ? !isDescending(column) : before === 'descending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      onOrder({ column, direction: isUp ? 1 : -1 });
    });
  });
}

/** The number that a cell begins with, as pages write numbers; null for anything else. */
export function leadingNumber(text: string): number | null {
  const found = /^[<≈]?\s*([−+-]?)(\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)/i.exec(text.trim());
  if (!found) return null;
  const size = Number(found[2].replaceAll(',', ''));
  return found[1] === '' || found[1] === '+' ? size : -size;
}

/**
 * Lets a reader sort every table of two rows or more. Numbers sort as numbers, the best (largest) first; dashes and
 * empty cells come last; of equals the first stays first. A row that is marked `data-last` stays at the end.
 */
export function sortTables(
  root: ParentNode,
  headers: typeof sortHeaders,
  numberOf: typeof leadingNumber,
): void {
  for (const table of Array.from(root.querySelectorAll<HTMLTableElement>('table[data-sortable]'))) {
    const body = table.tBodies[0];
    const textOf = (row: HTMLTableRowElement, column: number): string =>
      row.cells[column]?.textContent?.trim() ?? '';
    const isEmpty = (text: string): boolean => text === '' || text === '–';
    const rows = Array.from(body.rows).filter((row) => row.dataset.last === undefined);
    const last = Array.from(body.rows).filter((row) => row.dataset.last !== undefined);
    const isNumeric = (column: number): boolean =>
      rows.every((row) => isEmpty(textOf(row, column)) || numberOf(textOf(row, column)) !== null);
    headers(
      table,
      ({ column, direction }) => {
        const numeric = isNumeric(column);
        const compare = (a: string, b: string): number =>
          numeric ? numberOf(a)! - numberOf(b)! : a.localeCompare(b, undefined, { numeric: true });
        const sorted = [...rows].sort((one, other) => {
          const [a, b] = [textOf(one, column), textOf(other, column)];
          if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(a)) - Number(isEmpty(b));
          return direction * compare(a, b);
        });
        body.append(...sorted, ...last);
      },
      isNumeric,
    );
  }
}

/** The functions that a page holds. */
export const TABLES_CODE = [sortHeaders, leadingNumber, sortTables];
