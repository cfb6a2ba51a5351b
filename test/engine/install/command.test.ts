import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/engine/install/command.js';

describe('runCommand', () => {
  it('gives exit code and output', async () => {
    const result = await runCommand(process.execPath, [
      '--eval',
      'console.log("out"); console.error("err"); process.exit(3)',
    ]);
    expect(result).toMatchObject({ code: 3, stdout: 'out\n', absent: false });
    expect(result.output).toContain('err');
  });

  it('says that a program is absent', async () => {
    expect(await runCommand('no-such-program-anywhere', [], { timeout: 60_000 })).toMatchObject({
      code: null,
      absent: true,
    });
  });

  it('ends a program that runs too long', async () => {
    const started = performance.now();
    const result = await runCommand(process.execPath, ['--eval', 'setTimeout(() => {}, 60_000)'], {
      timeout: 500,
    });
    expect(result).toMatchObject({ code: null, absent: false });
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('does not keep the process alive after a program was not found', () => {
    const module = fileURLToPath(new URL('../../../dist/engine/install/command.js', import.meta.url));
    const script = `import { runCommand } from ${JSON.stringify(module)}; await runCommand('no-such-program-anywhere', [], { timeout: 60_000 });`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      timeout: 20_000,
    });
    expect([status, signal]).toEqual([0, null]);
  });
});
