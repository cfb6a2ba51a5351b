/** The `@example` of every name that a module exports. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

/** Code of each example in a file of `src`, by the name that it is for. */
export async function readExamples(file: string): Promise<{ name: string; code: string }[]> {
  const source = await readFile(join(root, 'src', file), 'utf8');
  return [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*?)@example\n([\s\S]*?)\*\/\nexport ([^;(=]*)/g)].map(
    ([, , code, declared]) => ({
      name: /(?:const|function|\{)\s+(\w+)/.exec(declared)![1],
      code: code.replace(/^ \* ?/gm, '').trimEnd(),
    }),
  );
}

/** Runs code as a module of its own, which finds the package by its name. Returns what it prints. */
export async function runModule(code: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  return stdout;
}
