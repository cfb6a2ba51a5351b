/** Ends of generators that have not begun: their `finally` does not run. */

/** The same generator, which also calls `close` when it is ended early, even before it began. */
export function closing<T>(
  generator: AsyncGenerator<T, void>,
  close: () => Promise<unknown>,
): AsyncGenerator<T, void> {
  const end = async <Result>(result: Promise<Result>): Promise<Result> => {
    try {
      return await result;
    } finally {
      await close();
    }
  };
  const closed: AsyncGenerator<T, void> = {
    next: () => generator.next(),
    return: (value) => end(generator.return(value)),
    throw: (error) => end(generator.throw(error)),
    [Symbol.asyncIterator]: () => closed,
  };
  return closed;
}
