/** The usual report of `polytag data NAME import`. */
import { alignColumns } from '../base/text-tables.js';
import { missingAudio } from './audio-files.js';
import type { ImportSummary } from './data-set.js';
import { type Dataset, SPLITS, type Split } from './dataset.js';

type SplitCounts = Record<Split, number>;

const MISSING_SHOWN = 10;

/** Counts examples, labels, lyrics and missing recordings. */
export async function summarise({
  protocol,
  examples,
  labels,
  notes,
  audioAdvice,
}: Dataset): Promise<ImportSummary> {
  const count = (carries: (targets: Dataset['examples'][number]['targets']) => boolean): SplitCounts => {
    const counts: SplitCounts = { train: 0, validation: 0, test: 0 };
    for (const { split, targets } of examples) if (carries(targets)) counts[split]++;
    return counts;
  };
  const splits = count(() => true);
  const perLabel = labels.map((label, i) => [label, count((targets) => targets[i] === 1)] as const);
  const missing = await missingAudio(examples.flatMap(({ audio }) => audio ?? []));
  const cells = (counts: SplitCounts): string[] => SPLITS.map((split) => counts[split].toLocaleString('en'));
  const warnings = notes.map((note) => note.replace(/\.$/, ''));
  if (missing.length > 0)
    warnings.push(
      `${missing.length} of ${examples.length} audio files are missing, the first is ${missing[0]}; training needs them (${audioAdvice})`,
    );
  return {
    report: {
      protocol,
      examples: examples.length,
      splits,
      labels: Object.fromEntries(perLabel),
      lyrics: examples.filter(({ lyrics }) => lyrics !== null).length,
      missing_audio: missing.length,
      missing_examples: missing.slice(0, MISSING_SHOWN),
      notes,
    },
    lines: [
      protocol,
      alignColumns([
        ['', ...SPLITS],
        ['all', ...cells(splits)],
        ...perLabel.map(([label, counts]) => [label, ...cells(counts)]),
      ]),
    ],
    warnings,
  };
}
