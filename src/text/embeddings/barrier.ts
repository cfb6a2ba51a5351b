/** Threads wait for one another. */

/** Places in the control block, each an Int32. */
export const CONTROL = { arrived: 0, generation: 1, stopWanted: 2, stop: 3, rounds: 4 } as const;

/** A thread that waits for less than this asks again and again: sleeping and waking takes longer. */
const SPINS = 2000;

/** Returns when every worker has called it; what each wrote before is then visible to all. `control`: shared. */
export function meet(control: Int32Array, workers: number): void {
  const generation = Atomics.load(control, CONTROL.generation);
  if (Atomics.add(control, CONTROL.arrived, 1) === workers - 1) {
    Atomics.store(control, CONTROL.arrived, 0);
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.notify(control, CONTROL.generation);
    return;
  }
  for (let i = 0; i < SPINS; i++) if (Atomics.load(control, CONTROL.generation) !== generation) return;
  while (Atomics.load(control, CONTROL.generation) === generation)
    Atomics.wait(control, CONTROL.generation, generation);
}
