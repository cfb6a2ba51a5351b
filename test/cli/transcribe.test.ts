/** polytag transcribe as it is typed. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { modelsFolder } from '../../src/base/package.js';
import type { TranscriptionJson } from '../../src/transcription/outputs/json.js';
import { inTime, sing, VOICE_RATE } from '../transcription/voice.js';
import { startPolytag } from '../workplace.js';
import { expectSentence, runHere } from './in-process.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const scale = inTime([60, 62, 64, 65, 67], 0.4, 0.06);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-transcribe-'));
  await writeFile(at('hum.wav'), encodeWav([sing(scale, 3)], VOICE_RATE));
  await writeFile(at('silent.wav'), encodeWav([new Float32Array(VOICE_RATE)], VOICE_RATE));
  await writeFile(at('text.wav'), 'not a recording');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const transcribe = (...args: string[]) => runHere('transcribe', ...args);

describe('polytag transcribe', () => {
  it('prints what it finds and writes every form', async () => {
    const names = ['notes.json', 'notes.mid', 'notes.musicxml', 'notes.csv'].map(at);
    const { code, stdout, stderr } = await transcribe(
      at('hum.wav'),
      ...names.flatMap((name) => ['--out', name]),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Notes {3}5, C4 to G4, in 3\.0 s\nTuning {2}.*\nTempo {3}1\d\d\.\d quarters per minute\nKey {5}C major\n$/,
    );
    expect(stderr).toBe(names.map((name) => `Written: ${name}\n`).join(''));
    const { notes, key, f0 } = JSON.parse(await readFile(names[0], 'utf8')) as TranscriptionJson;
    expect(notes.map(({ pitch }) => Math.round(pitch))).toEqual([60, 62, 64, 65, 67]);
    expect([key, f0?.hop, f0?.hz.length, f0?.voiced.length]).toEqual(['C major', 0.016, 187, 187]);
    expect((await readFile(names[1])).subarray(0, 4).toString()).toBe('MThd');
    expect(await readFile(names[2], 'utf8')).toMatch(/^<\?xml .*<step>C<\/step>/s);
    expect((await readFile(names[3], 'utf8')).trimEnd().split('\n')).toHaveLength(6);
  });

  it('moves notes to a grid in the tempo that is given', async () => {
    const out = at('grid.json');
    expect((await transcribe(at('hum.wav'), '--out', out, '--grid', '8', '--tempo', '130')).code).toBe(0);
    const { notes, tempo } = JSON.parse(await readFile(out, 'utf8')) as TranscriptionJson;
    expect(tempo).toBe(130);
    for (const [i, { onset, offset }] of notes.slice(0, -1).entries()) {
      expect(offset).toBeGreaterThan(onset);
      expect(notes[i + 1].onset).toBeCloseTo(offset, 3);
    }
  });

  it('prints JSON, and takes a part of the recording', async () => {
    const { stdout } = await transcribe(at('hum.wav'), '--json', '--duration', '1.1');
    expect((JSON.parse(stdout) as TranscriptionJson).notes).toHaveLength(2);
  });

  it('finds chords by basic-pitch, and has no pitch curve of them', { timeout: 60_000 }, async (ctx) => {
    ctx.skip(!existsSync(join(modelsFolder(), 'basic-pitch')), 'basic-pitch was not pulled');
    const parts = [48, 64, 67].map((midi) => sing(inTime([midi, midi], 1, 0.2), 2.2));
    const chord = parts[0].map((_, n) => 0.3 * parts.reduce((sum, part) => sum + part[n], 0));
    await writeFile(at('chords.wav'), encodeWav([chord], VOICE_RATE));
    const names = ['chords.json', 'chords.mid', 'chords.csv'].map(at);
    const out = names.flatMap((name) => ['--out', name]);
    const { code, stdout } = await transcribe(at('chords.wav'), '--model', 'basic-pitch', ...out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Notes {3}\d+, [A-G].*, in 2\.2 s\n/);
    const { notes, f0, tuning_cents } = JSON.parse(await readFile(names[0], 'utf8')) as TranscriptionJson;
    expect([f0, tuning_cents]).toEqual([null, 0]);
    for (const midi of [48, 64, 67]) expect(notes.map(({ pitch }) => pitch)).toContain(midi);
    for (const { bends } of notes) expect(bends?.every(Number.isInteger)).toBe(true);
    expect((await readFile(names[1])).subarray(0, 4).toString()).toBe('MThd');
    expect((await readFile(names[2], 'utf8')).trimEnd().split('\n')).toHaveLength(notes.length + 1);
  });

  it('says that a recording is silent, and writes that it has no notes', async () => {
    const out = at('silent.json');
    const { code, stdout, stderr } = await transcribe(at('silent.wav'), '--out', out);
    expect([code, stderr]).toEqual([
      0,
      `Warning: The recording is silent, so it has no notes.\nWritten: ${out}\n`,
    ]);
    expect(stdout).toMatch(/^Notes {3}0, in 1\.0 s\n/);
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ notes: [], tempo: null, key: null });
  });

  it('writes a score with a pickup, and triplets where they are asked for', async () => {
    const out = at('pickup.musicxml');
    const words = ['--pickup', '1', '--beats', '3', '--tuplets', '--tempo', '130'];
    expect((await transcribe(at('hum.wav'), '--out', out, ...words)).code).toBe(0);
    const score = await readFile(out, 'utf8');
    expect(score).toContain('<measure number="0" implicit="yes">');
    expect(score).toContain('<time><beats>3</beats>');
  });

  it('writes a page with the notes over the spectrogram', async () => {
    const out = at('page.html');
    const { code, stdout, stderr } = await transcribe(at('hum.wav'), '--plot', out);
    expect([code, stderr]).toEqual([0, `Page: ${out}\n`]);
    expect(stdout).toMatch(/^Notes {3}5, C4 to G4/);
    const page = await readFile(out, 'utf8');
    for (const part of ['5, C4 to G4', 'C major', 'data-track="voice"', 'src="data:audio/wav;base64,'])
      expect(page).toContain(part);
  });

  it('writes a page that warns, of a recording without notes, and of one note', async () => {
    const out = at('doubtful.html');
    expect((await transcribe(at('silent.wav'), '--plot', out)).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('The recording is silent, so it has no notes.');
    expect((await transcribe(at('hum.wav'), '--duration', '0.72', '--plot', out)).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('1, C4 to C4');
  });

  it.each<[string[], number, RegExp]>([
    [['HUM', '--plot', 'page.png'], 2, /^--plot must end in \.html, and page\.png does not\./],
    [['HUM', '--plot', 'nowhere/page.html'], 2, /^--plot: there is no folder nowhere/],
    [['missing.wav'], 2, /^There is no file or folder missing\.wav|missing\.wav/],
    [['.'], 2, /^\. is a folder, and transcribe takes one file/],
    [['HUM', '--out', 'notes.txt'], 2, /^--out must end in \.json or \.mid or \.musicxml or \.csv/],
    [['HUM', '--out', 'nowhere/notes.mid'], 2, /^--out: there is no folder nowhere/],
    [['HUM', '--strength', '2'], 2, /^--strength must be a number from 0 to 1, not "2"\./],
    [['HUM', '--tempo', 'fast'], 2, /^--tempo must be a number from 20 to 400, not "fast"\./],
    [['HUM', '--pickup', 'some'], 2, /^--pickup must be a number from 0 to 15\.5, not "some"\./],
    [['HUM', '--pickup', '0.3'], 2, /^--pickup must be a number of halves of beats/],
    [['HUM', '--pickup', '3', '--beats', '3'], 2, /^--pickup \(3\) must be below a bar \(--beats 3\)\./],
    [['HUM', '--beats', '2.5'], 2, /^--beats /],
    [['HUM', '--hold', '-1'], 2, /^--hold must be a number from 0 to 2000/],
    [
      ['HUM', '--f-min', '700', '--f-max', '200'],
      2,
      /^--f-min \(700 Hz\) must be below --f-max \(200 Hz\)\./,
    ],
    [['HUM', '--grid', '12'], 2, /--grid/],
    [
      ['HUM', '--onset-threshold', '0.4'],
      2,
      /^--onset-threshold does not apply to --model pyin; leave it out\./,
    ],
    [['CHORDS', '--onset-threshold', '3'], 2, /^--onset-threshold must be a number from 0 to 1, not "3"\./],
    [['CHORDS', '--grid', '8'], 2, /^--grid does not apply to --model basic-pitch; leave it out\./],
    [['CHORDS', '--plot', 'x.html'], 2, /^--plot does not apply to --model basic-pitch; leave it out\./],
    [['CHORDS', '--hold', '50'], 2, /^--hold does not apply to --model basic-pitch; leave it out\./],
    [
      ['CHORDS', '--out', 'x.musicxml'],
      2,
      /^x\.musicxml would be a score of one voice, and basic-pitch finds chords; write \.json, \.mid, \.csv, and open/,
    ],
    [
      ['CHORDS', '--f-min', '900', '--f-max', '300'],
      2,
      /^There is no semitone of the network, .* from 900 to below 300 Hz\./,
    ],
    [['HUM', '--model', 'crepe'], 2, /--model/],
    [['TEXT'], 1, /text\.wav/],
  ])('%j: one sentence', async (args, code, sentence) => {
    const places: Record<string, string[]> = {
      HUM: [at('hum.wav')],
      CHORDS: [at('hum.wav'), '--model', 'basic-pitch'],
      TEXT: [at('text.wav')],
    };
    expectSentence(await transcribe(...args.flatMap((word) => places[word] ?? [word])), code, sentence);
  });

  it('says how to get a model that was not pulled, and that it is not a tagger', async () => {
    const cache = process.env.POLYTAG_CACHE;
    process.env.POLYTAG_CACHE = at('empty-cache');
    try {
      expectSentence(
        await transcribe(at('hum.wav'), '--model', 'swift-f0'),
        2,
        /^The model swift-f0 is not installed; run "polytag models pull swift-f0"\./,
      );
      expectSentence(
        await runHere('tag', at('hum.wav'), '--model', 'swift-f0'),
        2,
        /^swift-f0 is a model of "polytag transcribe" and has no tags/,
      );
    } finally {
      if (cache === undefined) delete process.env.POLYTAG_CACHE;
      else process.env.POLYTAG_CACHE = cache;
    }
  });
});

it('stops at Ctrl-C and leaves no file', { timeout: 60_000 }, async () => {
  // An hour of the same second.
  const second = encodeWav([sing(inTime([60, 64], 0.4, 0.06, 0.02), 1)], VOICE_RATE);
  const hour = Buffer.concat([
    second.subarray(0, 44),
    ...new Array<Uint8Array>(3600).fill(second.subarray(44)),
  ]);
  hour.writeUInt32LE(hour.length - 8, 4);
  hour.writeUInt32LE(hour.length - 44, 40);
  await writeFile(at('hour.wav'), hour);
  const { child, outcome } = startPolytag(['transcribe', at('hour.wav'), '--out', at('hour.json')], {
    cwd: folder,
  });
  await once(child.stderr!, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await outcome;
  expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([130, 'Stopped; no file was written.']);
  expect((await readdir(folder)).filter((name) => name.startsWith('hour.json'))).toEqual([]);
});
