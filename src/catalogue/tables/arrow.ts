/** Arrow as a format of tables: the library is loaded with the first file. */
import type { TableFormat } from './format.js';

const load = () => import('./arrow-file.js');

export const arrow: TableFormat = {
  title: 'Arrow',
  endings: ['.arrow', '.feather'],
  write: async (file, header, rows) => (await load()).writeArrow(file, header, rows),
  read: async (file, options) => (await load()).readArrow(file, options),
};
