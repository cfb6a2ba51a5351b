/** A connection to PostgreSQL, by the package pg, and what is bound to a statement. */
import { Failure, lineOf, messageOf, UsageError } from '../../../base/errors.js';

/** Values of a statement; `$1` and so on stand for them in its text, so that none is ever read as SQL. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value and gives what stands for it. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** What asks a database: the client of the package pg, or another with such a method. */
export interface SqlClient {
  query(sql: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

const SCHEMES = ['postgres:', 'postgresql:'];

/** Whether a text is an address of PostgreSQL. */
export const isPostgres = (text: string): boolean => SCHEMES.some((scheme) => text.startsWith(`${scheme}//`));

/**
 * Takes the table's name off an address `postgres://USER@HOST/DATABASE/TABLE`.
 *
 * @returns the table, and the address of its database
 * @throws UsageError for an address without a table; the message does not show it, since it may hold a password
 */
export function parseAddress(address: string): { database: string; table: string } {
  const found = /^([^?#]*\/\/[^/?#]*\/[^/?#]+)\/([^/?#]+)\/?([?#].*)?$/.exec(address);
  if (!found)
    throw new UsageError(
      'The address of a table in PostgreSQL is postgres://USER@HOST/DATABASE/TABLE, or …/DATABASE/SCHEMA.TABLE.',
    );
  const [, before, table, after = ''] = found;
  return { database: before + after, table: decodeURIComponent(table) };
}

/**
 * Connects, does the work and closes the connection.
 *
 * @throws UsageError where the package pg is not installed; Failure where the database cannot be reached or refuses
 */
export async function withPostgres<Result>(
  database: string,
  work: (client: SqlClient) => Promise<Result>,
): Promise<Result> {
  const pg = await import('pg').catch(() => {
    throw new UsageError(
      'PostgreSQL is asked by the package pg, which is not installed; run "npm install pg@8.23.1".',
    );
  });
  const client = new pg.default.Client({ connectionString: database, application_name: 'polytag' });
  // A connection that ends early fails the query that waits for it, too.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw new Failure(
        `PostgreSQL cannot be reached (${reasonOf(error)}); check the address and the server.`,
      );
    });
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of a connection to several addresses of a name, the first failure. */
const reasonOf = (error: unknown): string =>
  error instanceof AggregateError ? messageOf(error.errors[0]) : lineOf(error);
