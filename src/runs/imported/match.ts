/** Which example each row of a foreign table is: by its id, or by the path of its recording or lyrics. */
import { UsageError } from '../../base/errors.js';
import type { Dataset } from '../../data/dataset.js';
import { relativePath } from '../prediction-table.js';

/** Endings of recordings, and of the features that toolkits compute from them. */
const ENDING = /\.(mp3|wav|flac|ogg|opus|m4a|aac|aiff?|au|wma|npy|npz|pt|pth|pk|pkl|h5|hdf5|json|txt|lrc)$/i;

/** Two files of a folder that the ending alone tells apart, or the same name in two folders. */
const AMBIGUOUS = -1;

/** Rows of a table by example. */
export interface MatchedRows {
  /** Row of each example that has one, by its id. */
  rowOf: ReadonlyMap<string, number>;
  /** Rows of no example, in the table's order. */
  unmatched: number[];
}

/** A path as it is compared: in NFC, with slashes, without `./` in front. */
const plainPath = (text: string): string =>
  text
    .trim()
    .normalize()
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');

/** The ends of a path at its slashes, from the whole to the name alone. */
function endsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(i).join('/'));
}

/** Examples by what a table may call them. */
class ExampleIndex {
  private readonly ids = new Map<string, number>();
  /** Whole paths below the data set's folder. */
  private readonly paths = new Map<string, number>();
  /** Their ends, the whole path included. */
  private readonly ends = new Map<string, number>();

  constructor({ examples, root }: Pick<Dataset, 'examples' | 'root'>) {
    for (const [at, { id, audio, lyrics }] of examples.entries()) {
      this.ids.set(id.normalize(), at);
      const path = relativePath(audio ?? lyrics, root);
      if (path === null) continue;
      const plain = plainPath(path);
      for (const form of new Set([plain, plain.replace(ENDING, '')])) {
        add(this.paths, form, at);
        for (const end of endsOf(form)) add(this.ends, end, at);
      }
    }
  }

  /**
   * The example that an id or path names; null for none. A path may begin above the data set's folder or inside it, and have
   * another ending.
   */
  find(given: string): number | null {
    const id = this.ids.get(given.trim().normalize());
    if (id !== undefined) return id;
    const plain = plainPath(given);
    for (const form of [plain, plain.replace(ENDING, '')]) {
      for (const end of endsOf(form)) {
        const whole = this.paths.get(end);
        if (whole !== undefined) return whole;
      }
      const part = this.ends.get(form);
      if (part !== undefined) return part;
    }
    return null;
  }
}

function add(map: Map<string, number>, key: string, at: number): void {
  const known = map.get(key);
  map.set(key, known === undefined || known === at ? at : AMBIGUOUS);
}

/**
 * Matches the rows of a table with examples.
 *
 * @param ids - id or path of each row
 * @param place - where a row is, for messages: `line 7`
 * @throws UsageError for two rows of one example, and for a name that several examples have
 */
export function matchRows(
  path: string,
  ids: readonly string[],
  dataset: Pick<Dataset, 'examples' | 'root'>,
  place: (row: number) => string,
): MatchedRows {
  const index = new ExampleIndex(dataset);
  const rowOf = new Map<string, number>();
  const unmatched: number[] = [];
  for (const [row, given] of ids.entries()) {
    const at = index.find(given);
    if (at === AMBIGUOUS)
      throw new UsageError(
        `${path}, ${place(row)}: several recordings of the data set are called "${given}"; give ids, or paths with their folders and endings.`,
      );
    if (at === null) {
      unmatched.push(row);
      continue;
    }
    const { id } = dataset.examples[at];
    const other = rowOf.get(id);
    if (other !== undefined)
      throw new UsageError(
        `${path} has two rows for the recording ${given}, ${place(other)} and ${place(row)}; remove one of them.`,
      );
    rowOf.set(id, row);
  }
  return { rowOf, unmatched };
}
