/** The Chromium that tests open pages in. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const SWITCHES = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/** Path of the browser; undefined where none is installed. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Starts the browser without a window, with more switches where a test needs them. */
export const launchChromium = (...switches: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: [...SWITCHES, ...switches] });
