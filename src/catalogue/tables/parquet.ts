/** Parquet as a format of tables: the library is loaded with the first file. */
import type { TableFormat } from './format.js';

const load = () => import('./parquet-file.js');

export const parquet: TableFormat = {
  title: 'Parquet',
  endings: ['.parquet', '.pq'],
  write: async (file, header, rows) => (await load()).writeParquet(file, header, rows),
  read: async (path, options) => (await load()).readParquetTable(path, options),
};
