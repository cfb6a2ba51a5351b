/** The studio as it is started, killed and started again. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Project } from '../../src/studio/project/schema.js';
import { needsShared, referencePath } from '../reference.js';
import { exampleProject } from '../studio/example.js';
import { eventsOf, runJob } from '../studio/server/running.js';
import { polytag, startPolytag } from '../workplace.js';
import { startStudio, tones } from './studio-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-studio-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (...args: string[]): ReturnType<typeof startStudio> => startStudio(folder, ...args);

const post = (bytes: BodyInit): RequestInit => ({ headers: { 'Content-Type': 'audio/wav' }, body: bytes });

/** Processes that a process has started, where the system tells: the one that works, and the one that waits for work. */
async function childrenOf(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(numbers.map(stateOf));
  const found = numbers.filter((_, i) => parents[i]?.parent === pid);
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** State and parent of a process; null where it is gone. */
async function stateOf(pid: number): Promise<{ state: string; parent: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  const [state, parent] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === undefined ? null : { state, parent: Number(parent) };
}

/** Whether one of some processes runs; what has ended and nobody has asked for, does not. */
async function isAnyAlive(pids: readonly number[]): Promise<boolean> {
  const states = await Promise.all(pids.map(stateOf));
  return states.some((found) => found !== null && found.state !== 'Z');
}

interface Recognised {
  id: string;
  revision: string;
  project: Project;
  warnings: string[];
  command: string;
}

/** How the notes of a project were sung, in order, those of all passages. */
const sungOf = (project: Project): number[][] =>
  project.tracks[0].clips
    .flatMap(({ notes }) => notes.map(({ sung }) => [sung!.onset, sung!.offset, sung!.pitch]))
    .sort(([a], [b]) => a - b);

it('a hum becomes a project with the notes of "polytag transcribe", which a killed server keeps', async () => {
  const long = tones(...Array.from({ length: 240 }, (_, i) => 60 + (i % 12)));
  const first = await start('--project', 'tunes');
  const path = '/api/jobs/recognise?name=my%20hum.wav&settings=%7B%22tempo%22%3A60%7D';
  const { event, data } = await runJob(first.origin, path, post(tones(60, 62, 64, 65, 67)));
  expect(event).toBe('result');
  const { id, revision, project, warnings, command } = data as unknown as Recognised;
  expect(project).toMatchObject({ title: 'my hum', tempo: 60, tuning_cents: expect.closeTo(0, 0) });
  expect(project.tracks[0].clips[0].notes.map(({ pitch }) => pitch)).toEqual([60, 62, 64, 65, 67]);
  expect(project.source).toMatchObject({ name: 'my hum.wav', seconds: 5 });
  expect(project.f0!.hz.length).toBeGreaterThan(300);
  expect(warnings.join()).toMatch(/^$|^The style stays folk: The model musicnn-mtt is not installed/);
  expect(command).toBe(
    "npx polytag transcribe 'my hum.wav' --model pyin --hold 90 --grid 16 --strength 1 --tempo 60 --beats auto --pickup auto --f-min 65 --f-max 1050 --out 'my hum.musicxml'",
  );
  const source = await fetch(`${first.origin}/api/projects/${id}/source`);
  expect(source.headers.get('content-type')).toBe('audio/wav');
  expect(new Uint8Array(await source.arrayBuffer())).toEqual(tones(60, 62, 64, 65, 67));

  // Killed in a job, it loses nothing but the job.
  const begun = await fetch(`${first.origin}/api/jobs/recognise`, { method: 'POST', ...post(long) });
  expect(begun.status).toBe(202);
  await sleep(500);
  const workers = await childrenOf(first.child.pid!);
  first.child.kill('SIGKILL');
  await first.outcome;
  await expect.poll(() => isAnyAlive(workers), { timeout: 2000 }).toBe(false);
  const second = await start('--project', 'tunes');
  const read = (await (await fetch(`${second.origin}/api/projects/${id}`)).json()) as Recognised;
  expect(read).toEqual({ project, revision });
  expect((await readdir(join(folder, 'tunes'))).sort()).toEqual(['.jobs', '.lock', id].sort());
  expect(await readdir(join(folder, 'tunes', '.jobs'))).toEqual([]);

  // Ctrl-C ends it in a job as well, frees the port, and leaves no file.
  await fetch(`${second.origin}/api/jobs/recognise`, { method: 'POST', ...post(long) });
  await sleep(300);
  const began = performance.now();
  second.child.kill('SIGINT');
  const { code, stderr } = await second.outcome;
  expect([code, performance.now() - began < 3000]).toEqual([130, true]);
  expect(stderr).toMatch(/Stopped; every project is saved\.\n$/);
  expect((await readdir(join(folder, 'tunes'))).sort()).toEqual(['.jobs', id].sort());
  const { port } = new URL(second.origin);
  const third = startPolytag(['studio', '--port', port, '--project', 'tunes'], { cwd: folder });
  await new Promise((resolve) => third.child.stdout!.once('data', resolve));
  third.child.kill('SIGTERM');
  expect((await third.outcome).code).toBe(130);
}, 120_000);

it('two servers do not share a folder, and none starts on a port that is taken', async () => {
  const first = await start('--project', 'shared');
  const second = await polytag(['studio', '--port', '0', '--project', 'shared'], { cwd: folder });
  expect([second.code, second.stderr]).toEqual([
    2,
    expect.stringMatching(
      /^The folder of projects shared is in use by process \d+ on .*; wait until it ends, or give another folder with --project\.\n$/,
    ),
  ]);
  const { port } = new URL(first.origin);
  const third = await polytag(['studio', '--port', port, '--project', 'other'], { cwd: folder });
  expect([third.code, third.stderr]).toEqual([
    2,
    `Port ${port} is in use by another program; give another with --port.\n`,
  ]);
  first.child.kill('SIGINT');
  await first.outcome;
});

it.each([
  [['--port', '70000'], /^--port must be a whole number from 0 to 65535, not "70000"\.\n$/],
  [['--host', '203.0.113.7'], /^--host: 203\.0\.113\.7 is no address of this machine/],
  [['--host', 'no.such.host.invalid'], /^--host: no\.such\.host\.invalid is no address of this machine/],
  [['--piano', 'nowhere'], /^There is no model "nowhere"/],
  [['--songs', 'nowhere.gz'], /nowhere\.gz/],
])('%j is one sentence', async (args, sentence) => {
  const { code, stderr } = await polytag(['studio', '--project', 'none', ...args], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
});

it('20 clients at once get their notes, each its own', async () => {
  const { origin, child, outcome } = await start('--project', 'many');
  const pitches = Array.from({ length: 20 }, (_, i) => 55 + i);
  const results = await Promise.all(
    pitches.map((pitch) =>
      runJob(origin, `/api/jobs/recognise?name=${pitch}.wav`, post(tones(pitch, pitch + 2))),
    ),
  );
  const found = results.map(({ data }) => {
    const { project } = data as unknown as Recognised;
    return [project.title, ...project.tracks[0].clips[0].notes.map(({ pitch }) => pitch)];
  });
  expect(found).toEqual(pitches.map((pitch) => [String(pitch), pitch, pitch + 2]));
  const listed = (await (await fetch(`${origin}/api/projects`)).json()) as unknown[];
  expect(listed).toHaveLength(20);
  child.kill('SIGINT');
  await outcome;
}, 240_000);

it('a job is ended within a second, and the server answers while one computes', async () => {
  const { origin, child, outcome } = await start('--project', 'cancelled');
  const long = tones(...Array.from({ length: 240 }, (_, i) => 60 + (i % 12)));
  const begun = await fetch(`${origin}/api/jobs/recognise`, { method: 'POST', ...post(long) });
  const { job } = (await begun.json()) as { job: string };
  const events = eventsOf(origin, job);
  await sleep(1500);
  let slowest = 0;
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    await (await fetch(`${origin}/api/state`)).text();
    slowest = Math.max(slowest, performance.now() - began);
  }
  expect(slowest).toBeLessThan(1000);
  const began = performance.now();
  expect((await fetch(`${origin}/api/jobs/${job}`, { method: 'DELETE' })).status).toBe(204);
  expect(performance.now() - began).toBeLessThan(1000);
  expect((await events).at(-1)).toEqual({ event: 'cancelled', data: {} });
  expect((await fetch(`${origin}/api/jobs/${job}/events`)).status).toBe(404);
  child.kill('SIGINT');
  await outcome;
}, 60_000);

it('a recorded hum has the notes that the command line prints', async (ctx) => {
  needsShared(ctx);
  const hum = referencePath('data', 'hums', 'audio', 'amazing-grace_voice210.mp3');
  const { origin, child, outcome } = await start('--project', 'hums');
  const bytes = new Uint8Array(await readFile(hum));
  const { data } = await runJob(origin, '/api/jobs/recognise?name=hum.mp3', post(bytes));
  child.kill('SIGINT');
  await outcome;
  const { stdout } = await polytag(['transcribe', hum, '--json'], { cwd: folder });
  const { notes } = JSON.parse(stdout) as { notes: { onset: number; offset: number; pitch: number }[] };
  const { project } = data as unknown as Recognised;
  const printed = notes.map(({ onset, offset, pitch }) => [onset, offset, pitch]);
  const sung = sungOf(project).map((note) => note.map((value) => Number(value.toFixed(4))));
  // A passage that comes again has its notes once.
  if (new Set(project.order).size === project.order.length) expect(sung).toEqual(printed);
  else expect(printed).toEqual(expect.arrayContaining(sung));
}, 60_000);

it('a project is written by a command as it is by a page', async () => {
  await writeFile(join(folder, 'piece.json'), JSON.stringify(exampleProject('My piece')));
  for (const form of ['mp3', 'wav', 'flac', 'mid', 'musicxml', 'html']) {
    const { code, stderr } = await polytag(['studio', 'export', 'piece.json', '--out', `piece.${form}`], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([0, expect.stringMatching(new RegExp(`Written: piece\\.${form}\n$`))]);
  }
  const { origin, child, outcome } = await start('--project', 'exports');
  const { data } = await runJob(origin, '/api/jobs/export?as=mp3', {
    body: JSON.stringify(exampleProject('My piece')),
  });
  const served = await fetch(`${origin}${data.file}`);
  expect(Buffer.from(await served.arrayBuffer())).toEqual(await readFile(join(folder, 'piece.mp3')));
  child.kill('SIGINT');
  await outcome;
  const failed: [string[], RegExp][] = [
    [['piece.json', '--out', 'piece.exe'], /^piece\.exe must end in \.mp3, \.wav, /],
    [['nowhere.json', '--out', 'a.mp3'], /nowhere\.json/],
    [['piece.mid', '--out', 'a.mp3'], /^piece\.mid is not valid JSON/],
    [['piece.json', '--out', 'nowhere/a.mp3'], /--out: there is no folder nowhere/],
  ];
  for (const [args, sentence] of failed) {
    const { code, stderr } = await polytag(['studio', 'export', ...args], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
  }
}, 120_000);
