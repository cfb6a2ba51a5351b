/** What every test file leaves for the next one in its process. */
import { afterAll } from 'vitest';
import { startUsualEngine } from './engine/available.js';

afterAll(startUsualEngine);
