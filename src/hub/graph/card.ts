/** The card of a model that is an ONNX graph, in Markdown. */
import { inputEntries } from '../../inputs/schema.js';
import { bindInputs } from '../../inputs/window.js';
import { settingsOfInputs } from '../../models/description.js';
import { inputLines, originLines } from '../card.js';
import type { GraphDescription } from './description.js';

/** The card of a graph. */
export function graphCard(description: GraphDescription): string {
  const { name, labels, task, trained_on, extractor, ports, origin } = description;
  const areNumbers = task === 'regression';
  const what =
    labels.length === 0
      ? 'A graph of embeddings'
      : `A ${task} graph of ${labels.length} ${areNumbers ? 'predicted numbers' : 'labels'}`;
  const lines = [
    `# ${name}`,
    '',
    `${what} in ONNX, trained on ${trained_on.dataset} (${trained_on.protocol}). Its weights are frozen: it predicts, and is not trained further.`,
    ...['', '## Inputs', ''],
    ...inputsText(description).map((line) => `- ${line}`),
    ...(extractor === null ? [] : [`- the embeddings of ${extractor}, window by window`]),
    ...['', '## Outputs', ''],
    ...(ports.scores === null
      ? []
      : [
          `- ${ports.scores}: ${areNumbers ? 'numbers' : 'scores'}${ports.activation === 'none' ? '' : `, by ${ports.activation}`}`,
        ]),
    ...(ports.embedding === null ? [] : [`- ${ports.embedding}: embedding`]),
    ...(labels.length === 0
      ? []
      : [
          '',
          areNumbers ? '## Predicted numbers, in their order' : '## Labels, in its order',
          '',
          labels.join(', '),
        ]),
    ...originLines(origin),
  ];
  return `${lines.join('\n')}\n`;
}

function inputsText({ inputs, remainder }: GraphDescription): string[] {
  if (inputs === null) return [];
  const names = inputEntries(inputs).map(({ name }) => name);
  return inputLines(settingsOfInputs(bindInputs(inputs, names), remainder));
}
