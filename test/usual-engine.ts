/** Files that share a process each begin with the engine of a process of their own: the one before may have chosen another. */
import { beforeAll } from 'vitest';
import { startUsualEngine } from './engine/available.js';

beforeAll(startUsualEngine);
