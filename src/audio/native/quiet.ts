/**
 * Keeps mpg123's remarks on damaged frames off the terminal: it writes them to C's `stderr`, and libsndfile has no
 * option against it. Damage is counted here by what is decoded.
 */

/** Runs a function of the library. */
export type Quietly = <Result>(run: () => Result) => Result;

const loudly: Quietly = (run) => run();

/**
 * A way to run a function while C's `stderr` leads nowhere; what JavaScript writes does not go through it. The variable
 * is the process's: where two threads decode damage at once, a remark may get through. With the GNU C library only;
 * elsewhere nothing is changed.
 */
export function quietOn(koffi: typeof import('koffi')): Quietly {
  if (process.platform !== 'linux') return loudly;
  try {
    const library = koffi.load(null);
    const variable: unknown = library.symbol('stderr');
    // The stream itself, not what the variable holds: another thread may have changed that.
    const stream: unknown = library.symbol('_IO_2_1_stderr_');
    const nowhere: unknown = library.func('fopen', 'void *', ['const char *', 'const char *'])(
      '/dev/null',
      'w',
    );
    if (!nowhere) return loudly;
    return (run) => {
      koffi.encode(variable, 'void *', nowhere);
      try {
        return run();
      } finally {
        koffi.encode(variable, 'void *', stream);
      }
    };
  } catch {
    return loudly;
  }
}
