import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

describe('polytag data prepare', () => {
  let workplace: Workplace;
  beforeAll(async () => {
    workplace = await makeWorkplace();
    const clips = (await readdir(workplace.corpus, { recursive: true })).filter((name) =>
      name.endsWith('.mp3'),
    );
    const [inPart, wholly] = clips.sort().map((name) => join(workplace.corpus, name));
    const bytes = await readFile(inPart);
    await writeFile(inPart, bytes.fill(0x55, 2000, 2300));
    await writeFile(wholly, 'no sound at all');
  });
  afterAll(() => workplace.remove());

  it('computes what a config needs once, counts what is damaged, and follows the policy', async () => {
    const prepare = (...more: string[]): ReturnType<typeof polytag> =>
      polytag(['data', 'prepare', workplace.config, ...more], { cwd: workplace.folder });
    const first = await prepare('--json');
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ clips: 64, left_out: 1, kept_in_part: 1 });
    expect(first.stderr).toMatch(/1 of 64 recordings could not be decoded and are left out/);
    expect(first.stderr).toMatch(/1 of 64 recordings are damaged, and what is good of them is used/);
    const again = await prepare('inputs.damaged_audio=skip');
    expect(again.stdout).toMatch(/^64 clips are ready \(mel and waveform\), 2 left out, 0 kept in part/);
    const strict = await prepare('inputs.damaged_audio=fail');
    expect(strict.code).toBe(1);
    expect(strict.stderr).toMatch(/2 of 64 recordings cannot be decoded, wholly or in part; the first: /);
  });
});
