/** The sections of the page, in its order. */
import type { SectionRenderer } from '../../../kit/section.js';
import { baseline } from './baseline.js';
import { calibration } from './calibration.js';
import { conditions } from './conditions.js';
import { confusion } from './confusion.js';
import { correlation } from './correlation.js';
import { curves } from './curves.js';
import { examples } from './examples.js';
import { headline } from './headline.js';
import { record } from './record.js';
import { scores } from './scores.js';
import { tags } from './tags.js';
import { terms } from './terms.js';
import { training } from './training.js';

/** What the page shows, from what one quotes to what one looks up. */
export const sections: readonly SectionRenderer[] = [
  headline,
  training,
  baseline,
  terms,
  tags,
  confusion,
  curves,
  scores,
  conditions,
  examples,
  correlation,
  calibration,
  record,
];
