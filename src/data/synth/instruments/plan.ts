/** Which recordings an instrument corpus has: who plays, from which bank, in which split. */
import { type RandomGenerator, randomGenerator } from '../../../base/random.js';
import type { Split } from '../../dataset.js';
import type { BankName } from './banks.js';
import { isPiano, PROGRAMS } from './programs.js';
import type { Players } from './render.js';

export interface InstrumentPlan extends Players {
  /** Path below the corpus: `train/piano/0001-acoustic-grand-piano.mp3`. */
  path: string;
  /** File name without its ending. */
  id: string;
  class: 'piano' | 'other';
  /** That of General MIDI; null for several instruments and for drums. */
  family: string | null;
  bank: BankName;
  split: Split;
  /** Whether it is one of the recordings that have as many of each family. */
  balanced: boolean;
}

/** The banks of each split: none of those that train is one that tests. */
const BANKS_OF: Record<Split, readonly BankName[]> = {
  train: ['fluid', 'sonivox'],
  validation: ['fluid', 'sonivox'],
  test: ['timgm'],
};

/** The split of a position: of ten recordings of a class, seven train, one validates, two test. */
const splitAt = (position: number): Split =>
  (['train', 'train', 'test', 'train', 'validation', 'train', 'train', 'test', 'train', 'train'] as const)[
    position % 10
  ];

/** Of recordings of the other class, every third is of several instruments. */
const isEnsemble = (position: number): boolean => position % 3 === 2;

/** Goes through a list in random order, again and again in a new one. */
function cycle<T>(items: readonly T[], random: RandomGenerator): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = random.shuffle(items);
    return left.pop()!;
  };
}

const others = PROGRAMS.filter((program) => !isPiano(program));
const accompanying = others.filter(({ family }) => family !== 'sound effects');

/**
 * Plans a corpus: as many pianos as others, in each split on its own banks. Others are every program that is not a piano,
 * one family after the other, and ensembles of up to five with and without drums.
 */
export function planInstruments(recordings: number, seed: number): InstrumentPlan[] {
  const random = randomGenerator(seed, 'plan of instruments');
  const half = Math.floor(recordings / 2);
  const plans: InstrumentPlan[] = [];
  const counts = new Map<string, number>();
  const families = [...new Set(PROGRAMS.map(({ family }) => family))];
  // Every split goes through programs and banks by itself, so that each has all as far as it reaches.
  const drawers = Object.fromEntries(
    Object.entries(BANKS_OF).map(([split, banks]) => [
      split,
      {
        bank: { piano: cycle(banks, random), other: cycle(banks, random) },
        piano: cycle(PROGRAMS.filter(isPiano), random),
        family: cycle(
          families.filter((family) => others.some((program) => program.family === family)),
          random,
        ),
        of: new Map(
          families.map((family) => [
            family,
            cycle(
              others.filter((program) => program.family === family),
              random,
            ),
          ]),
        ),
      },
    ]),
  );
  const add = (split: Split, kind: 'piano' | 'other', players: Players): void => {
    const number = String(plans.length + 1).padStart(5, '0');
    const { programs, drums } = players;
    const family = programs.length === 1 && !drums ? programs[0].family : null;
    const what = family === null ? (programs.length === 0 ? 'drums' : 'ensemble') : programs[0].name;
    const id = `${number}-${what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    plans.push({
      ...players,
      ...{ id, path: `${split}/${kind}/${id}.mp3`, class: kind, family, split },
      bank: drawers[split].bank[kind](),
      balanced: false,
    });
  };
  for (let i = 0; i < half; i++) {
    const split = splitAt(i);
    const drawer = drawers[split];
    add(split, 'piano', { programs: [drawer.piano()], drums: false });
    const position = counts.get(split) ?? 0;
    counts.set(split, position + 1);
    if (isEnsemble(position)) add(split, 'other', drawEnsemble(random));
    else add(split, 'other', { programs: [drawer.of.get(drawer.family())!()], drums: false });
  }
  return balance(plans, families);
}

/** Two to five instruments, mostly with drums; rarely drums alone. */
function drawEnsemble(random: RandomGenerator): Players {
  if (random.uniform() < 0.1) return { programs: [], drums: true };
  const count = 2 + random.integer(4);
  return { programs: random.shuffle(accompanying).slice(0, count), drums: random.uniform() < 0.6 };
}

/** Marks as many recordings of each family in each split. */
function balance(plans: readonly InstrumentPlan[], families: readonly string[]): InstrumentPlan[] {
  const key = ({ split, family }: Pick<InstrumentPlan, 'split' | 'family'>): string => `${split} ${family}`;
  const all = new Map<string, number>();
  for (const plan of plans) all.set(key(plan), (all.get(key(plan)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return plans.map((plan) => {
    if (plan.family === null) return plan;
    const least = Math.min(...families.map((family) => all.get(key({ ...plan, family })) ?? 0));
    const place = seen.get(key(plan)) ?? 0;
    seen.set(key(plan), place + 1);
    return { ...plan, balanced: place < least };
  });
}
