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
  task,
  labels,
  folds,
  notes,
  audioAdvice,
}: Dataset): Promise<ImportSummary> {
  const parts = folds ?? [new Map(examples.map(({ id, split }) => [id, split]))];
  const count = (carries: (targets: Dataset['examples'][number]['targets']) => boolean): SplitCounts[] =>
    parts.map((splitOf) => {
      const counts: SplitCounts = { train: 0, validation: 0, test: 0 };
      for (const { id, targets } of examples) if (carries(targets)) counts[splitOf.get(id)!]++;
      return counts;
    });
  const all = count(() => true);
  // A curve has no examples that carry a label.
  const counted = task === 'pitch' ? [] : labels;
  const perLabel = counted.map((label, i) => [label, count((targets) => targets[i] === 1)] as const);
  const missing = await missingAudio(examples.flatMap(({ audio }) => audio ?? []));
  // Every example is in each fold; where it is tested is what the folds differ in.
  const cells = (counts: SplitCounts[]): string[] =>
    (folds ? counts.map(({ test }) => test) : SPLITS.map((split) => counts[0][split])).map((number) =>
      number.toLocaleString('en'),
    );
  const warnings = notes.map((note) => note.replace(/\.$/, ''));
  if (missing.length > 0)
    warnings.push(
      `${missing.length} of ${examples.length} audio files are missing, the first is ${missing[0]}; training needs them (${audioAdvice})`,
    );
  return {
    report: {
      protocol,
      examples: examples.length,
      ...(folds ? { folds: all } : { splits: all[0] }),
      labels: Object.fromEntries(perLabel.map(([label, counts]) => [label, folds ? counts : counts[0]])),
      lyrics: examples.filter(({ lyrics }) => lyrics !== null).length,
      missing_audio: missing.length,
      missing_examples: missing.slice(0, MISSING_SHOWN),
      notes,
    },
    lines: [
      protocol,
      alignColumns([
        folds ? ['tested in', ...folds.map((_, fold) => `fold ${fold}`)] : ['', ...SPLITS],
        ['all', ...cells(all)],
        ...perLabel.map(([label, counts]) => [label, ...cells(counts)]),
      ]),
    ],
    warnings,
  };
}
