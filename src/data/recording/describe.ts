/** A recording's features as text and as JSON. */
import type { AudioInfo } from '../../audio/audio.js';
import { durationText } from '../../base/format.js';
import { type FeatureSettings, type OptionName, optionSpecs } from '../../features/kind-options.js';
import { type FeatureKindName, featureKinds } from '../../features/kinds.js';
import type { SegmentLevel } from '../../features/segments/segment-levels.js';
import type { Extraction } from './extract.js';

/** An extraction with its request. */
export interface AboutExtraction extends Extraction {
  audio: string;
  kind: FeatureKindName;
  settings: FeatureSettings;
  out: string | null;
}

/** Most events that are spelled out. */
const SHOWN = 12;

function short(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toPrecision(5)));
}

/** A recording's format, as in `MP3, 44100 Hz, 2 channels`. */
export function formatText({ format, sampleRate, channels }: AudioInfo): string {
  return `${format}, ${sampleRate} Hz, ${channels === 1 ? 'mono' : `${channels} channels`}`;
}

/** A stretch of time with a name. */
interface Stretch {
  begin: number;
  name: string;
}

/** `chords  41: C:maj 0.00 G:maj 1.52 … s`, the seconds at which each begins. */
function stretchesLine(key: string, stretches: readonly Stretch[]): string {
  const shown = stretches.slice(0, SHOWN).map(({ begin, name }) => `${name} ${begin.toFixed(2)}`);
  const more = stretches.length > SHOWN ? ', …' : '';
  return `${key}  ${stretches.length}${stretches.length > 0 ? `: ${shown.join(', ')}${more} s` : ''}`;
}

function foundLines(found: Record<string, unknown>): string[] {
  return Object.entries(found).map(([key, value]) => {
    if (typeof value === 'number') return `${key}  ${short(value)} beats per minute`;
    if (key === 'levels')
      return (value as SegmentLevel[])
        .map(({ cost, segments }) => {
          const groups = new Set(segments.map(({ group }) => group)).size;
          const borders = segments.slice(1, SHOWN + 1).map(({ begin }) => begin.toFixed(2));
          const more = segments.length > SHOWN + 1 ? ' …' : '';
          return `cost above ${cost}: ${segments.length} segments in ${groups} groups${borders.length > 0 ? `, borders at ${borders.join(' ')}${more} s` : ''}`;
        })
        .join('\n');
    if (key === 'key') {
      const found = value as { name: string; correlation: number; next: string } | null;
      return found === null
        ? 'key  none'
        : `key  ${found.name} (correlation ${found.correlation}), else ${found.next}`;
    }
    if (key === 'keys' || key === 'chords') return stretchesLine(key, value as Stretch[]);
    if (key === 'pitches')
      return stretchesLine(
        key,
        (value as (Stretch & { pitch: number | null })[]).map((one) => ({
          ...one,
          name: one.pitch === null ? '-' : String(one.pitch),
        })),
      );
    const times = value as number[];
    const more = times.length > SHOWN ? ' …' : '';
    const listed = times.slice(0, SHOWN).map((time) => time.toFixed(3));
    return `${key}  ${times.length}${times.length > 0 ? `: ${listed.join(' ')}${more} s` : ''}`;
  });
}

/** The lines for the terminal. */
export function describeExtraction(about: AboutExtraction): string[] {
  const { audio, kind, settings, seconds, info, lost, shape, statistics, found } = about;
  const { min, max, mean, nan } = statistics;
  const lengths = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const step = Number(((1000 * settings.hopLength) / settings.sampleRate).toFixed(3));
  return [
    `${audio}: ${durationText(seconds)} (${seconds.toFixed(2)} s), ${formatText(info)}, decoder ${info.decoder}, ${lost === 1 ? '1 part' : `${lost} parts`} lost`,
    `${kind}  ${featureKinds[kind].describe}`,
    `shape ${lengths}, a frame every ${step} ms; min ${short(min)}, max ${short(max)}, mean ${short(mean)}${nan > 0 ? `, ${nan} NaN` : ''}`,
    ...(found ? foundLines(found) : []),
  ];
}

/** The extraction as a plain object for JSON, times in seconds. */
export function jsonOfExtraction(about: AboutExtraction): Record<string, unknown> {
  const { audio, kind, settings, seconds, info, lost, shape, statistics, found, out } = about;
  const { min, max, mean, nan } = statistics;
  const names: OptionName[] = [
    'sampleRate',
    'hopLength',
    ...(Object.keys(featureKinds[kind].defaults) as OptionName[]),
  ];
  const chosen = names.map((name) => [optionSpecs[name].flag.replaceAll('-', '_'), settings[name] ?? null]);
  return {
    audio,
    kind,
    seconds: Number(seconds.toFixed(6)),
    format: info.format,
    decoder: info.decoder,
    lost_parts: lost,
    settings: Object.fromEntries(chosen),
    ...(found ?? {}),
    array: { shape, min, max, mean, nan },
    ...(out === null ? {} : { out }),
  };
}
