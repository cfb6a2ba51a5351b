/**
 * Audio files to features: beside librosa where a Python with it is found, over durations, and over a data set.
 * Run it by `npm run bench:features`, after the set-up. Read the ratios, not the times.
 *
 * POLYTAG_PEER_PYTHON names the Python; POLYTAG_BENCH_AUDIO a folder of MP3 files (44.1 kHz stereo) to use in place of
 * a synthetic recording.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, copyFileSync, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeAudio } from '../src/audio/encode/encode.js';
import { probeAudio } from '../src/audio/open.js';
import { randomGenerator } from '../src/base/random.js';
import { ExtractPool } from '../src/data/store/extract-pool.js';
import { openFeatureStore } from '../src/data/store/store.js';
import { generateCorpus } from '../src/data/synth/corpus.js';
import { melSpectrogram } from '../src/features/mel.js';
import { startPeer } from './peers/python.js';
import { type Contender, compare, timed } from './ratio.js';

const MEL = { sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 96 };
/** The same, as the feature store is asked for it. */
const FEATURES = { mel: { kind: 'mel', settings: MEL } };
/** Clips of the data set's form that are made, and how many it has. */
const [CLIPS, MTAT_CLIPS] = [500, 25_863];
/** How often each file is worked on in a measured turn. */
const ROUNDS_OF_FILES = 3;
/** In seconds: 10 s to 3 h. */
const DURATIONS = [10, 60, 600, 3600, 10_800];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A minute of chords and noise as 44.1 kHz stereo. */
async function syntheticSong(path: string): Promise<string> {
  const random = randomGenerator(1, 'bench');
  const channels = [0, 1].map((channel) =>
    Float32Array.from({ length: 44_100 * 60 }, (_, n) => {
      const root = 110 * 2 ** ((Math.floor(n / 22_050) % 12) / 12);
      const chord = [1, 1.25, 1.5, 2].reduce(
        (sum, k) => sum + Math.sin((n * root * k * 2 * Math.PI) / 44_100),
        0,
      );
      return 0.1 * chord + 0.05 * (random.uniform() - 0.5) * (1 + channel);
    }),
  );
  await writeFile(path, await encodeAudio({ channels, sampleRate: 44_100 }, 'mp3', { bitRate: 192 }));
  return path;
}

async function songs(folder: string): Promise<string[]> {
  const given = process.env.POLYTAG_BENCH_AUDIO;
  if (!given) return [await syntheticSong(join(folder, 'song.mp3'))];
  return (await readdir(given)).filter((name) => name.endsWith('.mp3')).map((name) => join(given, name));
}

/** Real time of a file's container, or of its samples where the container does not tell. */
async function secondsOf(path: string): Promise<number> {
  return (await probeAudio(path)).duration ?? (await stat(path)).size / (192_000 / 8);
}

async function filesBesideLibrosa(paths: string[]): Promise<void> {
  const peer = startPeer('librosa_features.py', ['librosa', 'soundfile', 'soxr']);
  const pool = new ExtractPool(FEATURES);
  const single = new ExtractPool(FEATURES, 1);
  const durations = await Promise.all(paths.map(secondsOf));
  const total = durations.reduce((a, b) => a + b);
  const ours = (name: string, threads: ExtractPool): Contender => ({
    name,
    run: () =>
      timed(async () => {
        for (const reply of await Promise.all(paths.map((path) => threads.extract(path, ['mel']))))
          if ('error' in reply) throw new Error(reply.error);
        return total;
      }),
  });
  const theirs: Contender[] = peer
    ? [{ name: 'librosa (soundfile, soxr HQ, melspectrogram), one process', run: () => peer.ask({ paths }) }]
    : [];
  await compare(`MP3 to log-mel, ${paths.length} files, ${Math.round(total)} s of audio`, [
    ours(`polytag, ${pool.size} threads`, pool),
    ours('polytag, 1 thread', single),
    ...theirs,
  ]);
  const samples = 16_000 * 600;
  const random = randomGenerator(1, 'noise');
  const noise = Float32Array.from({ length: samples }, () => 2 * random.uniform() - 1);
  await compare('Mel spectrogram alone, 10 min of samples', [
    {
      name: 'polytag, 1 thread',
      run: () =>
        timed(() => {
          melSpectrogram(noise, MEL);
          return samples / MEL.sampleRate;
        }),
    },
    ...(peer ? [{ name: 'librosa', run: () => peer.ask({ samples }) }] : []),
  ]);
  peer?.stop();
  await pool.close();
  await single.close();
}

/** Peak memory in MB and seconds of `polytag features`, as a person starts it. */
async function command(args: string[]): Promise<{ seconds: number; megabytes: number }> {
  const cli = join('bin', 'polytag.js');
  // Not resourceUsage().maxRSS, which Linux hands on from the process that starts another.
  const report =
    "import { readFileSync } from 'node:fs';" +
    "process.on('exit', () => process.stderr.write('PEAK ' + /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]))";
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const begin = performance.now();
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', preload, cli, ...args]);
  const peak = /PEAK (\d+)/.exec(stderr);
  return { seconds: (performance.now() - begin) / 1000, megabytes: Number(peak?.[1]) / 1024 };
}

async function durations(folder: string, song: string): Promise<void> {
  const bytes = await readFile(song);
  const songSeconds = await secondsOf(song);
  say('\nOne MP3 to log-mel by `polytag features`, start included');
  for (const seconds of DURATIONS) {
    const path = join(folder, `${seconds}.mp3`);
    const file = createWriteStream(path);
    for (let s = 0; s < seconds; s += songSeconds) file.write(bytes);
    await new Promise<void>((resolve) => file.end(resolve));
    const args = ['features', path, '--kind', 'mel', '--log', 'log10', '--duration', String(seconds)];
    const { seconds: took, megabytes } = await command([...args, '--out', join(folder, 'mel.npy')]);
    say(
      `  ${seconds} s: ${took.toFixed(1)} s (${Math.round(seconds / took)} times real time), ${Math.round(megabytes)} MB at most`,
    );
    await rm(path);
  }
}

async function dataSet(folder: string): Promise<void> {
  const corpus = join(folder, 'corpus');
  await generateCorpus({ out: corpus, clips: 64, seconds: 29, seed: 1 });
  const clips = (await readdir(corpus, { recursive: true })).filter((name) => name.endsWith('.mp3'));
  const recordings = [];
  await mkdir(join(folder, 'clips'));
  for (let i = 0; i < CLIPS; i++) {
    const path = join(folder, 'clips', `${i}.mp3`);
    copyFileSync(join(corpus, clips[i % clips.length]), path);
    // A tag at the end makes each file one of its own for the store.
    appendFileSync(path, `TAG${String(i).padEnd(125, ' ')}`);
    recordings.push({ id: String(i), path });
  }
  const begin = performance.now();
  const store = await openFeatureStore(recordings, {
    root: join(folder, 'store'),
    features: { ...FEATURES, waveform: { kind: 'waveform', settings: { sampleRate: 16_000 } } },
  });
  const rate = CLIPS / ((performance.now() - begin) / 1000);
  store.close();
  say(
    `\n${CLIPS} synthetic clips of 29 s, 16 kHz mono, 32 kbit/s, to log-mel and waveform in the feature store: ${rate.toFixed(1)} clips per second, ` +
      `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most in this whole process; extrapolated, MagnaTagATune's ${MTAT_CLIPS} take ${(MTAT_CLIPS / rate / 60).toFixed(0)} min`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'polytag-bench-'));
try {
  say(`${cpus()[0].model}, ${availableParallelism()} threads, Node ${process.version}`);
  await dataSet(folder);
  const paths = await songs(folder);
  // Each file several times, so that the threads end at about the same time.
  await filesBesideLibrosa(Array.from({ length: ROUNDS_OF_FILES }, () => paths).flat());
  await durations(folder, paths[0]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
