/** The files of the page, of which only those that were there at the start are served: no path comes from a request. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the page. */
export interface PageFile {
  path: string;
  mediaType: string;
  /** Whether its name changes with its content, so that it can be kept for ever. */
  isHashed: boolean;
}

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Files of a folder by the path of their address (`/assets/main.js`); none where there is no such folder. */
export async function pageFiles(folder: string): Promise<Map<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const address = path.slice(folder.length).split(sep).join('/');
        const mediaType = MEDIA_TYPES[extname(entry.name)] ?? 'application/octet-stream';
        const isHashed = address.startsWith('/assets/') && /[-.][\w-]{8,}\.\w+$/.test(entry.name);
        return [address, { path, mediaType, isHashed }];
      }),
  );
}

/** The bytes of a file of the page. */
export const readPageFile = ({ path }: PageFile): Promise<Buffer> => readFile(path);
