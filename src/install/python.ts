/** Finds a Python 3 with pip, which fetches the engine's wheels. */
import { Failure } from '../base/errors.js';
import type { RunCommand } from './command.js';

/** A pip that works. */
export interface Pip {
  /** Program and first arguments: `['python3', '-m', 'pip']`. */
  command: string[];
  /** `24.0` */
  version: string;
}

/** A Python that was found. */
export interface Python {
  /** Name or path of the program. */
  program: string;
  /** `3.11.7` */
  version: string;
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  const chosen = [environment.PYTHON, environment.npm_config_python].filter((name) => name !== undefined);
  return [...new Set([...chosen, 'python3', 'python'])].filter((name) => name !== '');
}

/**
 * Finds Python 3.
 *
 * @param run - runs programs
 * @param environment - where `PYTHON` may name one
 * @returns the first that answers, or null
 */
export async function findPython(
  run: RunCommand,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Python | null> {
  for (const program of candidates(environment)) {
    const answer = await run(program, ['--version'], { timeout: 20_000 });
    const version = /^Python (3\.[\d.]+)/m.exec(answer.output)?.[1];
    if (answer.code === 0 && version) return { program, version };
  }
  return null;
}

/**
 * Finds pip: that of a Python 3, else a `pip3` on the search path.
 *
 * @param run - runs programs
 * @param wanted - what it is to fetch, for the message. Default: TensorFlow.
 * @param environment - where `PYTHON` may name a Python
 * @returns a command that works
 * @throws Failure when there is no Python 3, or it has no pip
 */
export async function findPip(
  run: RunCommand,
  wanted = 'TensorFlow',
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Pip> {
  const python = await findPython(run, environment);
  const pythons = candidates(environment).map((program) => [program, '-m', 'pip']);
  for (const command of [...pythons, ['pip3']]) {
    const answer = await run(command[0], [...command.slice(1), '--version'], { timeout: 60_000 });
    const found = /^pip ([\d.]+)\S* .*\(python 3/m.exec(answer.output);
    if (answer.code === 0 && found) return { command, version: found[1] };
  }
  throw new Failure(
    python
      ? `Python ${python.version} has no pip, which fetches ${wanted}: install it (Debian and Ubuntu: "apt install python3-pip"; elsewhere: "${python.program} -m ensurepip").`
      : `No Python 3 was found; its pip fetches ${wanted}: install Python 3 with pip (Debian and Ubuntu: "apt install python3-pip").`,
  );
}
