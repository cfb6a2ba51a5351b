import { expect, it } from 'vitest';
import type { RunReport } from '../../src/eval/run-report.js';
import type { Html } from '../../src/report/kit/html.js';
import { slicesSection } from '../../src/report/pages/run/slices.js';

const report = (slices?: object): RunReport =>
  ({ metrics: { examples: 12, slices } }) as unknown as RunReport;

it('shows chunks and recordings by every rule, each with its number of decisions', () => {
  const result = (value: number) => ({ f1_weighted: value, accuracy: value + 0.01 });
  const section = slicesSection(
    report({
      count: 1234,
      per_slice: result(0.5),
      per_recording: {
        vote: result(0.61),
        majority: result(0.62),
        mean_log_probability: result(0.63),
        mean_probability: result(0.64),
      },
    }),
  )!;
  const rows = [...(section.html as Html).text.matchAll(/<th scope="row">(.*?)<\/th>(.*?)<\/tr>/gs)].map(
    ([, name, cells]) => [
      name.replace(/<wbr>/g, ''),
      ...cells
        .replace(/<\/?td>/g, ' ')
        .trim()
        .split(/\s+/),
    ],
  );
  expect(rows.map(([name, ...cells]) => [name.split(':')[0], ...cells])).toEqual([
    ['Each chunk alone', '1,234', '0.500', '0.510'],
    ['Recording', '12', '0.610', '0.620'],
    ['Recording', '12', '0.620', '0.630'],
    ['Recording', '12', '0.630', '0.640'],
    ['Recording', '12', '0.640', '0.650'],
  ]);
});

it('is left out where every recording has one chunk', () => {
  expect(slicesSection(report())).toBeNull();
});
