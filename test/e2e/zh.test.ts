/** The commands of docs/zh.md, in order, on a corpus in the form that the page describes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { exists } from '../../src/base/files.js';
import { randomGenerator } from '../../src/base/random.js';
import { isMissing } from '../requirements.js';
import { encode } from '../text/encoded-texts.js';
import { type Outcome, polytag, polytagCommand, startProgram } from '../workplace.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(project, 'docs', 'zh.md'), 'utf8');

/** Code blocks of a language, in order, with the heading that they stand below. */
function blocks(language: string): { heading: string; code: string }[] {
  return page.split(/^## /m).flatMap((section) =>
    Array.from(section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm), ([, own, code]) => ({
      heading: section.split('\n')[0],
      language: own,
      code,
    })).filter((block) => block.language === language),
  );
}

const INSTALLATION = '安装';
const commands = blocks('sh')
  .filter(({ heading }) => heading !== INSTALLATION)
  .flatMap(({ code }) => code.trim().split('\n'));

const HAPPY = ['阳光', '微笑', '跳舞', '快乐', '春天', '拥抱', '歌声', '自由'];
const SAD = ['眼泪', '孤独', '离别', '寒冬', '叹息', '旧街口', '遗憾', '黑夜'];
const TRADITIONAL: Record<string, string> = {
  阳光: '陽光',
  快乐: '快樂',
  拥抱: '擁抱',
  歌声: '歌聲',
  眼泪: '眼淚',
  孤独: '孤獨',
  离别: '離別',
  叹息: '嘆息',
  旧街口: '舊街口',
  遗憾: '遺憾',
};

const SONGS = 64;
const RATE = 16_000;
const SECONDS = 3;

/** Songs by 16 singers: the mood is in the words, arousal in the sound, a third of them is Cantonese in traditional characters. */
async function makeCorpus(folder: string): Promise<void> {
  const random = randomGenerator(1, 'test', 'chinese corpus');
  await mkdir(join(folder, '歌词'), { recursive: true });
  await mkdir(join(folder, '音频'));
  const rows = ['编号,歌名,歌手,语言,情感,效价,唤醒'];
  for (let i = 0; i < SONGS; i++) {
    const id = String(i + 1).padStart(3, '0');
    const singer = `歌手${'甲乙丙丁戊己庚辛子丑寅卯辰巳午未'[i % 16]}`;
    const cantonese = i % 3 === 1;
    const happy = random.integer(2) === 1;
    const loud = random.integer(2) === 1;
    rows.push(
      `${id},第${id}首,${singer},${cantonese ? '粤语' : '国语'},${happy ? '快乐' : '悲伤'},${happy ? 0.5 : -0.5},${loud ? 0.6 : -0.4}`,
    );
    const written = (word: string): string => (cantonese ? (TRADITIONAL[word] ?? word) : word);
    const lines = Array.from({ length: 8 }, () => {
      const [one, other] = [0, 1].map(() => written(random.pick(happy ? HAPPY : SAD)));
      return cantonese ? `${one}還在${other}的夢裡` : `${one}还在${other}的梦里`;
    });
    // Mandarin as players write it, Cantonese as plain text; every fourth in the encoding of an old Windows.
    const text = cantonese
      ? `${lines.join('\n')}\n`
      : [`[00:00.00]第${id}首 - ${singer}`, `[00:01.00]作词：${singer}`]
          .concat(lines.map((line, n) => `[00:${10 + n}.00]${line}`))
          .join('\n');
    await writeFile(
      join(folder, '歌词', `${id}.${cantonese ? 'txt' : 'lrc'}`),
      encode(text, i % 4 === 3 ? (cantonese ? 'big5' : 'gb18030') : 'utf-8'),
    );
    const samples = Float32Array.from(
      { length: RATE * SECONDS },
      (_, t) =>
        (loud ? 0.7 : 0.05) * Math.sin((2 * Math.PI * (loud ? 880 : 220) * t) / RATE) +
        0.01 * (random.uniform() - 0.5),
    );
    await writeFile(join(folder, '音频', `${id}.wav`), encodeWav([samples], RATE));
  }
  await writeFile(join(folder, '曲目.csv'), encode(`${rows.join('\r\n')}\r\n`, 'gb18030'));
  await writeFile(join(folder, '用户词典.txt'), encode('旧街口 1000 n\r\n云南白药 1000 n\r\n', 'gb18030'));
  await writeFile(join(folder, '停用词.txt'), '还在\n的\n里\n');
}

const lacksSegmenter = await isMissing('nodejieba');
const noLinux = await isMissing('linux');

describe('docs/zh.md', () => {
  it('installs as the README does', async () => {
    const readme = await readFile(join(project, 'README.md'), 'utf8');
    const lines = blocks('sh')
      .filter(({ heading }) => heading === INSTALLATION)
      .flatMap(({ code }) => code.trim().split('\n'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(readme).toContain(line);
  });

  it('is named in the README and by the other pages about lyrics', async () => {
    for (const file of ['README.md', 'docs/lyrics.md', 'docs/encodings.md'])
      expect(await readFile(join(project, file), 'utf8'), file).toMatch(/\((?:docs\/)?zh\.md[#)]/);
  });
});

describe.skipIf(lacksSegmenter || noLinux)('the commands of docs/zh.md', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-zh-'));
    await makeCorpus(join(folder, '语料'));
    // What the commands write does not depend on how long the page has them train.
    for (const { code } of blocks('yaml'))
      await writeFile(
        join(folder, /^# (\S+\.yaml)\n/.exec(code)![1]),
        code.replace('epochs: 30', 'epochs: 4'),
      );
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inShell = polytagCommand.map((word) => `'${word}'`).join(' ');
  const outputs = new Map<string, string>();
  /** Runs a command; what a shell changes nothing of runs in this process. */
  const run = (command: string): Promise<Outcome> => {
    const [, words] = /^npx polytag ([^|<>&;'"$*?\n\\]+)$/.exec(command.trim()) ?? [];
    if (words !== undefined) return polytag(words.trim().split(/ +/), { cwd: folder });
    return startProgram('bash', ['-ec', command.replace('npx polytag', inShell)], {
      cwd: folder,
      env: { ...process.env, POLYTAG_CACHE: join(folder, 'cache') },
    }).outcome;
  };

  it.each(commands)(
    '%s',
    async (command) => {
      const { code, stdout, stderr } = await run(command);
      expect(code, stderr).toBe(0);
      outputs.set(command, stdout);
      for (const [, made] of command.matchAll(/--(?:out|plot) (\S+)/g))
        expect(await exists(join(folder, made)), made).toBe(true);
    },
    120_000,
  );

  it('write the files that the page names', async () => {
    const named = [...page.matchAll(/`((?:reports\/\S+?|[^\s`]+\.(?:html|txt\.json)))`/g)].map(
      ([, path]) => path,
    );
    const paths = named.filter((path) => /\p{Script=Han}/u.test(path));
    expect(paths.length).toBeGreaterThan(4);
    for (const path of paths) expect(await exists(join(folder, path)), path).toBe(true);
  });

  it('show what the page says of them', async () => {
    const of = (part: string): string => outputs.get(commands.find((command) => command.includes(part))!)!;
    expect(of('歌词/001.lrc')).not.toContain('歌手');
    expect(of('001.lrc --tags')).toMatch(/(?:^| )的\/uj(?: |$)/m);
    expect(of('002.txt --script simplified')).not.toMatch(/[還夢裡]/);
    expect(of('--dictionary 语料/用户词典.txt --stop-words')).not.toMatch(/(?:^| )(?:的|我)(?: |$)/m);
    expect((await readFile(join(folder, '权重.csv'))).subarray(0, 3)).toEqual(Buffer.from('\ufeff'));
    const metrics = JSON.parse(await readFile(join(folder, 'reports/歌词/metrics.json'), 'utf8'));
    expect(Object.keys(metrics.breakdown.语言)).toEqual(['国语', '粤语']);
    const quadrants = JSON.parse(await readFile(join(folder, 'reports/象限/metrics.json'), 'utf8'));
    expect(quadrants.labels).toBe(4);
  });
});
