/** Chromium for tests that look at pages. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The browser's executable; undefined where none is installed. */
export const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (!BROWSER) process.stderr.write('No page is opened in a browser: Chromium is not installed.\n');

/** What the browser is started with. */
export const SWITCHES =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required'.split(
    ' ',
  );

/** Starts the browser. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: BROWSER, args: SWITCHES });

/** How a page is opened. */
export interface OpenOptions {
  /** Of the window in CSS pixels. */
  width: number;
  colorScheme?: 'light' | 'dark';
}

/**
 * Opens a page and waits until it has drawn everything.
 *
 * @returns the page; errors, warnings and requests for anything but files and embedded data are added to `complaints`
 */
export async function openDrawn(
  browser: Browser,
  file: string,
  { width, colorScheme = 'light' }: OpenOptions,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-state=drawn]', { timeout: 60_000 });
  return { page, complaints };
}
