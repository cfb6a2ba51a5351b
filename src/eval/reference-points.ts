/** Published results of data sets, each under the protocol that it was measured with. */

/** A row of a published table. */
export interface ReferencePoint {
  /** The network, as its paper calls it. */
  name: string;
  /** Macro averages; null where the paper does not have it. */
  rocAuc: number | null;
  prAuc: number | null;
  /** Authors and year. */
  paper: string;
}

/** What a set of published results is of: only runs with exactly this can stand beside them. */
export interface ReferenceTable {
  /** As data sets name themselves and their protocols. */
  dataset: string;
  protocol: string;
  split: string;
  labels: number;
  examples: number;
  rows: readonly ReferencePoint[];
}

const WON = 'Won, Ferraro, Bogdanov and Serra 2020';

const won = (name: string, rocAuc: number, prAuc: number): ReferencePoint => ({
  name,
  rocAuc,
  prAuc,
  paper: WON,
});

const MAGNATAGATUNE = { dataset: 'MagnaTagATune', split: 'test', labels: 50 };

/** Every table. Rows whose split or choice of clips is another one, or not stated, are left out. */
export const referenceTables: readonly ReferenceTable[] = [
  {
    ...MAGNATAGATUNE,
    protocol: 'top-50 tags, labelled clips, official split',
    examples: 4332,
    rows: [
      won('FCN', 0.9005, 0.4295),
      won('Musicnn', 0.9106, 0.4493),
      won('Sample-level', 0.9058, 0.4422),
      won('Sample-level + SE', 0.9103, 0.452),
      won('CRNN', 0.8722, 0.3625),
      won('Self-attention', 0.9077, 0.4445),
      won('Harmonic CNN', 0.9127, 0.4611),
      won('Short-chunk CNN', 0.9126, 0.459),
      won('Short-chunk CNN + Res', 0.9129, 0.4614),
      { name: 'OMAR-RQ, probe', rocAuc: null, prAuc: 0.488, paper: 'Alonso-Jiménez et al. 2025' },
    ],
  },
  {
    ...MAGNATAGATUNE,
    protocol: 'top-50 tags, all clips, official split',
    examples: 5329,
    rows: [{ name: 'Musicnn', rocAuc: 0.9067, prAuc: 0.3831, paper: 'Pons and Serra 2019' }],
  },
];

/** What a run is of. */
export interface MeasuredRun {
  dataset: string;
  protocol: string;
  split: string;
  labels: number;
  examples: number;
}

/**
 * The published table that a run can stand in; `reason`, the end of a sentence, where its data set has tables but the run
 * differs from them; null where its data set has none.
 */
export function findReferenceTable(run: MeasuredRun): ReferenceTable | { reason: string } | null {
  const ofSet = referenceTables.filter(({ dataset }) => dataset === run.dataset);
  if (ofSet.length === 0) return null;
  const table = ofSet.find(({ protocol }) => protocol === run.protocol);
  if (!table)
    return {
      reason: `they are of the protocols ${ofSet.map(({ protocol }) => `“${protocol}”`).join(' and ')}, and this run is of “${run.protocol}”`,
    };
  if (table.split !== run.split)
    return {
      reason: `they are of the ${table.split} split, and this run was evaluated on the ${run.split} split`,
    };
  if (table.labels !== run.labels)
    return { reason: `they are means over ${table.labels} labels, and this run scores ${run.labels}` };
  if (table.examples !== run.examples)
    return {
      reason: `they are of all ${table.examples.toLocaleString('en-US')} test clips, and this run was evaluated on ${run.examples.toLocaleString('en-US')}`,
    };
  return table;
}
