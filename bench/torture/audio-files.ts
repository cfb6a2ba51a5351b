/** The audio files that are damaged: those of the golden values. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import seedrandom from 'seedrandom';
import { MUTATIONS } from '../../test/audio/broken/mutations.js';
import { checkoutPath } from './commands.js';

/** A set of files that are treated in one way. */
interface AudioSet {
  title: string;
  endings: RegExp;
  /** Damaged files at full size. */
  full: number;
  /** Whether libsndfile reads them as well as WebAssembly. */
  byBoth: boolean;
}

export const AUDIO_SETS: Record<string, AudioSet> = {
  both: { title: 'MP3 and FLAC, by both decoders', endings: /\.(mp3|flac)$/, full: 10_000, byBoth: true },
  pcm: {
    title: 'WAV, AIFF, W64, CAF and AU',
    endings: /\.(wav|aiff|w64|caf|au)$/,
    full: 2000,
    byBoth: false,
  },
  ogg: { title: 'Ogg Vorbis and Opus', endings: /\.(ogg|opus)$/, full: 2000, byBoth: false },
  aac: { title: 'AAC, in M4A and bare', endings: /\.(m4a|aac)$/, full: 1000, byBoth: false },
};

/** The files of a set, damaged by number: every file and every mutation in turn. */
export function damagedIn(
  set: string,
  seed: string,
): (index: number) => { name: string; whole: Uint8Array; bytes: Uint8Array } {
  const folder = checkoutPath('test/golden/audio');
  const files = readdirSync(folder)
    .filter((name) => AUDIO_SETS[set].endings.test(name))
    .sort()
    .map((name) => ({ name, whole: new Uint8Array(readFileSync(join(folder, name))) }));
  const mutations = Object.keys(MUTATIONS);
  return (index) => {
    const { name, whole } = files[index % files.length];
    const mutation = mutations[Math.floor(index / files.length) % mutations.length];
    const bytes = MUTATIONS[mutation](whole, seedrandom(`${seed} ${index}`));
    return { name: `${name}, ${mutation}`, whole, bytes };
  };
}
