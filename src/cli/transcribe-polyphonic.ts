/** `polytag transcribe --model basic-pitch`: what differs where several voices sound together. */
import { extname } from 'node:path';
import { UsageError } from '../base/errors.js';
import { openBasicPitch } from '../transcription/files/open-pulled.js';
import {
  type PolyphonicFileTranscription,
  type RecordingRequest,
  transcribePolyphonicFile,
} from '../transcription/files/transcribe-file.js';
import { POLYPHONIC_ENDINGS } from '../transcription/outputs/index.js';
import { checkNoteCreation, NOTE_CREATION } from '../transcription/polyphonic/create-notes.js';
import type { PolyphonicSettings } from '../transcription/polyphonic/transcribe.js';
import { numberBetween, numberText } from './arguments.js';

/** The model for recordings with any number of voices. */
export const POLYPHONIC = 'basic-pitch';

/** What only this model takes. */
export interface PolyphonicArguments {
  onsetThreshold?: string;
  frameThreshold?: string;
  minimumNoteLength?: string;
}

/** Options of yargs for them, with the names and defaults of the model's own command. */
export const polyphonicOptions = {
  'onset-threshold': numberText(
    `${POLYPHONIC}: probability from which a note begins, 0 to 1; less gives more notes (default: ${NOTE_CREATION.onsetThreshold})`,
  ),
  'frame-threshold': numberText(
    `${POLYPHONIC}: probability from which a pitch sounds, 0 to 1; less gives more and longer notes (default: ${NOTE_CREATION.frameThreshold})`,
  ),
  'minimum-note-length': numberText(
    `${POLYPHONIC}: milliseconds below which a note is left out (default: ${1000 * NOTE_CREATION.minimumNoteLength})`,
  ),
};

/** Options that do not apply to the model. Throws a UsageError that names one of them which was given. */
export function refuseOptions(model: string, options: Record<string, boolean>): void {
  const given = Object.keys(options).find((name) => options[name]);
  if (given !== undefined)
    throw new UsageError(`--${given} does not apply to --model ${model}; leave it out.`);
}

/** Throws a UsageError for options of this model with another. */
export function refusePolyphonicOptions(model: string, args: PolyphonicArguments): void {
  refuseOptions(model, {
    'onset-threshold': args.onsetThreshold !== undefined,
    'frame-threshold': args.frameThreshold !== undefined,
    'minimum-note-length': args.minimumNoteLength !== undefined,
  });
}

/** Throws a UsageError for a score: it would have one voice. */
export function refuseScore(path: string): void {
  if (!(POLYPHONIC_ENDINGS as string[]).includes(extname(path).toLowerCase()))
    throw new UsageError(
      `${path} would be a score of one voice, and ${POLYPHONIC} finds chords; write ${POLYPHONIC_ENDINGS.join(', ')}, and open the .mid in a notation program.`,
    );
}

function settingsOf(
  { onsetThreshold, frameThreshold, minimumNoteLength }: PolyphonicArguments,
  { fMin, fMax, tempo }: { fMin?: number; fMax?: number; tempo?: number },
): PolyphonicSettings {
  const share = (flag: string, text?: string): number | undefined =>
    text === undefined ? undefined : numberBetween(flag, text, 0, 1);
  return {
    onsetThreshold: share('onset-threshold', onsetThreshold),
    frameThreshold: share('frame-threshold', frameThreshold),
    minimumNoteLength:
      minimumNoteLength === undefined
        ? undefined
        : numberBetween('minimum-note-length', minimumNoteLength, 0, 60_000) / 1000,
    minimumFrequency: fMin,
    maximumFrequency: fMax,
    tempo,
  };
}

/** Opens the model; what it returns transcribes a file, and is disposed of at the end. */
export async function openPolyphonic(
  args: PolyphonicArguments,
  common: { fMin?: number; fMax?: number; tempo?: number },
): Promise<{
  transcribe(request: RecordingRequest): Promise<PolyphonicFileTranscription>;
  dispose(): void;
}> {
  const settings = settingsOf(args, common);
  checkNoteCreation(settings);
  const network = await openBasicPitch();
  return {
    transcribe: (request) => transcribePolyphonicFile({ ...request, network, settings }),
    dispose: () => network.dispose(),
  };
}
