/** Minimum, maximum and mean of streamed numbers. */

export interface Statistics {
  /** How many there are, NaN not counted. */
  count: number;
  /** Null when there are none. */
  min: number | null;
  max: number | null;
  mean: number | null;
  /** How many are NaN: frames without a pitch. */
  nan: number;
}

export interface StatisticsCollector {
  add(values: Float32Array): void;
  result(): Statistics;
}

export function collectStatistics(): StatisticsCollector {
  let [count, nan, sum, min, max] = [0, 0, 0, Infinity, -Infinity];
  return {
    add(values) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (Number.isNaN(value)) nan++;
        else {
          count++;
          sum += value;
          if (value < min) min = value;
          if (value > max) max = value;
        }
      }
    },
    result: () =>
      count === 0
        ? { count, min: null, max: null, mean: null, nan }
        : { count, min, max, mean: sum / count, nan },
  };
}
