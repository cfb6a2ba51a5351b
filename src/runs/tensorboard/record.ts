/** What a finished run leaves for TensorBoard besides its curves: config, hyper-parameters and test metrics. */
import type { Config } from '../../config/schema.js';
import { flatMetrics } from '../../eval/flat-metrics.js';
import type { AnyMetrics } from '../../eval/run-report.js';
import { flatten } from '../compare/settings.js';
import { runPath } from '../layout.js';
import { createEventWriter } from './events.js';
import { HPARAMS_TAGS, type Hyperparameter, hparamsEnd, hparamsStart, textValue } from './plugins.js';

/** Keys that change no number, or that every run has another value of. */
const NOT_PARAMETERS =
  /^(name|data\.root|inputs\.store|training\.checkpoint_steps|evaluation\.(batch_size|examples))$/;

/** Counts and times among the numbers of `metrics.json`. */
const NOT_METRICS = /^(examples|labels|targets|training_.*)$/;

/** The values of a config by dotted key, as numbers and switches where they are. */
export function hyperparameters(config: Config): Map<string, Hyperparameter> {
  const parameters = new Map<string, Hyperparameter>();
  for (const [key, text] of flatten(config)) {
    if (NOT_PARAMETERS.test(key)) continue;
    const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
    parameters.set(
      key,
      isNumber ? Number(text) : text === 'true' || text === 'false' ? text === 'true' : text,
    );
  }
  return parameters;
}

/**
 * Writes a file of events with the config as text, the hyper-parameters, and the metrics of the test split as
 * `test/<name>`, at the step of the last epoch. Throws a Failure when the disk is full.
 */
export async function writeRunEvents(
  out: string,
  { config, configText, metrics }: { config: Config; configText: string; metrics: AnyMetrics },
): Promise<void> {
  const end = Date.now() / 1000;
  const { epochs = 0, seconds = 0 } = metrics.training ?? {};
  const writer = await createEventWriter(runPath(out, 'tensorboard'));
  try {
    await writer.value('config', textValue(`\`\`\`yaml\n${configText.trimEnd()}\n\`\`\``), 0, end);
    const start = hparamsStart(hyperparameters(config), { group: out, seconds: end - seconds });
    await writer.value(HPARAMS_TAGS.start, start, 0, end);
    for (const [name, value] of Object.entries(flatMetrics(metrics)))
      if (value !== null && !NOT_METRICS.test(name)) await writer.scalar(`test/${name}`, value, epochs, end);
    await writer.value(HPARAMS_TAGS.end, hparamsEnd(end), 0, end);
  } finally {
    await writer.close();
  }
}
