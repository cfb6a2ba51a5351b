/**
 * Kills, two at a time, full disks and damaged files, repeated with fixed random numbers; prints a Markdown table of how
 * often each ended rightly, was refused in a sentence, or failed. Run it by `npm run torture -- [--only CAMPAIGN]
 * [--command 'models export'] [--share 0.1] [--seed WORD]`, after the set-up. At full size it takes hours;
 * docs/reliability.md has the last table.
 */
import { parseArgs } from 'node:util';
import { damagedAudio } from './torture/audio.js';
import { damagedFiles } from './torture/files.js';
import { fullDisks } from './torture/full-disk.js';
import { kills } from './torture/kills.js';
import { type Extent, type Line, tableOf } from './torture/line.js';
import { twoAtOnce } from './torture/two-at-once.js';

const campaigns: Record<string, (extent: Extent) => Promise<Line[]>> = {
  kills,
  'two-at-once': twoAtOnce,
  'full-disk': fullDisks,
  audio: damagedAudio,
  files: damagedFiles,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: 'torture' },
    command: { type: 'string' },
  },
});
const { only, seed, command } = values;
const share = Number(values.share);
if (!(share > 0 && share <= 1)) throw new Error('--share must be above 0 and at most 1.');
if (only !== undefined && !(only in campaigns))
  throw new Error(`--only must be one of ${Object.keys(campaigns).join(', ')}.`);

const lines: Line[] = [];
for (const name of only === undefined ? Object.keys(campaigns) : [only])
  lines.push(...(await campaigns[name]({ share, seed, command })));
process.stdout.write(`${tableOf(lines)}\n`);
if (lines.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
