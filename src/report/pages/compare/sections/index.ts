/** The sections of a comparison's page, in its order. */
import type { SectionRenderer } from '../../../kit/section.js';
import type { ComparedPage } from '../page.js';
import { calibration } from './calibration.js';
import { clips } from './clips.js';
import { differences } from './differences.js';
import { labels } from './labels.js';
import { learning } from './learning.js';
import { method } from './method.js';
import { ranks } from './ranks.js';
import { results } from './results.js';
import { settings } from './settings.js';

/** What the page shows, from the answer to how it came about. */
export const sections: readonly SectionRenderer<ComparedPage>[] = [
  results,
  differences,
  labels,
  ranks,
  clips,
  learning,
  calibration,
  settings,
  method,
];
