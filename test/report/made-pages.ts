/** Every kind of page, made from runs, tables and a recording that are made for tests. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav } from '../../src/audio/encode/wav.js';
import type { Taggram } from '../../src/catalogue/tag/taggram.js';
import type { ExamplePredictions } from '../../src/eval/predictions.js';
import { packedPlotly } from '../../src/report/kit/plotly.js';
import { writeCatalogueReport } from '../../src/report/pages/catalogue/write.js';
import { writeComparison } from '../../src/report/pages/compare/write.js';
import { writeRecordingPage } from '../../src/report/pages/recording/write.js';
import { writeReport } from '../../src/report/pages/run/write.js';
import { studyPage } from '../../src/report/pages/study/page.js';
import { sweepPage } from '../../src/report/pages/sweep/page.js';
import { writeVoicePage } from '../../src/report/pages/voice/write.js';
import { compareRuns } from '../../src/runs/compare/comparison.js';
import type { StoredRun } from '../../src/runs/read.js';
import type { StudyResult } from '../../src/runs/study/results/study-result.js';
import { summarisePanel } from '../../src/runs/study/results/summary.js';
import type { Study, StudyRun } from '../../src/runs/study/study.js';
import { conditionSchema } from '../../src/training/conditions/index.js';
import { melodyOf, type Song } from '../../src/transcription/songs/song.js';
import { SongSearch } from '../../src/transcription/songs/song-search.js';
import { transcribe } from '../../src/transcription/transcribe.js';
import { madeCatalogue, streamOf } from '../catalogue/tables/made-table.js';
import { madeRegression, madeTagging } from '../eval/made.js';
import { HOSTILE, madeClassReport, madeNumberReport, madeReport } from '../eval/made-report.js';
import { madeRun } from '../runs/compare/made-runs.js';
import { inTime, sing, VOICE_RATE } from '../transcription/voice.js';
import { madeSweep } from './made-sweep.js';

/** Tags of made catalogues. */
export const TAGS = [
  ...['guitar', 'classical', 'techno', 'female vocal', 'ambient', 'drums', 'opera', 'harpsichord', 'rock'],
  HOSTILE,
];

/** A WAV file of a sine, in Hz, at 16 kHz. */
export function tone(seconds: number, frequency: number): Uint8Array {
  const samples = Float32Array.from(
    { length: seconds * 16_000 },
    (_, n) => 0.3 * Math.sin((2 * Math.PI * frequency * n) / 16_000),
  );
  return encodeWav([samples], 16_000);
}

/** A track's tags over time. */
export function madeTaggram(path: string, windows: number): Taggram {
  const scores = Array.from({ length: windows }, (_, window) =>
    TAGS.map((_, tag) => 0.5 + 0.45 * Math.sin(window / (3 + tag) + tag)),
  );
  const starts = scores.map((_, window) => window * 1.5);
  return { path, model: 'made', labels: TAGS, window_seconds: 3, starts, scores };
}

/** Runs to compare: an experiment of two seeds, two of one, and one of another protocol. */
export function madeRuns(audio: string): StoredRun[] {
  const predictions = madeTagging(240, 40, 80);
  predictions.labels[3] = HOSTILE;
  predictions.labels[4] = 'a label with a name that is far too long to fit beside a bar';
  const long = 'with-a-very-long-name-of-an-experiment-that-goes-on';
  return [
    madeRun({ predictions, folder: 'baseline-seed1', noise: 0.6 }),
    madeRun({ predictions, folder: 'baseline-seed2', noise: 0.6, seed: 2 }),
    madeRun({ predictions, folder: long, noise: 0.3, alpha: 2 }),
    madeRun({ predictions, folder: HOSTILE, noise: 0.62, alpha: 3 }),
    madeRun({ predictions, folder: 'another', protocol: 'all' }),
  ].map((run) => ({ ...run, clips: run.clips.map((clip) => ({ ...clip, audio })) }));
}

/** Runs of numbers to compare: an experiment of two seeds, and one of one. */
function madeNumberRuns(): StoredRun[] {
  const predictions = { ...madeRegression(200, 60), labels: ['valence', HOSTILE, 'constant'] };
  return [
    madeRun({ predictions, folder: 'exact-seed1', noise: 0.05 }),
    madeRun({ predictions, folder: 'exact-seed2', noise: 0.05, seed: 2 }),
    madeRun({ predictions, folder: HOSTILE, noise: 0.4, alpha: 2 }),
  ];
}

/** A study of two experiments with two seeds, a published difference and two test conditions. Default: of tags. */
export function madeStudy(predictions: ExamplePredictions = madeTagging(120, 12, 40)): StudyResult {
  const study: Study = {
    name: 'made',
    title: 'A made study',
    question: `Does ${HOSTILE} help?`,
    config: 'made.yaml',
    panels: [{ name: 'tags', label: 'tags', overrides: [] }],
    groups: [
      { name: 'all', label: `all ${HOSTILE}`, overrides: ['a=1'] },
      { name: 'mel', label: 'mel alone', overrides: ['~model.branches.lyrics'], once: true },
    ],
    contrasts: [
      {
        group: 'mel',
        minus: 'all',
        published: { accuracy: 0.1, source: 'Someone and Other (2020), table 2' },
      },
    ],
    themes: [{ title: 'Both', groups: ['all', 'mel'] }],
    table: [{ label: 'mel', panel: 'tags', group: 'mel' }],
  };
  const [panel] = study.panels;
  const metrics = madeRun({ predictions, folder: 'x' }).metrics;
  const runs = [
    { experiment: 'all', seed: 1, noise: 0.3 },
    { experiment: 'all', seed: 2, noise: 0.3 },
    { experiment: 'mel', seed: 1, noise: 0.6 },
  ].map(({ experiment, seed, noise }) => {
    const folder = `${experiment}-seed${seed}`;
    const stored = madeRun({ predictions, folder, seed, noise, alpha: noise });
    const planned = { panel: 'tags', experiment, seed, folder } as StudyRun;
    const conditions = [10, 0].map((snr) => ({
      name: `white noise at ${snr} dB`,
      condition: conditionSchema.parse({ noise: { snr } }),
      metrics,
    }));
    return { planned, stored, conditions };
  });
  const comparison = compareRuns(
    runs.map(({ stored }) => stored),
    { samples: 100, seed: 1 },
  );
  return {
    study,
    panels: [summarisePanel(study, panel, runs, comparison)],
    overrides: ['data.root=x'],
    seeds: 2,
    missing: ['mel, seed 2: it is deterministic'],
  };
}

/** What is made: paths by the name of the page. */
export type MadePages = Record<
  | 'run'
  | 'classes'
  | 'numbers'
  | 'compare'
  | 'compareNumbers'
  | 'study'
  | 'studyNumbers'
  | 'sweep'
  | 'catalogue'
  | 'recording'
  | 'voice',
  string
>;

/** Makes every page in a folder. */
export async function makePages(folder: string): Promise<MadePages> {
  const at = (...names: string[]): string => join(folder, ...names);
  const plotly = await packedPlotly();
  await mkdir(at('music'), { recursive: true });
  const audio = at('music', 'one & only.wav');
  await writeFile(audio, tone(3, 440));
  const report = madeReport({ rows: 200, labels: 56, songs: 90, clips: 5 });
  const [run] = await writeReport(at('run'), report);
  const [classes] = await writeReport(at('classes'), madeClassReport({ rows: 48, songs: 24, clips: 2 }));
  const [numbers] = await writeReport(at('numbers'), madeNumberReport({ rows: 150, songs: 60, clips: 2 }));
  const { page: compareNumbers } = await writeComparison(
    at('compare-numbers'),
    compareRuns(madeNumberRuns(), { samples: 100, seed: 1 }),
  );
  const studyNumbers = at('study-numbers.html');
  await writeFile(studyNumbers, studyPage(madeStudy(madeRegression(120, 40)), plotly, { links: new Map() }));
  const { page: compare } = await writeComparison(
    at('compare'),
    compareRuns(madeRuns(audio), { samples: 200, seed: 1 }),
  );
  const study = at('study.html');
  await writeFile(study, studyPage(madeStudy(), plotly, { links: new Map() }));
  const sweep = at('sweep.html');
  await writeFile(sweep, sweepPage(madeSweep(), plotly));
  const { header, rows } = madeCatalogue(150, TAGS, 24);
  const tracks = rows.map((row, i) => (i === 0 ? { ...row, path: audio } : row));
  tracks[1] = { ...tracks[1], path: `music/${HOSTILE}.mp3` };
  const catalogue = at('catalogue.html');
  await writeCatalogueReport({
    header,
    rows: streamOf(tracks),
    out: catalogue,
    taggramOf: async (path) => (path === audio || path.endsWith('7.mp3') ? madeTaggram(path, 20) : null),
  });
  const recording = at('recording.html');
  await writeRecordingPage({ audio, out: recording, damage: 'fail' });
  const voice = at('voice.html');
  const sung = at('music', 'sung.wav');
  const samples = sing(inTime([60, 62, 64, 65, 67]), 3);
  await writeFile(sung, encodeWav([samples], VOICE_RATE));
  const transcription = await transcribe({ samples, sampleRate: VOICE_RATE });
  const tune: Song = { id: HOSTILE, title: HOSTILE, melodies: [melodyOf(transcription.notes)!] };
  await writeVoicePage({
    ...{ audio: sung, out: voice, damage: 'fail', transcription, tracker: 'pyin', doubts: [HOSTILE] },
    found: new SongSearch([tune]).find(transcription.notes),
  });
  return {
    ...{ run, classes, numbers, compare, compareNumbers },
    ...{ study, studyNumbers, sweep, catalogue, recording, voice },
  };
}
