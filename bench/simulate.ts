/**
 * The simulations behind docs/statistics.md: `npm run simulate`, or with `-- --small` the form that the tests run.
 * Prints Markdown tables; the same seed gives the same tables.
 */
import { parseArgs } from 'node:util';
import { startProgress } from '../src/base/progress.js';
import { coverageTable } from './simulations/coverage.js';
import { numbersTable } from './simulations/numbers.js';
import { falseAlarmTable, powerTable } from './simulations/studies.js';

const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    studies: { type: 'string' },
    only: { type: 'string' },
  },
});
const studies = Number(values.studies ?? (values.small ? 20 : 1000));
const songs = values.small ? [36] : [36, 300, 1500];

const tables: Record<string, () => string> = {
  'false-alarms': () =>
    falseAlarmTable({ songs, studies, onCell: progressOf('False alarms', songs.length * 6) }),
  power: () => powerTable({ songs, studies, onCell: progressOf('Power', songs.length * 12) }),
  coverage: () => coverageTable({ splits: studies, onCell: progressOf('Coverage', 3) }),
  numbers: () => numbersTable({ splits: studies, onCell: progressOf('Numbers', 2) }),
};

/** Counts finished cells on standard error. */
function progressOf(name: string, cells: number): () => void {
  const progress = startProgress(name, cells, 'cells');
  let done = 0;
  return () => {
    progress.update(++done);
    if (done === cells) progress.stop();
  };
}

for (const [name, make] of Object.entries(tables))
  if (values.only === undefined || values.only === name) process.stdout.write(`${make()}\n`);
