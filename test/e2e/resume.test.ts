import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists } from '../../src/base/files.js';
import { isMissing } from '../requirements.js';
import {
  makeWorkplace,
  type Outcome,
  polytag,
  polytagCommand,
  startPolytag,
  startProgram,
  type Workplace,
} from '../workplace.js';

const SETTINGS = ['training.epochs=3', 'training.checkpoint_steps=1'];

let workplace: Workplace;
let expected: Buffer;

beforeAll(async () => {
  workplace = await makeWorkplace();
  const out = join(workplace.folder, 'whole');
  const { code, stderr } = await run(out);
  expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  expected = await weightsOf(out);
});
afterAll(() => workplace.remove());

const argumentsOf = (out: string, ...more: string[]): string[] => [
  'run',
  workplace.config,
  ...SETTINGS,
  '--out',
  out,
  ...more,
];

const run = (out: string, ...more: string[]): Promise<Outcome> =>
  polytag(argumentsOf(out, ...more), { cwd: workplace.folder });

const weightsOf = (out: string): Promise<Buffer> => readFile(join(out, 'model', 'weights.safetensors'));

const checkpointsOf = (out: string): Promise<string[]> =>
  readdir(join(out, 'checkpoints'))
    .then((names) => names.filter((name) => name.endsWith('.safetensors')).sort())
    .catch(() => []);

/** Starts a run and sends it a signal as soon as it has written a checkpoint inside its second epoch. */
async function interrupt(out: string, signal: NodeJS.Signals): Promise<Outcome> {
  const { child, outcome } = startPolytag(argumentsOf(out), { cwd: workplace.folder });
  const inSecondEpoch = /^epoch-0001-step-00000[1-9]\.safetensors$/;
  while (child.exitCode === null && !(await checkpointsOf(out)).some((name) => inSecondEpoch.test(name)))
    await wait(2);
  child.kill(signal);
  return outcome;
}

/** Resumes a run and expects it to end with the weights of one that was never stopped. */
async function expectSameWeights(out: string): Promise<void> {
  const { code, stderr } = await run(out, '--resume');
  expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  expect((await weightsOf(out)).equals(expected)).toBe(true);
  const lines = (await readFile(join(out, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 3]);
  expect(await exists(join(out, 'metrics.json'))).toBe(true);
}

describe('a run that is stopped', () => {
  it('by SIGKILL in an epoch ends, resumed, with the same weights to the bit', async () => {
    const out = join(workplace.folder, 'killed');
    const killed = await interrupt(out, 'SIGKILL');
    expect([killed.code, killed.signal]).toEqual([null, 'SIGKILL']);
    expect(await exists(join(out, 'model'))).toBe(false);
    expect((await checkpointsOf(out)).length).toBeGreaterThan(0);
    await expectSameWeights(out);
    const left = (await readdir(out, { recursive: true })).filter((name) => name.includes('.part'));
    expect(left).toEqual([]);
  });

  it('by Ctrl-C ends with code 130 and a sentence, keeps a checkpoint, and continues with --resume', async () => {
    const out = join(workplace.folder, 'interrupted');
    const { code, stderr, stdout } = await interrupt(out, 'SIGINT');
    expect([code, stderr]).toEqual([130, expect.stringContaining('Stopping and saving results so far')]);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^Stopped in epoch \d after \d of 5 steps; a checkpoint is kept, and the same command with --resume continues from it\.$/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect((await checkpointsOf(out)).length).toBeGreaterThan(0);
    await expectSameWeights(out);
  });

  it('while features are prepared ends with code 130, and the same command continues', async () => {
    const out = join(workplace.folder, 'early');
    const store = join(workplace.folder, 'other-store');
    const { child, outcome } = startPolytag([...argumentsOf(out), `inputs.store=${store}`], {
      cwd: workplace.folder,
    });
    // The hashes of the audio files are written right before the first clip is decoded.
    while (child.exitCode === null && !(await exists(join(store, 'content-hashes.json')))) await wait(2);
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/^Stopped .*the same command.* continues from/m),
    ]);
    expect(await exists(join(out, 'model'))).toBe(false);
  });
});

describe.skipIf(await isMissing('small disk'))('a run on a disk that is full', () => {
  /** Runs on a disk of a size, lists the checkpoints, gives the disk more room and goes on. */
  async function runOnDisk(kilobytes: number): Promise<string[]> {
    const disk = join(workplace.folder, `disk${kilobytes}`);
    const out = join(disk, 'run');
    const script = `
      mkdir -p "$1" && mount -t tmpfs -o size=${kilobytes}k tmpfs "$1" || exit 99
      disk=$1 out=$2
      shift 2
      "$@" 2>"$disk.stderr"; echo "code $?"
      ls "$out/checkpoints"
      mount -o remount,size=64m "$disk"
      "$@" --resume >/dev/null 2>"$disk.resumed"; echo "resumed $?"
      cp "$out/model/weights.safetensors" "$disk.weights"`;
    const { stdout } = await startProgram(
      'unshare',
      ['-rm', 'sh', '-c', script, 'sh', disk, out, ...polytagCommand, ...argumentsOf(out)],
      { cwd: workplace.folder, env: { ...process.env, POLYTAG_CACHE: join(workplace.folder, 'cache') } },
    ).outcome;
    expect(await readFile(`${disk}.stderr`, 'utf8')).toMatch(/The disk is full: /);
    expect((await readFile(`${disk}.weights`)).equals(expected)).toBe(true);
    return [stdout, await readFile(`${disk}.stderr`, 'utf8')];
  }

  it('in training ends with code 1 and a sentence, keeps its checkpoints and continues when there is room', async () => {
    const checkpoint = await stat(
      join(
        workplace.folder,
        'whole',
        'checkpoints',
        (await checkpointsOf(join(workplace.folder, 'whole')))[0],
      ),
    );
    // Room for two and a half: one is written beside two.
    const [stdout, stderr] = await runOnDisk(Math.ceil((checkpoint.size * 2.5) / 1024));
    expect(stdout).toMatch(/^code 1\nepoch-\d{4}-step-\d{6}\.safetensors\n/);
    expect(stdout).toMatch(/^resumed 0$/m);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^The disk is full: .+checkpoints.+ could not be written; free some space and run the same command again with --resume\.$/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('when the report is written ends with code 1 and a sentence, and everything before is kept', async () => {
    const [stdout, stderr] = await runOnDisk(1024);
    expect(stdout).toMatch(/^code 1\n(epoch-\d{4}-step-\d{6}\.safetensors\n){2}resumed 0\n$/);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^The disk is full: .+report\.html could not be written/,
    );
  });
});

describe('a run that goes on with other files than it began with', () => {
  const begin = async (out: string): Promise<void> => {
    const { code } = await run(out, '--pause-after', '1');
    expect(code).toBe(0);
  };
  const clips = async (): Promise<string[]> =>
    (await readdir(workplace.corpus, { recursive: true })).filter((name) => name.endsWith('.mp3')).sort();

  it('is refused where a recording was replaced', async () => {
    const out = join(workplace.folder, 'replaced');
    await begin(out);
    const [one, other] = (await clips()).map((name) => join(workplace.corpus, name));
    const before = await readFile(one);
    await copyFile(other, one);
    const { code, stderr } = await run(out, '--resume');
    await writeFile(one, before);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^The audio files have changed since the checkpoints in .* were written; put the/m,
      ),
    ]);
    await expectSameWeights(out);
  });

  it('is refused where words were changed, in the vocabulary or not', async () => {
    const out = join(workplace.folder, 'reworded');
    await begin(out);
    const lyrics = join(workplace.corpus, 'lyrics');
    const [name] = (await readdir(lyrics)).filter((file) => file.endsWith('.txt')).sort();
    const before = await readFile(join(lyrics, name), 'utf8');
    for (const changed of [
      `quixotic zephyr quixotic zephyr\n${before}`,
      before.split(/\s+/).reverse().join(' '),
    ]) {
      await writeFile(join(lyrics, name), changed);
      const { code, stderr } = await run(out, '--resume');
      await writeFile(join(lyrics, name), before);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^The words have changed since the checkpoints in .* were written; put the/m),
      ]);
    }
    await expectSameWeights(out);
  });
});
