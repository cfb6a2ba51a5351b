/** polytag classify: a run of classes is asked about recordings, good and bad, and links. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toneFile, tonesFolder } from '../data/sets/fixtures.js';
import { type Outcome, polytag } from '../workplace.js';

let workplace: string;
const run = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: workplace });

beforeAll(async () => {
  workplace = await tonesFolder({
    'asked/one.wav': toneFile(232, 3),
    'asked/two.wav': toneFile(452, 3),
    'asked/bad.wav': new TextEncoder().encode('no sound'),
  });
  const { code, stderr } = await run('run', 'tones.yaml', '--out', 'run');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
});
afterAll(() => rm(workplace, { recursive: true, force: true }));

/** What classify says as JSON, by name. */
async function classified(...args: string[]): Promise<Map<string, Record<string, unknown>>> {
  const { code, stdout } = await run('classify', ...args, '--model', 'run', '--json');
  expect(code).toBe(0);
  return new Map((JSON.parse(stdout) as { name: string }[]).map((one) => [one.name, one]));
}

describe('polytag classify', () => {
  it('gives class, votes, probability and margin; no verdict before one is fitted', async () => {
    const rows = await classified('asked', '--snippets', '8');
    expect(rows.get('asked/one.wav')).toMatchObject({
      ...{ class: 'high', snippets: 8, duration: 3, confusing: null, error: null, warning: null },
    });
    expect(rows.get('asked/two.wav')).toMatchObject({ class: 'low' });
    expect(rows.get('asked/bad.wav')!.error).toMatch(/^asked\/bad\.wav .+\.$/);
    const { votes, share, probability, probabilities } = rows.get('asked/one.wav')! as {
      votes: number;
      share: number;
      probability: number;
      probabilities: Record<string, number>;
    };
    expect(share).toBeCloseTo(votes / 8, 4);
    expect(probability).toBe(probabilities.high);
    expect(await classified('asked', '--snippets', '8')).toEqual(rows);
  });

  it('prints a table, says that verdicts are not known, and refuses links into its own network', async () => {
    const links = ['http://127.0.0.1:9/a.mp3', 'http://2852039166/latest', 'gopher://x/y'];
    const { code, stdout, stderr } = await run('classify', 'asked/one.wav', ...links, '--model', 'run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^recording +class +votes +probability +margin/);
    expect(stdout).toMatch(/^asked\/one\.wav +high +\d+ of 13/m);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:9\/a\.mp3 .+127\.0\.0\.1 is not a public address/m);
    expect(stdout).toMatch(/169\.254\.169\.254 is not a public address/);
    expect(stdout).toMatch(/only links of http and https are/);
    expect(stderr).toContain('The model does not know when a vote is confusing');
    const strict = await run('classify', links[0], '--model', 'run', '--strict');
    expect([strict.code, strict.stderr]).toEqual([
      1,
      expect.stringContaining('1 recording of 1 could not be classified'),
    ]);
  });

  it('fits when a vote is confusing, with precision and recall, and says so then', async () => {
    const fitted = await run('classify', 'fit', 'run', '--mixes', '12', '--json');
    expect(fitted.code).toBe(0);
    const confusion = JSON.parse(fitted.stdout);
    expect(confusion.mixes).toBe(confusion.recordings);
    expect(confusion.mixes).toBeGreaterThanOrEqual(4);
    expect(confusion.recall).toBeGreaterThanOrEqual(0);
    const rows = await classified('asked');
    for (const name of ['asked/one.wav', 'asked/two.wav']) {
      const { margin, confusing } = rows.get(name) as { margin: number; confusing: boolean };
      expect(confusing).toBe(margin < confusion.margin);
    }
    const { stderr } = await run('classify', 'asked/one.wav', '--model', 'run');
    expect(stderr).toMatch(
      /A vote with a margin below \S+ is confusing: precision .+ %, recall .+ % on \d+ mixes/,
    );
  });

  it('refuses wrong use in one sentence', async () => {
    for (const [args, sentence] of [
      [['--model', 'run'], 'Give files, folders, playlists or links to classify'],
      [['asked', '--model', 'run', '--with', 'yt-dlp'], '--with yt-dlp is for links, and none is given'],
      [['asked', '--model', 'run', '--snippets', '0'], '--snippets'],
      [['asked', '--model', 'none'], 'There is no model "none"'],
      [['asked'], '--model'],
    ] as const) {
      const { code, stderr } = await run('classify', ...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    }
  });
});
