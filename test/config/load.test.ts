import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.js';
import { encode } from '../text/encoded-texts.js';

async function write(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-config-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const MODEL = 'model:\n  branches:\n    mel: {}\n';

describe('loadConfig', () => {
  it('reads a config in GB18030, with a name in any script', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-config-'));
    const text = `name: 中文情感\ndata: {set: tracks, table: 曲目.csv, target: 情绪}\n${MODEL}`;
    await writeFile(join(folder, 'a.yaml'), encode(text, 'gb18030'));
    const config = await loadConfig(join(folder, 'a.yaml'));
    expect(config).toMatchObject({ name: '中文情感', data: { table: '曲目.csv', target: '情绪' } });
    await writeFile(join(folder, 'b.yaml'), `name: two words\n${MODEL}`);
    await expect(loadConfig(join(folder, 'b.yaml'))).rejects.toThrow(/name: may hold letters of any script/);
  });

  it('names a full-width colon', async () => {
    const folder = await write({
      'a.yaml': `${MODEL}data:\n  set: tracks\n  target：情绪\n`,
      'b.yaml': 'name：x\n',
    });
    await expect(loadConfig(join(folder, 'a.yaml'))).rejects.toThrow(
      /not valid YAML: .* \(line 6 has a full-width colon "："; write ":" and a space\)\.$/,
    );
    await expect(loadConfig(join(folder, 'b.yaml'))).rejects.toThrow(
      /must be a map .*line 1 has a full-width/,
    );
  });

  it('writes every default out, and reads its own output to the same config', async () => {
    const folder = await write({ 'a.yaml': MODEL });
    const config = await loadConfig(join(folder, 'a.yaml'));
    expect(config.training.optimizer.learning_rate).toBe(0.001);
    expect(config.model.fusion).toMatchObject({ kind: 'self-attention', heads: 4, dropout: 0.5 });
    expect(config.inputs.mel).toEqual({ n_fft: 512, hop_length: 256, bands: 96 });
    await writeFile(join(folder, 'b.yaml'), stringify(config));
    expect(await loadConfig(join(folder, 'b.yaml'))).toEqual(config);
  });

  it('extends other files, nearest last, and the command line wins', async () => {
    const folder = await write({
      'base.yaml': `${MODEL}seed: 3\ntraining:\n  epochs: 7\n  batch_size: 4\n`,
      'a.yaml': 'extends: base.yaml\ntraining:\n  epochs: 9\n',
    });
    const config = await loadConfig(join(folder, 'a.yaml'), [
      'training.batch_size=2',
      'model.branches.lyrics={}',
    ]);
    expect([config.seed, config.training.epochs, config.training.batch_size]).toEqual([3, 9, 2]);
    expect(Object.keys(config.model.branches!)).toEqual(['mel', 'lyrics']);
    expect(Object.keys(config.inputs)).toContain('lyrics');
    expect(Object.keys(config.inputs)).not.toContain('waveform');
  });

  it('takes a branch away with ~, and its input goes with it', async () => {
    const folder = await write({
      'a.yaml': 'inputs:\n  lyrics: {unit: character}\nmodel:\n  branches:\n    mel: {}\n    lyrics: {}\n',
    });
    const config = await loadConfig(join(folder, 'a.yaml'), ['~model.branches.lyrics']);
    expect(Object.keys(config.model.branches!)).toEqual(['mel']);
    expect(config.inputs.lyrics).toBeUndefined();
  });

  it('lets another fusion start from its own defaults', async () => {
    const folder = await write({ 'a.yaml': `${MODEL}  fusion:\n    kind: self-attention\n    heads: 2\n` });
    const config = await loadConfig(join(folder, 'a.yaml'), ['model.fusion.kind=concat']);
    expect(config.model.fusion).toEqual({ kind: 'concat', hidden: 128, dropout: 0.5 });
  });

  it.each([
    [
      'an unknown key',
      `${MODEL}trainnig:\n  epochs: 3\n`,
      [],
      /a\.yaml, line 4: there is no key "trainnig"; the nearest known key is "training"\./,
    ],
    [
      'an unknown key inside',
      `${MODEL}training:\n  epochs: 3\n  batchsize: 3\n`,
      [],
      /a\.yaml, line 6: there is no key "training\.batchsize"; the nearest known key is "training\.batch_size"/,
    ],
    [
      'an unknown option of a fusion',
      `${MODEL}  fusion: {kind: self-attention, head: 3}\n`,
      [],
      /line 4: there is no key "model\.fusion\.head"; the nearest known key is "model\.fusion\.heads"/,
    ],
    [
      'a wrong type',
      `${MODEL}training:\n  epochs: many\n`,
      [],
      /a\.yaml, line 5: training\.epochs: must be a number, not "many"\./,
    ],
    ['an unknown kind', `${MODEL}  fusion: {kind: magic}\n`, [], /line 4: model\.fusion/],
    ['no branch', 'model:\n  branches: {}\n', [], /line 2: model\.branches: name at least one branch/],
    ['broken YAML', 'model: [1, 2\nseed: 3\n', [], /a\.yaml, line \d: not valid YAML/],
    ['a list', '- 1\n', [], /must be a map of keys/],
    ['an alias to nothing', 'data: {root: *nope}\n', [], /a\.yaml.*not valid YAML/],
    [
      'an alias bomb',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]`).join('\n')}\n`,
      [],
      /a\.yaml: not valid YAML: .*alias/i,
    ],
    ['a key of prototypes', `${MODEL}__proto__: {seed: 3}\n`, [], /There is no key "__proto__"/],
    ['the same in an override', MODEL, ['__proto__.loss.alpha=3'], /There is no key "__proto__"/],
    ['an override without a value', MODEL, ['training.epochs'], /"training\.epochs" is not an override/],
    [
      'an unknown key in an override',
      MODEL,
      ['training.epoch=3'],
      /the command line, "training\.epoch=3": there is no key "training\.epoch"; the nearest known key is "training\.epochs"/,
    ],
    ['a file that extends itself', 'extends: a.yaml\n', [], /extends itself/],
    [
      'a missing base',
      'extends: none.yaml\n',
      [],
      /There is no config .*none\.yaml \(extended by .*a\.yaml\)/,
    ],
  ])('says where and what for %s', async (_, text, overrides, message) => {
    const folder = await write({ 'a.yaml': text });
    await expect(loadConfig(join(folder, 'a.yaml'), overrides)).rejects.toThrow(message);
  });

  it.each([
    ['data.root=/data/my music #1/x', '/data/my music #1/x'],
    ['data.root=/data/x#1', '/data/x#1'],
    ['data.root="/data/my music #1"', '/data/my music #1'],
  ])('takes the whole word of the command line: %s', async (override, root) => {
    const folder = await write({ 'a.yaml': MODEL });
    expect((await loadConfig(join(folder, 'a.yaml'), [override])).data).toMatchObject({ root });
  });

  it('names a missing file', async () => {
    await expect(loadConfig('/nowhere/x.yaml')).rejects.toThrow('There is no config /nowhere/x.yaml');
  });
});
