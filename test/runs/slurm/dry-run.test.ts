import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, polytag } from '../../workplace.js';

describe('polytag tag --launcher slurm --dry-run', () => {
  let folder: string;
  const launch = (...args: string[]): Promise<Outcome> =>
    polytag(['tag', '--manifest', 'm.jsonl', '--out', 'parts', '--launcher', 'slurm', ...args], {
      cwd: folder,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-dry-'));
    await mkdir(join(folder, 'run'));
    await writeFile(join(folder, 'a.mp3'), 'a');
    expect((await polytag(['tag', 'manifest', 'a.mp3', '--out', 'm.jsonl'], { cwd: folder })).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prints the script and leaves no trace', async () => {
    const { code, stdout, stderr } = await launch(
      ...['--dry-run', '--model', 'run', '--embedding', '--threshold', '0.3', '--shards', '8'],
      ...['--slurm', 'time=08:00:00', 'account=music'],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^#SBATCH --array=1-8$/m);
    expect(stdout).toMatch(/^#SBATCH --time=08:00:00\n#SBATCH --account=music$/m);
    const command = stdout.split('\n').find((line) => line.startsWith('exec '));
    expect(command).toMatch(` --manifest ${join(folder, 'm.jsonl')} --shard "$SLURM_ARRAY_TASK_ID"/8 `);
    expect(command).toMatch(` --model ${join(folder, 'run')} --embedding --threshold 0.3`);
    expect(await readdir(folder)).not.toContain('parts');
  });

  it.each([
    [['--shards', '2'], /^Give --model/],
    [['--model', 'musicnn-mtt'], /--launcher needs --shards N/],
    [['--model', 'musicnn-mtt', '--shards', '0'], /--shards must be a whole number from 1/],
    [['--model', 'musicnn-mtt', '--shards', '2', '--slurm', 'array=1-9'], /--slurm array cannot be given/],
    [['--model', 'musicnn-mtt', '--shards', '2', '--slurm', '8 h'], /is not an option of sbatch/],
    [['--model', 'musicnn-mtt', '--shards', '2', '--shard', '1/2'], /give --shards N instead of --shard/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await launch('--dry-run', ...args);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(message);
  });
});
