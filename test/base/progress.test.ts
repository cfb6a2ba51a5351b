import { afterEach, expect, it, vi } from 'vitest';
import { startProgress } from '../../src/base/progress.js';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('knows the time left however often it is told the same', () => {
  vi.useFakeTimers();
  let shown = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  const progress = startProgress('Runs', 10, 'runs');
  for (let second = 1; second <= 300; second++) {
    vi.advanceTimersByTime(1000);
    progress.update(Math.floor(second / 60), `epoch ${second}`);
  }
  progress.stop();
  const lines = shown.split('\n').filter((line) => / [1-9]\/10 runs/.test(line));
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).not.toContain('unknown');
  // A run a minute, five to go.
  expect(lines.at(-1)).toMatch(/5\/10 runs, 5m0s left/);
});
