/** A Python program that does work on request, where a Python with its libraries is found. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A peer's reply: the seconds that the work took there, and how much was worked on: seconds of audio, words. */
export interface PeerReply {
  seconds: number;
  work: number;
}

/** A running peer. */
export interface Peer {
  ask<Reply extends PeerReply = PeerReply>(request: object): Promise<Reply>;
  stop(): void;
}

/** The Python to use: POLYTAG_PEER_PYTHON, or python3. */
const PYTHON = process.env.POLYTAG_PEER_PYTHON ?? 'python3';

/**
 * Starts a peer.
 *
 * @param script - file name in bench/peers; benchmarks run in the project's folder
 * @param modules - what it imports
 * @param environment - variables beside this process's
 * @returns the peer; null, with a line on stderr, where Python or a module is missing
 */
export function startPeer(
  script: string,
  modules: string[],
  environment: NodeJS.ProcessEnv = {},
): Peer | null {
  try {
    execFileSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
  } catch {
    process.stderr.write(
      `Not measured: ${script} (needs a Python with ${modules.join(', ')}; POLYTAG_PEER_PYTHON says which).\n`,
    );
    return null;
  }
  const child: ChildProcess = spawn(PYTHON, [join('bench', 'peers', script)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const replies: { resolve: (reply: PeerReply) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) =>
    replies.shift()?.resolve(JSON.parse(line) as PeerReply),
  );
  child.once('exit', (code) => replies.shift()?.reject(new Error(`${script} ended with code ${code}.`)));
  return {
    ask: <Reply extends PeerReply>(request: object) =>
      new Promise<Reply>((resolve, reject) => {
        replies.push({ resolve: (reply) => resolve(reply as Reply), reject });
        child.stdin!.write(`${JSON.stringify(request)}\n`);
      }),
    stop: () => child.stdin!.end(),
  };
}
