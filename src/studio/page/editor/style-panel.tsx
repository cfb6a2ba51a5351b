/** Accompaniment in a style, and without. */
import { STYLES } from '../../project/schema.js';
import { useChanges } from '../changes.js';
import type { Session } from '../session.js';

/** What a style sounds like. */
const HINTS: Record<(typeof STYLES)[number], string> = {
  folk: 'strummed guitar, plain bass, light drums',
  pop: 'piano chords, bass in eighths, a backbeat',
  waltz: 'bass on one, chords on two and three',
  ballad: 'slow broken chords',
};

export function StylePanel({ session }: { session: Session }) {
  useChanges(session);
  const { style, tracks } = session.project;
  const isMade = tracks.some(({ role }) => role === 'chords' || role === 'bass' || role === 'drums');
  return (
    <section class="styles" aria-label="Accompaniment">
      <h2>Accompaniment</h2>
      <div class="row">
        {STYLES.map((name) => (
          <button
            key={name}
            type="button"
            title={HINTS[name]}
            aria-pressed={isMade && style.name === name}
            onClick={() => session.run({ name: 'accompany', args: { style: name } })}
          >
            {name}
          </button>
        ))}
        <button
          type="button"
          disabled={!isMade}
          onClick={() => session.run({ name: 'remove-accompaniment', args: {} })}
        >
          None
        </button>
      </div>
      {style.chosen_by === 'tagger' && !isMade && <p class="muted">By its tags: {style.name}.</p>}
    </section>
  );
}
