/** State outside of components, which tells those that show it. */
import { useEffect, useState } from 'preact/hooks';

/** State that tells when it changes. */
export class Changes {
  private readonly listeners = new Set<() => void>();

  /** Calls a listener at each change. Returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Draws a component again whenever some state changes. */
export function useChanges(...states: readonly Changes[]): void {
  const [, draw] = useState(0);
  useEffect(() => {
    const ends = states.map((state) => state.subscribe(() => draw((count) => count + 1)));
    return () => {
      for (const end of ends) end();
    };
  }, states);
}
