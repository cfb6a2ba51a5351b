/** JSON files that other programs and disks can change. */
import type { z } from 'zod';
import { lineOf } from './errors.js';

/**
 * Parses a text as JSON of a given form. Throws Error in a few words that name the key: `roc_auc.macro: expected number,
 * received string`.
 */
export function parseJson<Content>(text: string, schema: z.ZodType<Content>): Content {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not valid JSON: ${lineOf(error)}`);
  }
  return requireForm(value, schema);
}

/** A value of a given form. Throws Error in a few words that name the key. */
export function requireForm<Content>(value: unknown, schema: z.ZodType<Content>): Content {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [{ path, message }] = error.issues;
  const said = message.replace(/^Invalid input: /, '');
  throw new Error(path.length > 0 ? `${path.join('.')}: ${said}` : said);
}
