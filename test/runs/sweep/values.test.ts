import { describe, expect, it } from 'vitest';
import { gridSettings, randomSettings } from '../../../src/runs/sweep/settings.js';
import { parseSweepWords, splitValues } from '../../../src/runs/sweep/values.js';
import fc from '../../fast-check.js';

const valuesOf = (word: string): string[] | null => {
  const [key] = parseSweepWords([word]).swept;
  return key?.kind === 'list' ? key.values : null;
};

describe('the words of a sweep', () => {
  it.each<[string, string[]]>([
    ['a=1,2,3', ['1', '2', '3']],
    ['a=0.01, 1e-3 ,1E-4', ['0.01', '0.001', '0.0001']],
    ['a=[16,32],[32,64]', ['[16,32]', '[32,64]']],
    [
      'a={kind: concat, features: 8},{kind: late-average}',
      ['{kind: concat, features: 8}', '{kind: late-average}'],
    ],
    ['a="x,y",z', ['"x,y"', 'z']],
    ['a="x\\",y",z', ['"x\\",y"', 'z']],
    ["a='x,y',it's", ["'x,y'", "it's"]],
    ['a=null,true', ['null', 'true']],
    ['a=range(1,4)', ['1', '2', '3']],
    ['a=range(1,12,3)', ['1', '4', '7', '10']],
    ['a=range(3,0,-1)', ['3', '2', '1']],
    ['a=range(0,0.3,0.1)', ['0', '0.1', '0.2']],
    ['a=log_range(0.001,0.1,3)', ['0.001', '0.01', '0.1']],
    ['a=log_range(8,1,4)', ['8', '4', '2', '1']],
    ['a=choice(x,[1,2])', ['x', '[1,2]']],
    ['+a=1,2', ['1', '2']],
  ])('%s', (word, values) => {
    expect(valuesOf(word)).toEqual(values);
  });

  it('leaves single values, removals and what is no assignment as they are, in their order', () => {
    const words = ['a=1', '~b', 'c=[1,2]', 'd="x,y"', 'nonsense', 'e=', 'f=x(1'];
    expect(parseSweepWords(words.slice(0, 6))).toEqual({ fixed: words.slice(0, 6), swept: [] });
    expect(() => parseSweepWords(words)).toThrow(/The brackets in "f=x\(1" do not match/);
  });

  it.each<[string, RegExp]>([
    ['a=1,,2', /"a=1,,2" has an empty value between commas/],
    ['a=1,', /has an empty value/],
    ['a=,1', /has an empty value/],
    ['a=[1,2', /The brackets in "a=\[1,2" do not match/],
    ['a="1,2', /The quotes in .* do not match/],
    ['a=range(1,5,0)', /does not end: its step is 0/],
    ['a=range(1,5,-1)', /has no values: steps of -1 do not lead from 1 to 5/],
    ['a=range(5,5)', /has no values/],
    ['a=range(1,Infinity)', /cannot be read; write range\(start,stop,step\) with numbers/],
    ['a=range(0,1,1e-9)', /has 1000000000 values; at most 10000 can be swept/],
    ['a=range(1)', /cannot be read; write range/],
    ['a=range(1,x)', /cannot be read; write range/],
    ['a=log_range(0,1,3)', /takes two numbers above 0/],
    ['a=log_range(1,2,2.5)', /takes two numbers above 0/],
    ['a=choice()', /has no values; write choice/],
    ['a=uniform(1,1)', /1 is not below 1/],
    ['a=log_uniform(0,1)', /both ends of log_uniform must be above 0/],
    ['a=int(0.5,3)', /both ends of int must be whole numbers/],
    ['a=rnage(1,5)', /there is no function "rnage"; the nearest is "range"/],
  ])('refuses %s', (word, message) => {
    expect(() => parseSweepWords([word])).toThrow(message);
  });

  it('refuses a key that is swept twice', () => {
    expect(() => parseSweepWords(['a=1,2', 'a=3,4'])).toThrow(/a is swept twice/);
  });

  it('splits what JSON writes back into its parts', () => {
    const part = fc.json({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        expect(splitValues(parts.join(','), 'word')).toEqual(parts.map((text) => text.trim()));
      }),
    );
  });

  it('never fails but with a sentence', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseSweepWords([`a=${text}`]);
        } catch (error) {
          expect(error).toMatchObject({ name: 'UsageError' });
        }
      }),
    );
  });
});

describe('settings', () => {
  it('of a grid are all combinations, the last key fastest', () => {
    const { swept } = parseSweepWords(['a=1,2', 'b=x,y,z']);
    expect(gridSettings(swept).map((setting) => [...setting.values()].join(''))).toEqual([
      ...['1x', '1y', '1z', '2x', '2y', '2z'],
    ]);
    expect(gridSettings([])).toEqual([new Map()]);
    expect(() => gridSettings(parseSweepWords(['a=int(1,3)']).swept)).toThrow(/--search random --trials N/);
    const many = parseSweepWords(['a=range(0,1000)', 'b=range(0,1000)']).swept;
    expect(() => gridSettings(many)).toThrow(/more than 100000 settings/);
  });

  it('drawn at random stay in their ranges, depend on seed and number alone, and are spread evenly', () => {
    const { swept } = parseSweepWords(['a=uniform(2,3)', 'b=log_uniform(1e-4,1)', 'c=int(1,3)', 'd=x,y']);
    const settings = randomSettings(swept, 600, 7);
    expect(randomSettings(swept, 50, 7)).toEqual(settings.slice(0, 50));
    expect(randomSettings(swept, 50, 8)).not.toEqual(settings.slice(0, 50));
    const numbers = (key: string): number[] => settings.map((setting) => Number(setting.get(key)));
    for (const [key, low, high] of [
      ['a', 2, 3],
      ['b', 1e-4, 1],
      ['c', 1, 3],
    ] as const)
      for (const value of numbers(key)) expect(value >= low && value <= high, `${key} ${value}`).toBe(true);
    const share = (values: number[], test: (value: number) => boolean): number =>
      values.filter(test).length / values.length;
    expect(share(numbers('a'), (value) => value < 2.5)).toBeCloseTo(0.5, 1);
    // Half of a logarithmic range lies below its geometric mean.
    expect(share(numbers('b'), (value) => value < 1e-2)).toBeCloseTo(0.5, 1);
    for (const value of [1, 2, 3]) expect(share(numbers('c'), (one) => one === value)).toBeCloseTo(1 / 3, 1);
    expect(settings.filter((setting) => setting.get('d') === 'x').length / 600).toBeCloseTo(0.5, 1);
  });
});
