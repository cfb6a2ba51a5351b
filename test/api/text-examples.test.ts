/** The `@example` of every function of `polytag/text`, run as it stands. */
import { describe, expect, it } from 'vitest';
import { readExamples, runModule } from './read-examples.js';

const PRINTS: Record<string, RegExp> = {
  parseLrc: /^Rain \[ '2\.5 It rains', '10 下雨' \]$/m,
  sungText: /^下雨了 2$/m,
  loadTokenizer: /'爱', '音乐', '❤' \] (nodejieba|intl)$/m,
  toSimplified: /^爱着台湾$/m,
  stopWordsOf: /^true true$/m,
  countTerms: /^sun$/m,
  tfidf: /^2 2 1\.6931$/m,
};

const examples = await readExamples('text/index.ts');

describe('import … from "polytag/text"', () => {
  it('has an example for every function but topTerms, which stands in that of countTerms', async () => {
    const module = (await import('../../src/text/index.js')) as Record<string, unknown>;
    const functions = Object.keys(module).filter((name) => typeof module[name] === 'function');
    expect([...examples.map(({ name }) => name), 'topTerms'].sort()).toEqual(functions.sort());
    expect(Object.keys(PRINTS).sort()).toEqual(examples.map(({ name }) => name).sort());
  });

  it.each(examples)('$name: its example runs', async ({ name, code }) => {
    expect(await runModule(code)).toMatch(PRINTS[name]);
  });
});
