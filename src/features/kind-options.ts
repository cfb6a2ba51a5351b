/** Options of the features of a recording. */
import { UsageError } from '../base/errors.js';
import { wholeNumber } from '../base/numbers.js';
import { WINDOWS, type WindowName } from './framing.js';
import { KEY_PROFILE_NAMES, type KeyProfileName } from './harmony/key-profiles.js';
import type { Tuning } from './harmony/tuning.js';

/** How powers and magnitudes are compressed. */
export const COMPRESSIONS = ['none', 'log10', 'db'] as const;

/** A compression. */
export type Compression = (typeof COMPRESSIONS)[number];

/** Settings that every feature depends on. */
export interface CommonSettings {
  /** In Hz; recordings are resampled to it. */
  sampleRate: number;
  /** Samples from one frame to the next. */
  hopLength: number;
}

/** Settings that some features depend on; each kind names its own. */
export interface FeatureOptions {
  nFft: number;
  frameLength: number;
  bands: number;
  /** In Hz. */
  fMin: number;
  /** In Hz; half the sample rate when undefined. */
  fMax: number | undefined;
  log: Compression;
  nMfcc: number;
  bins: number;
  binsPerOctave: number;
  tuning: Tuning;
  rollPercent: number;
  winLength: number;
  window: WindowName;
  /** In samples; those of the frame when undefined. */
  windowLength: number | undefined;
  keyProfile: KeyProfileName;
}

/** All settings. */
export type FeatureSettings = CommonSettings & FeatureOptions;

/** Name of an option as code has it. */
export type OptionName = keyof FeatureSettings;

/** An option as the command line has it. */
interface OptionSpec<Value> {
  /** Without the dashes. */
  flag: string;
  describe: string;
  /** Whether it is a word, not a number. Default: false. */
  isWord?: boolean;
  /** Turns what was typed into a value; the message of what it throws says what is wrong. */
  parse(text: string): Value;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => wholeNumber(text, { least, most });
}

function between(from: number, to: number, unit: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= from && value <= to))
      throw new RangeError(`must be a number from ${from} to ${to}${unit}`);
    return value;
  };
}

function powerOfTwo(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(Math.log2(value)) || value < from || value > to)
      throw new RangeError(`must be a power of two from ${from} to ${to}`);
    return value;
  };
}

/** One of some words, which the message lists with `between` them. */
function oneOf<Word extends string>(words: readonly Word[], between: string): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (!found) throw new RangeError(`must be ${words.join(between)}`);
    return found;
  };
}

function tuning(text: string): Tuning {
  if (text === 'estimated') return text;
  const value = Number(text);
  if (text.trim() === '' || !(value >= -0.5 && value <= 0.5))
    throw new RangeError('must be "estimated", or parts of a bin from -0.5 to 0.5');
  return value;
}

/** Every option, by its name in code. */
export const optionSpecs: { [Name in OptionName]: OptionSpec<FeatureSettings[Name]> } = {
  sampleRate: {
    flag: 'sample-rate',
    describe: 'Hz that the recording is resampled to',
    parse: whole(1000, 192_000),
  },
  hopLength: {
    flag: 'hop-length',
    describe: 'Samples from one frame to the next',
    parse: whole(1, 1 << 20),
  },
  nFft: {
    flag: 'n-fft',
    describe: 'Samples per frame of the transform, a power of two',
    parse: powerOfTwo(16, 1 << 16),
  },
  frameLength: { flag: 'frame-length', describe: 'Samples per frame', parse: whole(4, 1 << 16) },
  bands: { flag: 'bands', describe: 'Number of bands', parse: whole(1, 4096) },
  fMin: { flag: 'f-min', describe: 'Lowest frequency in Hz', parse: between(0, 96_000, ' Hz') },
  fMax: { flag: 'f-max', describe: 'Highest frequency in Hz', parse: between(0, 96_000, ' Hz') },
  log: {
    flag: 'log',
    describe: 'Compression: none, log10 for log10(1 + 10000 x), or db below the loudest, down to -80',
    isWord: true,
    parse: oneOf(COMPRESSIONS, ' or '),
  },
  nMfcc: { flag: 'n-mfcc', describe: 'Number of coefficients', parse: whole(1, 4096) },
  bins: { flag: 'bins', describe: 'Number of bins', parse: whole(1, 4096) },
  binsPerOctave: {
    flag: 'bins-per-octave',
    describe: 'Bins per octave',
    parse: whole(1, 1200),
  },
  tuning: {
    flag: 'tuning',
    describe: 'Distance from A = 440 Hz in parts of a bin, or "estimated"',
    isWord: true,
    parse: tuning,
  },
  rollPercent: {
    flag: 'roll-percent',
    describe: 'Part of the magnitude that lies below the rolloff',
    parse: between(0.0001, 0.9999, ''),
  },
  winLength: {
    flag: 'win-length',
    describe: 'Frames of the onset strength that are correlated at a time',
    parse: whole(2, 1 << 16),
  },
  window: {
    flag: 'window',
    describe: 'Window of each frame: hann or hamming, periodic, or hann-symmetric',
    isWord: true,
    parse: oneOf(WINDOWS, ', '),
  },
  windowLength: {
    flag: 'window-length',
    describe: 'Samples of that window, in the middle of the frame; those of the frame when left out',
    parse: whole(2, 1 << 16),
  },
  keyProfile: {
    flag: 'key-profile',
    describe: `Profile that keys are told by: ${KEY_PROFILE_NAMES.join(', ')}`,
    isWord: true,
    parse: oneOf(KEY_PROFILE_NAMES, ', '),
  },
};

/** Parses an option of the command line; throws UsageError for a value that it does not have. */
export function parseOption<Name extends OptionName>(name: Name, text: string): FeatureSettings[Name] {
  const { flag, parse } = optionSpecs[name];
  try {
    return parse(text) as FeatureSettings[Name];
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--${flag} ${error.message}, not "${text}".`);
    throw error;
  }
}

/** Names that the features' own messages have for options. */
const NAMES_IN_MESSAGES: Record<string, OptionName> = {
  melBands: 'bands',
  nBins: 'bins',
  nBands: 'bands',
  winLength: 'windowLength',
};

/** A feature's error message in the words of the command line: `--n-fft` for nFft and so on. */
export function inFlags(message: string): string {
  return message.replace(/\b[a-z]+[A-Z]\w*\b/g, (word) => {
    const name = NAMES_IN_MESSAGES[word] ?? word;
    return name in optionSpecs ? `--${optionSpecs[name as OptionName].flag}` : word;
  });
}
