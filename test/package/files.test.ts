/** What the package holds: everything that its README and its own code point to. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_MAPPING } from '../../src/hub/mapping-file.js';

const root = join(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const { files, license } = JSON.parse(read('package.json')) as { files: string[]; license: string };
const isPacked = (path: string): boolean =>
  files.some((entry) => path === entry || path.startsWith(`${entry}/`));

describe('the package', () => {
  it('holds every file that it lists', () => {
    for (const file of files.filter((name) => name !== 'dist' && !name.startsWith('!')))
      expect(existsSync(join(root, file)), file).toBe(true);
  });

  it('holds the pages that the README links to', () => {
    const links = [...read('README.md').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(existsSync(join(root, link)), link).toBe(true);
      if (link.startsWith('docs/')) expect(isPacked(link), link).toBe(true);
    }
  });

  it('has every page of its documentation in the README', () => {
    const readme = read('README.md');
    const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name.replaceAll('\\', '/')}`);
    expect(pages).toContain('docs/measured/five-groups.md');
    expect(pages.filter((page) => !readme.includes(`(${page})`))).toEqual([]);
  });

  it('has a source for every script that is compiled with the benchmarks', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const compiled = Object.values(scripts).flatMap(
      (script) => /dist\/with-bench\/(\S+)\.js/.exec(script)?.[1] ?? [],
    );
    expect(compiled.length).toBeGreaterThan(8);
    const { include } = JSON.parse(read('bench/tsconfig.json')) as { include: string[] };
    // Another list of files has once lacked one.
    expect(include).toContain('*.ts');
    for (const path of compiled) expect(existsSync(join(root, `${path}.ts`)), path).toBe(true);
  });

  it('shows every command as it is typed in a checkout and in a project: npx polytag', () => {
    const inFolder = (folder: string): string[] =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(md|yaml)$/.test(name))
        .map((name) => `${folder}/${name}`);
    const names = ['README.md', 'CONTRIBUTING.md', 'experiments/README.md'].concat(
      inFolder('docs'),
      inFolder('configs'),
    );
    const commands =
      'classify|compare|data|doctor|engine|evaluate|features|models|run|runs|setup|similar|study|sweep|tag|text|transcribe';
    const bare = new RegExp(`(?:^|[^\\w/.@-])(?<!npx )polytag (?:${commands})\\b`);
    const lines = names.flatMap((name) =>
      read(name)
        .split('\n')
        .map((line) => `${name}: ${line}`),
    );
    expect(lines.filter((line) => line.includes('npx polytag')).length).toBeGreaterThan(100);
    expect(lines.filter((line) => bare.test(line))).toEqual([]);
  });

  it('holds the mapping that models import offers as an example', () => {
    expect(isPacked(EXAMPLE_MAPPING.slice(root.length + 1))).toBe(true);
  });

  it('has the licence that it names', () => {
    expect(read('LICENSE')).toMatch(
      new RegExp(`^${license} License\n\nCopyright \\(c\\) 2026 polytag contributors`),
    );
  });

  it('names the licences of the packages that are installed with it', () => {
    expect(() =>
      execFileSync(process.execPath, ['scripts/licences.js', '--check'], { cwd: root }),
    ).not.toThrow();
  });

  it('shows every example of its library on one page', () => {
    const page = read('docs/library.md');
    const sources = ['src/index.ts', 'src/browser.ts'].map(read).join('\n');
    const examples = [...sources.matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, code]) =>
      code.replace(/^ \* ?/gm, '').trim(),
    );
    expect(examples.length).toBeGreaterThan(8);
    for (const example of examples) expect(page).toContain(example);
  });
});
