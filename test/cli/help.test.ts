/** The help of every command: examples, types, and nothing that runs into another column. */
import { expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.js';
import { runHere } from './in-process.js';

async function helpOf(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  try {
    expect(await main([...words, '--help'])).toBe(0);
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

/** The words of the commands that a help lists. */
const listed = (help: string): string[][] =>
  [
    ...(help.split('Commands:\n')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}polytag ((?:[a-z0-9-]+ ?)+)/gm),
  ].map(([, words]) => words.trim().split(' '));

async function everyHelp(words: string[] = []): Promise<[string, string][]> {
  const help = await helpOf(...words);
  const below: [string, string][] = [];
  for (const own of listed(help)) below.push(...(await everyHelp(own)));
  return [[words.join(' '), help], ...below];
}

it('every command has two examples or more, and every option a type', { timeout: 300_000 }, async () => {
  const helps = await everyHelp();
  expect(helps.length).toBeGreaterThan(30);
  const poor = helps.filter(
    ([, help]) => (help.split('Examples:')[1]?.match(/^ {2}polytag /gm) ?? []).length < 2,
  );
  expect(poor.map(([name]) => name)).toEqual([]);
  for (const [name, help] of helps) {
    // One option with all its lines, up to the next one or the end of its paragraph.
    const options = help
      .split('Examples:')[0]
      .split(/\n(?= {2}(?:--|[a-z]))|\n\n/)
      .filter((text) => text.startsWith('  --'));
    const untyped = options.filter((text) => !/\[(string|number|boolean|array|choices)/.test(text));
    expect([name, untyped]).toEqual([name, []]);
    expect([
      name,
      help.split('\n').filter((line) => /\S\[(string|number|boolean|array|choices)/.test(line)),
    ]).toEqual([name, []]);
  }
});

it('shows numbers as numbers, with their defaults', async () => {
  expect(await helpOf('sweep')).toMatch(/--retries .*\[number\] \[default: 5\]/);
  expect(await helpOf('compare')).toMatch(/--samples .*\[number\] \[default: 2000\]/);
});

it('lists for a subcommand only what it takes', async () => {
  const help = await helpOf('tag', 'verify');
  const options = [...help.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  expect(options.sort()).toEqual(['help', 'json', 'manifest', 'part-bytes', 'parts', 'verbose', 'version']);
});

it('is what polytag prints without a command', async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  const code = await main([]);
  log.mockRestore();
  expect([code, lines.join('\n')]).toEqual([0, expect.stringContaining('polytag run <config>')]);
});

it.each([
  [
    ['run', 'a.yaml', '--dry-rum'],
    'Unknown option: --dry-rum. Did you mean --dry-run? See "polytag run --help".\n',
  ],
  [
    ['run', 'a.yaml', '--dry-rum', '--x'],
    'Unknown options: --dry-rum, --x. Did you mean --dry-run? See "polytag run --help".\n',
  ],
  [['frobnicate', 'x'], 'There is no command "polytag frobnicate". See "polytag --help".\n'],
  [
    ['data', 'tracks', 'import', 'x'],
    'There is no command "polytag data tracks". See "polytag data --help".\n',
  ],
  [
    ['models', 'pull'],
    'An argument is missing: polytag models pull <names..>. See "polytag models pull --help".\n',
  ],
  [
    ['models', 'pull', 'musicnn'],
    'There is no published model "musicnn"; did you mean musicnn-mtt? There are musicnn-mtt, musicnn-msd, vgg-mtt, vgg-msd, swift-f0, basic-pitch and those of "polytag models list --known".\n',
  ],
  [
    ['compare', 'a', '--out', 'b', '--samples', 'many'],
    '--samples must be a whole number from 0, not "many".\n',
  ],
])('%j', async (args, message) => {
  expect(await runHere(...args)).toMatchObject({ code: 2, stderr: message });
});
