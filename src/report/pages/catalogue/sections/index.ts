/** The sections of a catalogue's page, in its order. */
import type { SectionRenderer } from '../../../kit/section.js';
import type { CatalogueView } from '../view.js';
import { failures } from './failures.js';
import { map } from './map.js';
import { overview } from './overview.js';
import { record } from './record.js';
import { scores } from './scores.js';
import { taggrams } from './taggrams.js';
import { tags } from './tags.js';

/** What the page shows, from the whole to what one looks up. */
export const sections: readonly SectionRenderer<CatalogueView>[] = [
  overview,
  map,
  tags,
  scores,
  taggrams,
  failures,
  record,
];
