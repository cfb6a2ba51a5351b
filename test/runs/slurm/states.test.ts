import { describe, expect, it } from 'vitest';
import { describeEnd, parseSacct, parseSqueue, verdictOf } from '../../../src/runs/slurm/states.js';

/** As Slurm 22.05 prints it. */
const SQUEUE = `12                  3                   FAILED              9           JobLaunchFailure
12                  2                   FAILED              10752       NonZeroExitCode
12                  1                   FAILED              19200       NonZeroExitCode
12                  5                   COMPLETED           0           None
12                  4                   RUNNING             0           None
12                  6                   COMPLETING          0           None
12                  7                   PENDING             0           ReqNodeNotAvail, UnavailableNodes:n[1-2]
12                  8                   CANCELLED           15          None
`;

describe('parseSqueue', () => {
  const states = parseSqueue(SQUEUE);

  it('reads states, codes and signals', () => {
    expect(states.get('12_1')).toEqual({ kind: 'ended', end: { state: 'FAILED', exitCode: 75, signal: 0 } });
    expect(states.get('12_2')).toEqual({ kind: 'ended', end: { state: 'FAILED', exitCode: 42, signal: 0 } });
    expect(states.get('12_3')).toEqual({ kind: 'ended', end: { state: 'FAILED', exitCode: 0, signal: 9 } });
    expect(states.get('12_4')).toEqual({ kind: 'running' });
    expect(states.get('12_6')).toEqual({ kind: 'running' });
    expect(states.get('12_7')).toEqual({
      kind: 'waiting',
      reason: 'ReqNodeNotAvail, UnavailableNodes:n[1-2]',
    });
    expect(states.size).toBe(8);
  });

  it('reads codes written as code and signal, and passes over other lines', () => {
    const [state] = parseSqueue('slurm_load_jobs error: x\n9 1 FAILED 75:0 NonZeroExitCode\n\n').values();
    expect(state).toEqual({ kind: 'ended', end: { state: 'FAILED', exitCode: 75, signal: 0 } });
    expect(parseSqueue('').size).toBe(0);
  });
});

describe('parseSacct', () => {
  it('reads the ends of tasks and nothing else', () => {
    const states = parseSacct(
      '12_1|COMPLETED|0:0\n12_2|CANCELLED by 1000|0:15\n12_3|RUNNING|0:0\n12_[4-9]|PENDING|0:0\n12_10|TIMEOUT|0:12\n',
    );
    expect([...states]).toEqual([
      ['12_1', { kind: 'ended', end: { state: 'COMPLETED', exitCode: 0, signal: 0 } }],
      ['12_2', { kind: 'ended', end: { state: 'CANCELLED', exitCode: 0, signal: 15 } }],
      ['12_10', { kind: 'ended', end: { state: 'TIMEOUT', exitCode: 0, signal: 12 } }],
    ]);
  });
});

describe('verdictOf', () => {
  it.each([
    ['COMPLETED', 0, 'done'],
    ['FAILED', 75, 'again'],
    ['FAILED', 1, 'again'],
    ['FAILED', 0, 'again'],
    ['FAILED', 2, 'stop'],
    ['FAILED', 42, 'stop'],
    ['PREEMPTED', 0, 'again'],
    ['NODE_FAIL', 0, 'again'],
    ['BOOT_FAIL', 0, 'again'],
    ['TIMEOUT', 0, 'again'],
    ['OUT_OF_MEMORY', 0, 'again'],
    ['UNKNOWN', 0, 'again'],
    ['CANCELLED', 0, 'stop'],
    ['DEADLINE', 0, 'stop'],
  ] as const)('%s with code %i: %s', (state, exitCode, verdict) => {
    expect(verdictOf({ state, exitCode, signal: 0 })).toBe(verdict);
  });

  it('is put into words', () => {
    expect(describeEnd({ state: 'FAILED', exitCode: 75, signal: 0 })).toBe('exit code 75');
    expect(describeEnd({ state: 'FAILED', exitCode: 0, signal: 9 })).toBe('killed by signal 9');
    expect(describeEnd({ state: 'TIMEOUT', exitCode: 0, signal: 0 })).toBe('TIMEOUT');
  });
});
