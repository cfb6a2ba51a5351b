/** Options with several values, of which the validation split chooses. */
import { z } from 'zod';

/** An option that takes one value or a list of them; its output is a list, `preset` by default. */
export function oneOrMore<Value extends number | string>(
  value: z.ZodType<Value>,
  preset: Value[],
): z.ZodDefault<z.ZodType<Value[], Value | Value[]>> {
  const both: z.ZodType<Value[], Value | Value[]> = z
    .union([z.array(value).min(1), value])
    .transform((values) => [values].flat() as Value[]) as unknown as z.ZodType<Value[], Value | Value[]>;
  return both.default(preset);
}

/** One value of each option. */
export type GridPoint = Record<string, number | string>;

/**
 * Every combination of the values of options, the last option changing fastest; other values than lists stay as they
 * are.
 */
export function gridOf(options: Readonly<Record<string, unknown>>): GridPoint[] {
  let points: GridPoint[] = [{}];
  for (const [name, values] of Object.entries(options)) {
    const list = [values].flat() as (number | string)[];
    points = points.flatMap((point) => list.map((value) => ({ ...point, [name]: value })));
  }
  return points;
}
