import { afterEach, expect, it, vi } from 'vitest';
import { startProgress } from '../../src/base/progress.js';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('shows lines also while a computation blocks the event loop', () => {
  vi.useFakeTimers();
  let shown = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  const progress = startProgress('Cells', 6, 'cells');
  for (let cell = 1; cell <= 6; cell++) {
    // The clock goes on, and no timer is called.
    vi.setSystemTime(Date.now() + 4000);
    progress.update(cell);
  }
  progress.stop();
  expect(shown.match(/\d\/6 cells/g)).toEqual([
    '0/6 cells',
    '2/6 cells',
    '4/6 cells',
    '6/6 cells',
    '6/6 cells',
  ]);
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
