/** What a test file has changed of its process is put back for the next one. */
import { afterAll, vi } from 'vitest';
import { startUsualEngine } from './engine/available.js';

const { ...before } = process.env;

afterAll(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await startUsualEngine();
});
