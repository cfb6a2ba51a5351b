/** A model's card in Markdown: its kind, inputs and source. */
import { inputKinds } from '../inputs/index.js';
import {
  type ModelDescription,
  type ModelOrigin,
  type ModelSettings,
  settingsOf,
} from '../models/description.js';
import { describeSpec } from '../models/spec-parts.js';
import type { NetworkSummary } from '../models/summary/summary.js';
import { cardMetadata } from './card-metadata.js';
import { networkOfModel } from './network.js';
import { drawNetwork } from './network-drawing.js';
import { networkFacts, networkTable } from './network-table.js';
import type { PublishedModel } from './published/model.js';
import { describeSource } from './published/sources.js';

/** Name of the drawing beside a card. */
const DRAWING = 'network.svg';

/** The part of a card on the network: a fact a line, and the table of its layers. */
export const networkSection = (network: NetworkSummary): string[] => [
  '## Network',
  '',
  ...networkFacts(network).map((fact) => `- ${fact}`),
  ...['', '```', networkTable(network), '```'],
];

/**
 * The files of a model's card: the card, with its metadata in YAML before it, and the drawing of the network that it shows.
 * Builds the network; the engine is started where it does not run.
 *
 * @param tags - of the metadata, besides those of every model
 * @param more - Markdown at the end of the card
 */
export async function cardFiles(
  description: Omit<ModelDescription, 'format'>,
  { tags = [], more = '' }: { tags?: readonly string[]; more?: string } = {},
): Promise<Record<string, string>> {
  const network = await networkOfModel(description);
  const drawing = `![Layers of the network, from its inputs to its outputs](${DRAWING})`;
  return {
    'README.md': `${cardMetadata(description, tags)}${modelCard(description, network)}\n${drawing}\n${more}`,
    [DRAWING]: drawNetwork(description.name, network),
  };
}

/** The card in Markdown, with the table of the network's layers where it is given. */
export function modelCard(description: Omit<ModelDescription, 'format'>, network?: NetworkSummary): string {
  const { name, task, labels, spec, trained_on, origin } = description;
  const { dataset, protocol, synthetic } = trained_on;
  const areNumbers = task === 'regression' || task === 'pitch';
  const lines = [
    `# ${name}`,
    '',
    `A ${task} model (${describeSpec(spec)}) of ${labels.length} ${areNumbers ? 'predicted numbers' : 'labels'}, trained on ${dataset} (${protocol}).`,
    ...(synthetic ? ['', synthetic] : []),
    '',
    '## Inputs',
    '',
    ...inputLines(settingsOf(description)).map((line) => `- ${line}`),
    '',
    `## ${areNumbers ? 'Predicted numbers' : 'Labels'}${task === 'pitch' ? ' of each frame' : ''}, in ${areNumbers ? 'their' : 'its'} order`,
    '',
    describeLabels(description),
  ];
  if (origin) lines.push(...originLines(origin));
  if (network) lines.push('', ...networkSection(network));
  return `${lines.join('\n')}\n`;
}

/** The part of a card on where the weights come from. */
export function originLines({ source, sha256, licence, citation, reported }: ModelOrigin): string[] {
  return [
    ...['', '## Where the weights come from', ''],
    `- Source: ${source}`,
    `- SHA-256: ${sha256}`,
    `- Licence: ${licence ?? 'not stated'}`,
    ...(reported
      ? [
          `- Its authors report, on the test split: ROC-AUC ${reported.roc_auc.toFixed(4)}, PR-AUC ${reported.pr_auc.toFixed(4)} (macro)`,
        ]
      : []),
    ...(citation.length > 0 ? ['', 'Please cite:', '', ...citation.map((text) => `- ${text}`)] : []),
  ];
}

/** The labels; the numbers of a regression with what they were in training. */
function describeLabels({ labels, shape }: Omit<ModelDescription, 'format'>): string {
  const { scale } = shape;
  if (!scale) return labels.join(', ');
  return labels
    .map(
      (label, j) =>
        `${label} (in training: mean ${scale.means[j].toPrecision(3)}, standard deviation ${scale.deviations[j].toPrecision(3)})`,
    )
    .join(', ');
}

/** The inputs of a model in words, a sentence a line. */
export function inputLines(settings: ModelSettings): string[] {
  const { sampleRate, windowFrames, windowStep, hopLength, remainder, pad, inputs } = settings;
  // Frames of each window alone are not those that windows lie on.
  const isOfSamples = Object.values(inputs).some(({ frames }) => frames === 'window');
  const size = isOfSamples ? `${windowFrames * hopLength} samples` : `${windowFrames} frames`;
  const seconds = ((windowFrames * hopLength) / sampleRate).toFixed(2);
  const kinds = Object.values(inputs).map(({ kind, ...settings }) => ({ ...inputKinds[kind], settings }));
  const takesAudio = kinds.some(({ source }) => source === 'audio');
  return [
    ...(takesAudio ? [`mono, ${sampleRate} Hz, in windows of ${seconds} s (${size})`] : []),
    ...kinds.map(({ describe, settings }) => describe(settings)),
    ...(takesAudio
      ? [
          ...(pad === 'repeat' ? ['a recording shorter than a window is repeated in it'] : []),
          `${windowStep === undefined ? 'adjacent windows' : `windows every ${((windowStep * hopLength) / sampleRate).toFixed(2)} s`}${
            remainder === 'drop'
              ? ' without an incomplete last one'
              : ', the last one moved back to end with the recording'
          }; the scores are the mean over the windows`,
        ]
      : []),
  ];
}

/** `29 MB`, `116 kB`. */
export const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;

/** Card of a published model before it is fetched. */
export function publishedCard(name: string, model: Omit<PublishedModel, 'architecture' | 'read'>): string {
  const { description, dataset, protocol, licence, citation, reported, source, origin } = model;
  return `${[
    `# ${name}`,
    '',
    `${description[0].toUpperCase()}${description.slice(1)} (${protocol}).`,
    '',
    `- Trained on: ${dataset}`,
    `- Source: ${describeSource(source)}, ${origin} (${sizeText(source.bytes)})`,
    `- Licence: ${licence}`,
    ...(reported
      ? [
          `- Reported by its authors for the test split: ROC-AUC ${reported.roc_auc.toFixed(4)}, PR-AUC ${reported.pr_auc.toFixed(4)} (macro)`,
        ]
      : []),
    '',
    'Please cite:',
    '',
    ...citation.map((text) => `- ${text}`),
  ].join('\n')}\n`;
}
