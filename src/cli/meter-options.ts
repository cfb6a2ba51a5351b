/** Options of the bars of a score. */
import { UsageError } from '../base/errors.js';
import type { MeterSettings } from '../transcription/meter.js';
import { numberBetween, switchOption, textOr, wholeOption } from './arguments.js';

/** What is fitted to the notes. */
export const AUTO = 'auto';

export const meterOptions = {
  beats: textOr(AUTO, 'Quarters in a bar of the score, or auto: 3 or 4, whichever fits'),
  pickup: textOr(AUTO, 'Quarters before the first bar line of the score, in halves, or auto: what fits'),
  tuplets: switchOption('Let beats be triplets, in scores and with --grid'),
} as const;

/** The options as they were typed. */
export interface MeterArguments {
  beats: string;
  pickup: string;
  tuplets: boolean;
}

/** What is given of the meter; the rest is fitted. Throws UsageError for a bar or pickup that there is not. */
export function meterOf({ beats: bar, pickup: before }: MeterArguments): MeterSettings {
  const beats = bar === AUTO ? undefined : wholeOption('beats', bar, { least: 1, most: 16 });
  if (before === AUTO) return { beats };
  const pickup = numberBetween('pickup', before, 0, 15.5);
  if (!Number.isInteger(2 * pickup))
    throw new UsageError(`--pickup must be a number of halves of beats, such as 0.5 or 1, not "${before}".`);
  if (beats !== undefined && pickup >= beats)
    throw new UsageError(`--pickup (${pickup}) must be below a bar (--beats ${beats}).`);
  return { beats, pickup };
}
