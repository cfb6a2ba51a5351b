import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe('runCommand', () => {
  it('does not keep the process alive after a program was not found', () => {
    const module = fileURLToPath(new URL('../../dist/install/command.js', import.meta.url));
    const script = `import { runCommand } from ${JSON.stringify(module)}; await runCommand('no-such-program-anywhere', [], { timeout: 60_000 });`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      timeout: 20_000,
    });
    expect([status, signal]).toEqual([0, null]);
  });
});
