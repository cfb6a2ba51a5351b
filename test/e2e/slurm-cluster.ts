/** A Slurm of one node on this machine, for a test: its own munged, slurmctld and slurmd in a temporary folder. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A Slurm that runs. */
export interface SlurmCluster {
  /** What Slurm's programs need in their environment. */
  env: { SLURM_CONF: string };
  /** Runs a program of Slurm and gives what it prints. */
  call(program: string, ...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'setpriv'];

/** What is missing for a Slurm of one's own; null when nothing is. */
async function slurmIsMissing(): Promise<string | null> {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only';
  if (process.getuid?.() !== 0) return 'only root may start it';
  for (const program of PROGRAMS) {
    const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
    const found = await Promise.all(folders.map((folder) => stat(join(folder, program)).catch(() => null)));
    if (found.every((each) => each === null)) return `there is no ${program}`;
  }
  const user = await execute('id', ['-u', 'munge']).catch(() => null);
  return user ? null : 'there is no user munge';
}

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so. */
async function until(what: string, isSo: () => Promise<boolean>, seconds = 20): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(50)) if (await isSo()) return;
  throw new Error(`${what} did not come to pass in ${seconds} s.`);
}

function configText(folder: string, controllerPort: number, nodePort: number): string {
  const host = hostname().split('.')[0];
  return `ClusterName=polytag
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket
CredType=cred/munge
SlurmUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
KillWait=5
SlurmdParameters=config_overrides
NodeName=${host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP
`;
}

/** Starts a daemon that ends with this process, however that ends. */
function startDaemon(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  user: string[] = [],
): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...user, program, ...args], { env, stdio: 'ignore' });
}

/** Ends a daemon, at once where it does not by itself. */
async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const over = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  daemon.kill('SIGTERM');
  await Promise.race([over, pause(5000)]);
  daemon.kill('SIGKILL');
}

/** Starts a Slurm of four processors (however many there are) on loopback. */
async function startSlurm(): Promise<SlurmCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-slurm-'));
  // munged runs as a user of its own and looks through folders to its socket.
  await chmod(folder, 0o755);
  for (const name of ['munge', 'state', 'spool']) await mkdir(join(folder, name));
  const [uid, gid] = (await Promise.all(['-u', '-g'].map((which) => execute('id', [which, 'munge'])))).map(
    ({ stdout }) => Number(stdout),
  );
  const key = join(folder, 'munge', 'key');
  await writeFile(key, randomBytes(128), { mode: 0o400 });
  await chown(key, uid, gid);
  await chown(join(folder, 'munge'), uid, gid);
  const config = join(folder, 'slurm.conf');
  await writeFile(config, configText(folder, await freePort(), await freePort()));

  const env = { SLURM_CONF: config };
  const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
  const daemons: ChildProcess[] = [];
  const call = async (program: string, ...args: string[]): Promise<string> =>
    (await execute(program, args, { env: { ...process.env, ...env, PATH } })).stdout;
  const stop = async (): Promise<void> => {
    // Its jobs are no children of the daemons and would outlive them.
    await call('scancel', '--user=root').catch(() => '');
    await until('An empty queue', async () => (await call('squeue', '--noheader')) === '', 15).catch(
      () => null,
    );
    for (const daemon of daemons.reverse()) await stopDaemon(daemon);
    await rm(folder, { recursive: true, force: true });
  };
  const start = (program: string, args: string[], user?: string[]): void => {
    daemons.push(startDaemon(program, args, { ...process.env, ...env, PATH }, user));
  };
  try {
    const at = (name: string): string => join(folder, 'munge', name);
    start(
      'munged',
      [
        ...['--foreground', `--socket=${at('socket')}`, `--key-file=${key}`, `--pid-file=${at('pid')}`],
        ...[`--log-file=${at('log')}`, `--seed-file=${at('seed')}`],
      ],
      ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
    );
    await until('The socket of munged', async () => (await stat(at('socket')).catch(() => null)) !== null);
    start('slurmctld', ['-D']);
    start('slurmd', ['-D']);
    await until('An idle node', async () =>
      /idle/.test(await call('sinfo', '--noheader', '--format=%T').catch(() => '')),
    );
  } catch (error) {
    const logs = await Promise.all(
      ['slurmctld.log', 'slurmd.log'].map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
    );
    await stop();
    throw new Error(`Slurm does not start: ${(error as Error).message}\n${logs.join('\n').slice(-3000)}`);
  }
  return { env, call, stop };
}

/** Starts a Slurm; null where that is not possible, and then the reason is printed. */
export async function slurmOrNull(): Promise<SlurmCluster | null> {
  const skip = (reason: string): null => {
    process.stderr.write(`Tests that need Slurm are skipped: ${reason}.\n`);
    return null;
  };
  const missing = await slurmIsMissing();
  // A machine that has it may still not let it start: a container without the right to change users.
  return missing === null ? startSlurm().catch((error: Error) => skip(error.message)) : skip(missing);
}
