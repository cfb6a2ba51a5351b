/** polytag features in the test's own process: every kind against the function it names, librosa's arrays, wrong use. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { amplitudeToDecibels, logCompress, powerToDecibels } from '../../src/features/compression.js';
import { chromaCqt } from '../../src/features/harmony/chroma-cqt.js';
import { chromaStft } from '../../src/features/harmony/chroma-stft.js';
import { cqt } from '../../src/features/harmony/cqt.js';
import { chordFeature, keyFeature } from '../../src/features/harmony/features.js';
import { FEATURE_KINDS, type FeatureKindName } from '../../src/features/kinds.js';
import { bandsFirst, type FeatureMatrix } from '../../src/features/matrix.js';
import { melSpectrogram } from '../../src/features/mel.js';
import { beatPitchFeature } from '../../src/features/melody/features.js';
import { melody } from '../../src/features/melody/melody.js';
import { pyin } from '../../src/features/pitch/pyin.js';
import { yin } from '../../src/features/pitch/yin.js';
import { trackBeats } from '../../src/features/rhythm/beats.js';
import { onsetStrength } from '../../src/features/rhythm/onset-strength.js';
import { detectOnsets } from '../../src/features/rhythm/onsets.js';
import { tempo } from '../../src/features/rhythm/tempo.js';
import { tempogram } from '../../src/features/rhythm/tempogram.js';
import { adaptiveSegments, segmentationFeatures } from '../../src/features/segments/adaptive.js';
import { hpssSpectrogram } from '../../src/features/separation/hpss.js';
import { spectrogram, stft } from '../../src/features/stft.js';
import { mfcc } from '../../src/features/timbre/mfcc.js';
import { spectralContrast } from '../../src/features/timbre/spectral-contrast.js';
import { spectralFlatness } from '../../src/features/timbre/spectral-flatness.js';
import { spectralBandwidth, spectralCentroid } from '../../src/features/timbre/spectral-moments.js';
import { spectralRolloff } from '../../src/features/timbre/spectral-rolloff.js';
import { rms, zeroCrossingRate } from '../../src/features/timbre/time-domain.js';
import { tone } from '../audio/made-files.js';
import { errorTo, GOLDEN_SIGNALS, librosaSignal, relativeError, SAMPLE_RATE } from '../features/reference.js';
import { readNpy } from '../golden/read.js';
import { expectSentence, runHere } from './in-process.js';

const RATE = 16_000;

/** Four seconds of tones that change every half second, with a stroke at each change. */
const samples = Float32Array.from({ length: 4 * RATE }, (_, n) => {
  const note = Math.floor((2 * n) / RATE);
  const since = n / RATE - note / 2;
  const frequency = 220 * 2 ** ([0, 4, 7, 12, 0, 5, 9, 12][note] / 12);
  const stroke = since < 0.01 ? 0.5 * Math.sin(n * n) : 0;
  return 0.4 * Math.exp(-3 * since) * Math.sin(2 * Math.PI * frequency * since) + stroke;
});

let folder: string;
let wav: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-features-'));
  wav = join(folder, 'tones.wav');
  await writeFile(wav, encodeWav([samples], RATE, 32));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const timing = { sampleRate: RATE, hopLength: 256 };
const mel = { ...timing, nFft: 512, melBands: 96 };
const magnitude = (nFft: number): FeatureMatrix => spectrogram(samples, { ...timing, nFft }, 1);
const strength = onsetStrength(samples, timing);
const medianStrength = onsetStrength(samples, { ...timing, aggregate: 'median' });
const pitch = { ...timing, fMin: 65, fMax: 2093 };

interface Expected {
  shape: number[];
  values: Float32Array;
}
const matrix = (of: FeatureMatrix): Expected => ({ shape: [of.bands, of.frames], values: bandsFirst(of) });
const line = (values: Float32Array): Expected => ({ shape: [1, values.length], values });
const list = (values: ArrayLike<number>): Expected => ({
  shape: [values.length],
  values: Float32Array.from(values),
});

/** What each kind's array is, by the functions that it names. */
const expected: Record<Exclude<FeatureKindName, 'hpss' | 'pyin' | 'segments'>, () => Expected> = {
  mel: () => matrix(melSpectrogram(samples, mel)),
  'mel-htk': () => matrix(melSpectrogram(samples, { ...mel, scale: 'htk', norm: 'none' })),
  stft: () => matrix(magnitude(512)),
  power: () => matrix(spectrogram(samples, { ...timing, nFft: 512 }, 2)),
  mfcc: () => matrix(mfcc(samples, mel)),
  cqt: () => matrix(cqt(samples, timing)),
  chroma: () => matrix(chromaStft(samples, timing)),
  'chroma-cqt': () => matrix(chromaCqt(samples, timing)),
  contrast: () => matrix(spectralContrast(magnitude(512), RATE)),
  centroid: () => line(spectralCentroid(magnitude(512), RATE)),
  bandwidth: () => line(spectralBandwidth(magnitude(512), RATE)),
  rolloff: () => line(spectralRolloff(magnitude(512), RATE)),
  flatness: () => line(spectralFlatness(magnitude(512))),
  rms: () => line(rms(samples, { frameLength: 512, hopLength: 256 })),
  zcr: () => line(zeroCrossingRate(samples, { frameLength: 512, hopLength: 256 })),
  onset: () => list(strength),
  tempogram: () => matrix(tempogram(strength)),
  yin: () => list(yin(samples, pitch)),
  onsets: () => list(detectOnsets(strength, timing).times),
  tempo: () => list([tempo(strength, timing)]),
  beats: () => list(trackBeats(medianStrength, timing).times),
  key: () => keyFeature(samples, { ...timing, keyProfile: 'albrecht', tuning: 'estimated' }),
  chords: () => chordFeature(samples, { ...timing, tuning: 'estimated' }),
  melody: () => {
    const { hertz, salience } = melody(samples, timing);
    return { shape: [2, hertz.length], values: Float32Array.of(...hertz, ...salience) };
  },
  'beat-pitch': () => beatPitchFeature(samples, timing),
};

/** Computes a kind by the command and reads its array. */
async function arrayOf(audio: string, kind: string, ...options: string[]): Promise<Expected> {
  const out = join(folder, 'array.npy');
  const { code, stderr } = await runHere('features', audio, '--kind', kind, '--out', out, ...options);
  expect([code, stderr]).toEqual([0, `Array: ${out}\n`]);
  return readNpy(out);
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout } = await runHere('features', ...args, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('every kind is written as the function gives it, to the bit', () => {
  it.each(Object.entries(expected))('%s', async (kind, compute) => {
    const { shape, values } = compute();
    expect(await arrayOf(wav, kind)).toEqual({ shape, values });
  });

  it('hpss, as magnitudes of both parts', async () => {
    const { shape, values } = await arrayOf(wav, 'hpss');
    const { harmonic, percussive } = hpssSpectrogram(stft(samples, { nFft: 2048, hopLength: 256 }));
    const magnitudes = [harmonic, percussive].map(({ re, im, frames, bins }) =>
      bandsFirst({ values: re.map((x, i) => Math.hypot(x, im[i])), frames, bands: bins }),
    );
    expect(shape).toEqual([2, 1025, 251]);
    expect(relativeError(values.subarray(0, values.length / 2), magnitudes[0])).toBeLessThan(1e-6);
    expect(relativeError(values.subarray(values.length / 2), magnitudes[1])).toBeLessThan(1e-6);
  });

  it('pyin, as pitch, voicing and its probability', async () => {
    const { shape, values } = await arrayOf(wav, 'pyin');
    const { f0, voicedFlag, voicedProbability } = pyin(samples, pitch);
    expect(shape).toEqual([3, f0.length]);
    expect(values).toEqual(Float32Array.of(...f0, ...voicedFlag, ...voicedProbability));
  });

  it('segments, as level, begin, end and group', async () => {
    const { shape, values } = await arrayOf(wav, 'segments');
    const logMel = melSpectrogram(samples, mel);
    const features = segmentationFeatures({ ...logMel, values: logCompress(logMel.values) });
    const rows = adaptiveSegments(features, timing).flatMap((segments, level) =>
      segments.map(({ beginSeconds, endSeconds }) => [level, beginSeconds, endSeconds].map(Math.fround)),
    );
    expect(shape).toEqual([rows.length, 4]);
    expect(rows.length).toBeGreaterThan(8);
    rows.forEach((row, i) => {
      expect([...values.subarray(4 * i, 4 * i + 3)]).toEqual(row);
    });
    const { levels } = (await json(wav, '--kind', 'segments')) as {
      levels: { segments: { group: number }[] }[];
    };
    expect(levels.flatMap(({ segments }) => segments.map(({ group }) => group))).toEqual(
      rows.map((_, i) => values[4 * i + 3]),
    );
  });

  it('and there is no other kind', () => {
    expect([...Object.keys(expected), 'hpss', 'pyin', 'segments'].sort()).toEqual([...FEATURE_KINDS].sort());
  });
});

describe('options', () => {
  it('compress: log10, and decibels below the loudest of the whole, though they stream', async () => {
    const power = melSpectrogram(samples, mel);
    const log10 = await arrayOf(wav, 'mel', '--log', 'log10');
    expect(log10.values).toEqual(bandsFirst({ ...power, values: logCompress(power.values) }));
    const db = await arrayOf(wav, 'mel', '--log', 'db');
    expect(db.values).toEqual(
      bandsFirst({ ...power, values: powerToDecibels(power.values, { ref: 'max' }) }),
    );
    const amplitude = magnitude(512);
    const stftDb = await arrayOf(wav, 'stft', '--log', 'db');
    expect(stftDb.values).toEqual(
      bandsFirst({ ...amplitude, values: amplitudeToDecibels(amplitude.values, { ref: 'max' }) }),
    );
  });

  it('change the transform and its bands', async () => {
    const chosen = { sampleRate: RATE, nFft: 1024, hopLength: 400, melBands: 40, fMin: 100, fMax: 4000 };
    const options = '--n-fft 1024 --hop-length 400 --bands 40 --f-min 100 --f-max 4000'.split(' ');
    expect(await arrayOf(wav, 'mel', ...options)).toEqual(matrix(melSpectrogram(samples, chosen)));
    expect(await arrayOf(wav, 'mfcc', '--n-mfcc', '13')).toEqual(
      matrix(mfcc(samples, { ...mel, nMfcc: 13 })),
    );
    expect(await arrayOf(wav, 'cqt', '--bins', '48', '--f-min', '110')).toEqual(
      matrix(cqt(samples, { ...timing, nBins: 48, fMin: 110 })),
    );
    expect(await arrayOf(wav, 'chroma', '--tuning', '-0.2')).toEqual(
      matrix(chromaStft(samples, { ...timing, tuning: -0.2 })),
    );
  });

  it('cut and resample', async () => {
    expect((await arrayOf(wav, 'mel', '--duration', '1')).shape).toEqual([96, 63]);
    expect((await arrayOf(wav, 'stft', '--sample-rate', '8000')).shape).toEqual([257, 126]);
  });

  it('--json tells times in seconds, and of arrays form and numbers', async () => {
    const onsets = await json(wav, '--kind', 'onsets');
    expect(onsets.onsets).toEqual([...detectOnsets(strength, timing).times].map((t) => Number(t.toFixed(6))));
    expect((onsets.onsets as number[]).length).toBeGreaterThan(5);
    const { tempo: bpm, beats } = await json(wav, '--kind', 'beats');
    expect([bpm, (beats as number[]).length]).toEqual([
      trackBeats(medianStrength, timing).tempo,
      trackBeats(medianStrength, timing).times.length,
    ]);
    const levels = rms(samples, { frameLength: 512, hopLength: 256 });
    const about = await json(wav, '--kind', 'rms');
    expect(about).toMatchObject({
      kind: 'rms',
      seconds: 4,
      format: 'WAV',
      lost_parts: 0,
      settings: { sample_rate: RATE, hop_length: 256, frame_length: 512 },
      array: { shape: [1, 251], min: Math.min(...levels), max: Math.max(...levels), nan: 0 },
    });
    expect(await json(wav, '--kind', 'pyin')).toMatchObject({ array: { shape: [3, 251] } });
  });

  it('without --out and --json it prints a short summary', async () => {
    const { code, stdout, stderr } = await runHere('features', wav, '--kind', 'tempo');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/tones\.wav: 4\.0 s \(4\.00 s\), WAV, 16000 Hz, mono, decoder .*, 0 parts lost\n/);
    expect(stdout).toMatch(/^tempo {2}[\d.]+ beats per minute$/m);
    const { stdout: arrays } = await runHere('features', wav, '--kind', 'mel');
    expect(arrays).toMatch(/^shape \(96, 251\), a frame every 16 ms; min \S+, max \S+, mean \S+$/m);
  });
});

describe('edge cases', () => {
  it('streams what is shorter than a frame, and silence, as the whole is computed', async () => {
    const short = join(folder, 'short.wav');
    for (const signal of [samples.slice(0, 100), new Float32Array(3000), samples.slice(0, 1)]) {
      await writeFile(short, encodeWav([signal], RATE, 32));
      expect((await arrayOf(short, 'mel')).values).toEqual(bandsFirst(melSpectrogram(signal, mel)));
      expect((await arrayOf(short, 'zcr')).values).toEqual(
        zeroCrossingRate(signal, { frameLength: 512, hopLength: 256 }),
      );
    }
  });

  it('every kind takes a tenth of a second, and digital silence', async () => {
    const short = join(folder, 'odd.wav');
    for (const signal of [samples.slice(0, 1600), new Float32Array(RATE)]) {
      await writeFile(short, encodeWav([signal], RATE, 32));
      for (const kind of FEATURE_KINDS) {
        const { array } = (await json(short, '--kind', kind)) as { array: { nan: number; shape: number[] } };
        expect([kind, array.nan > 0 && kind !== 'pyin']).toEqual([kind, false]);
      }
    }
  });

  it('damage is reported and left out, fails or is skipped', async () => {
    const mp3 = await encodeAudio({ channels: [tone(3, RATE)], sampleRate: RATE }, 'mp3', { bitRate: 64 });
    const damaged = join(folder, 'damaged.mp3');
    await writeFile(damaged, mp3.subarray(0, mp3.length - 150));
    const kept = await runHere('features', damaged, '--kind', 'rms');
    expect([kept.code, kept.stderr]).toEqual([
      0,
      `Warning: a part of ${damaged} could not be decoded and is left out.\n`,
    ]);
    expect(kept.stdout).toContain('1 part lost');
    const out = join(folder, 'never.npy');
    const policy = (
      name: string,
      kind: string,
    ): Promise<{ code: number | null; stderr: string; stdout: string }> =>
      runHere('features', damaged, '--kind', kind, '--out', out, '--damaged', name);
    for (const kind of ['mel', 'tempo']) {
      const failed = await policy('fail', kind);
      expect([failed.code, failed.stderr]).toEqual([
        1,
        expect.stringMatching(/is damaged: a part cannot be decoded/),
      ]);
      const skipped = await policy('skip', kind);
      expect([skipped.code, skipped.stdout, skipped.stderr]).toEqual([
        0,
        '',
        expect.stringMatching(/^Skipped: .*damaged/),
      ]);
    }
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('a file that is not audio fails with a sentence', async () => {
    const text = join(folder, 'text.wav');
    await writeFile(text, 'no music');
    expectSentence(await runHere('features', text, '--kind', 'mel'), 1, /unknown audio format/);
  });
});

describe('a table has the numbers of the array', () => {
  /** Computes a kind by the command and reads its table. */
  const tableOf = async (kind: string, ...options: string[]): Promise<string[][]> => {
    const out = join(folder, 'table.csv');
    const { code, stderr } = await runHere('features', wav, '--kind', kind, '--out', out, ...options);
    expect([code, stderr.split('\n')[0]]).toEqual([0, `Table: ${out}`]);
    const text = await readFile(out, 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  };
  const numbersOf = (cells: readonly string[]): Float32Array =>
    Float32Array.from(cells, (cell) => (cell === '' ? Number.NaN : Number(cell)));

  it.each([
    ['mel', ['mel_0', 'mel_1']],
    ['rms', ['rms']],
    ['pyin', ['pitch', 'voiced', 'voiced_probability']],
    ['hpss', ['harmonic_0', 'harmonic_1']],
    ['onset', ['onset']],
  ])('%s, by frame with its time', async (kind, names) => {
    const [head, ...rows] = await tableOf(kind);
    const { shape, values } = await arrayOf(wav, kind);
    const frames = shape.at(-1)!;
    const columns = values.length / frames;
    expect([head.length, rows.length]).toEqual([1 + columns, frames]);
    expect(head.slice(0, 1 + names.length)).toEqual(['time', ...names]);
    expect(rows.slice(0, 3).map(([time]) => time)).toEqual(['0', '0.016', '0.032']);
    // `readNpy` gives arrays in the order of their axes: the frames run fastest.
    rows.forEach((cells, t) => {
      const inArray = Float32Array.from({ length: columns }, (_, c) => values[c * frames + t]);
      expect(numbersOf(cells.slice(1))).toEqual(inArray);
    });
  });

  it.each([
    ['beats', ['time']],
    ['tempo', ['tempo']],
    ['segments', ['level', 'begin', 'end', 'group']],
  ])('%s, by event', async (kind, names) => {
    const [head, ...rows] = await tableOf(kind);
    expect(head).toEqual(names);
    expect(numbersOf(rows.flat())).toEqual((await arrayOf(wav, kind)).values);
  });

  it('beside a picture', async () => {
    const picture = join(folder, 'beside.png');
    expect((await tableOf('rms', '--plot', picture)).length).toBe(252);
    expect(readdirSync(folder)).toContain('beside.png');
  });
});

describe('wrong use ends with code 2 and a sentence for', () => {
  const cases: [string, (string | (() => string))[], RegExp][] = [
    ['no kind', [], /^Give --kind .* or --plot FILE\.html\.$/],
    ['an unknown kind', ['--kind', 'mell'], /^There is no kind "mell"; the nearest is "mel"/],
    ['a kind twice', ['--kind', 'mel', '--kind', 'stft'], /^--kind is given more than once/],
    [
      'an array that is neither .npy nor .csv',
      ['--kind', 'mel', '--out', 'mel.txt'],
      /^--out must end in \.npy or \.csv, and mel\.txt does not\.$/,
    ],
    ['a missing folder', ['--kind', 'mel', '--out', 'nowhere/mel.npy'], /^--out: there is no folder nowhere/],
    [
      'a folder as array',
      ['--kind', 'mel', '--out', () => join(folder, 'folder.npy')],
      /is a folder; give the name of a file\.$/,
    ],
    ['a page that is not .html', ['--plot', 'page.pdf'], /^--plot must end in \.html/],
    [
      'a picture of a number',
      ['--plot', 'page.html', '--kind', 'tempo'],
      /^--plot: tempo is a single number/,
    ],
    [
      'an array of the whole song',
      ['--plot', 'page.html', '--out', 'a.npy'],
      /^--plot without --kind .* takes no --out/,
    ],
    [
      'an option of another kind',
      ['--kind', 'mel', '--n-mfcc', '13'],
      /^The kind mel has no --n-mfcc; it has --sample-rate, .*--bands/,
    ],
    [
      'a number that is none',
      ['--kind', 'mel', '--bands', 'many'],
      /^--bands must be a whole number from 1 to 4096, not "many"\.$/,
    ],
    ['no bands', ['--kind', 'mel', '--bands', '0'], /^--bands must be a whole number from 1/],
    [
      'frames that are not power of two',
      ['--kind', 'stft', '--n-fft', '500'],
      /^--n-fft must be a power of two/,
    ],
    [
      'a hop of nothing',
      ['--kind', 'stft', '--hop-length', '0'],
      /^--hop-length must be a whole number from 1/,
    ],
    [
      'a range upside down',
      ['--kind', 'mel', '--f-min', '5000', '--f-max', '4000'],
      /^--f-min \(5000 Hz\) must be below --f-max/,
    ],
    [
      'a range beyond the rate',
      ['--kind', 'mel', '--f-max', '9000'],
      /not above half the sample rate, 8000 Hz\.$/,
    ],
    [
      'more coefficients than bands',
      ['--kind', 'mfcc', '--n-mfcc', '100'],
      /from 1 to 96 \(bands\), not 100\.$/,
    ],
    ['bins beyond the rate', ['--kind', 'cqt', '--bins', '110'], /reduce --bins or --f-min\.$/],
    [
      'a compression that is none',
      ['--kind', 'mel', '--log', 'ln'],
      /^--log must be none or log10 or db, not "ln"\.$/,
    ],
    [
      'a duration of nothing',
      ['--kind', 'mel', '--duration', '0'],
      /^--duration must be a number of seconds above 0/,
    ],
    [
      'an unknown policy',
      ['--kind', 'mel', '--damaged', 'ignore'],
      /^--damaged must be one of skip, fail, keep-good-part, not "ignore"\. See "polytag features --help"\.$/,
    ],
    [
      'a period that no frame holds',
      ['--kind', 'yin', '--f-min', '5'],
      /^A period of --f-min, 5 Hz, does not fit/,
    ],
  ];
  it.each(cases)('%s', async (_, args, sentence) => {
    await mkdir(join(folder, 'folder.npy'), { recursive: true });
    const typed = args.map((argument) => (typeof argument === 'string' ? argument : argument()));
    expectSentence(await runHere('features', wav, ...typed), 2, sentence);
  });

  it('a missing file, and a folder', async () => {
    expectSentence(
      await runHere('features', 'no.mp3', '--kind', 'mel'),
      2,
      /^There is no file no\.mp3; check the path\.$/,
    );
    expectSentence(
      await runHere('features', folder, '--kind', 'mel'),
      2,
      /is a folder, and features takes one file; call it for each of its files \(for f in .*\)\.$/,
    );
    expect(existsSync('page.html')).toBe(false);
  });
});

describe('by the command, librosa’s arrays come out', () => {
  const cases: [string, string[], string, number][] = [
    ['stft', [], 'stft_magnitude', 1e-5],
    ['mel', [], 'mel_slaney', 1e-5],
    ['mel-htk', [], 'mel_htk', 1e-5],
    ['mel', ['--log', 'db'], 'mel_db', 2e-5],
    ['mfcc', [], 'mfcc20', 1e-5],
    ['cqt', [], 'cqt84', 1e-3],
    ['chroma', ['--tuning', '0'], 'chroma_stft', 1e-5],
    ['chroma', [], 'chroma_stft_tuned', 1e-5],
    ['onset', [], 'onset_strength', 1e-5],
    ['yin', [], 'yin_f0', 1e-5],
  ];
  it.for(GOLDEN_SIGNALS.flatMap((signal) => cases.map((of) => [signal, ...of] as const)))(
    '%s: %s %j is %s',
    async ([signal, kind, options, name, tolerance], ctx) => {
      const { samples, array } = await librosaSignal(signal, ctx);
      const audio = join(folder, 'signal.wav');
      await writeFile(audio, encodeWav([samples], SAMPLE_RATE, 32));
      const { shape, values } = await arrayOf(audio, kind, ...options);
      expect(shape).toEqual(array(name).shape);
      expect(errorTo(array(name), values)).toBeLessThan(tolerance);
    },
  );

  it.for(GOLDEN_SIGNALS)('%s: pyin, onsets and tempo', async (signal, ctx) => {
    const { samples, array, onset_seconds, tempo_bpm } = await librosaSignal(signal, ctx);
    const audio = join(folder, 'signal.wav');
    await writeFile(audio, encodeWav([samples], SAMPLE_RATE, 32));
    const { shape, values } = await arrayOf(audio, 'pyin');
    const [expectedF0, expectedFlags] = [array('pyin_f0').values, array('pyin_voiced_flag').values];
    const frames = shape[1];
    const [f0, flags] = [values.subarray(0, frames), values.subarray(frames, 2 * frames)];
    expect(frames).toBe(expectedF0.length);
    const isSame = (hertz: number, t: number): boolean =>
      Number.isNaN(expectedF0[t]) ? Number.isNaN(hertz) : Math.abs(hertz / expectedF0[t] - 1) < 1e-4;
    const same = f0.filter(isSame).length;
    expect(same / frames).toBeGreaterThan(0.99);
    expect(flags.filter((flag, t) => flag === expectedFlags[t]).length / frames).toBeGreaterThan(0.99);
    expect((await json(audio, '--kind', 'onsets')).onsets).toEqual(onset_seconds);
    expect((await json(audio, '--kind', 'tempo')).tempo).toBeCloseTo(tempo_bpm, 6);
  });
});
