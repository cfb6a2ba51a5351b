/** Where in all melodies a hum may lie, by contours of few points: the stage of a search that sees every note of every song. */
import { KernelMemory } from '../../simd/load.js';
import { COARSE_POINTS, ContourComparison, type Line, WORST_PITCH } from './contour.js';

/** A place in a melody: notes from `first` to before `last`. */
export interface Place {
  line: number;
  first: number;
  last: number;
  cost: number;
}

/** Places of least cost that are kept, wherever they are, and of beginnings of melodies. */
const KEPT = { anywhere: 1000, beginnings: 600 };

/** A place is compared with this many notes fewer and more than were hummed, too. */
const REACH = 2;

/** A place whose contour with as many notes as were hummed costs so much more than the worst that is kept is not looked at again. */
const HOPELESS = 0.15;

/** The places of least cost, at most `size`, ordered at the end. */
export class BestPlaces {
  private places: Place[] = [];
  /** What a place must be below to count. */
  limit = Infinity;

  constructor(private readonly size: number) {}

  /** Takes a place, where it is among the best so far. */
  offer(place: Place): void {
    if (place.cost >= this.limit) return;
    this.places.push(place);
    if (this.places.length >= 2 * this.size) this.trim();
  }

  private trim(): void {
    this.places = this.ordered();
    this.limit = this.places.length < this.size ? Infinity : this.places[this.places.length - 1].cost;
  }

  /** By cost; of equal ones by their place in the list. */
  ordered(): Place[] {
    return this.places
      .sort((a, b) => a.cost - b.cost || a.line - b.line || a.first - b.first || a.last - b.last)
      .slice(0, this.size);
  }
}

/** Melodies in the memory of the SIMD kernels, where all their places are compared with a hum in some milliseconds. */
export class PlaceSearch {
  private readonly memory = new KernelMemory();
  /** Notes of the longest melody. */
  private readonly longest: number;
  /** Addresses of each melody's pitches, and of the steps at which its notes begin. */
  private readonly tracks: number[];
  private readonly begins: number[];
  private readonly query: number;
  private readonly room: number;
  private readonly costs: number;
  private readonly lasts: number;

  constructor(private readonly lines: readonly Line[]) {
    const { memory } = this;
    this.longest = lines.reduce((most, { pitches }) => Math.max(most, pitches.length), 1);
    const tracks = memory.room(lines.reduce((sum, { track }) => sum + track.length, 0));
    const begins = memory.room(lines.reduce((sum, line) => sum + line.begins.length, 0));
    this.query = memory.room(COARSE_POINTS);
    this.room = memory.room(COARSE_POINTS);
    this.costs = memory.room(this.longest);
    this.lasts = memory.room(this.longest);
    this.tracks = [];
    this.begins = [];
    let [track, begin] = [tracks, begins];
    for (const line of lines) {
      this.tracks.push(track);
      this.begins.push(begin);
      memory.floats(track, line.track.length).set(line.track);
      new Int32Array(memory.kernels.memory.buffer, begin, line.begins.length).set(line.begins);
      track += 4 * line.track.length;
      begin += 4 * line.begins.length;
    }
  }

  /**
   * The places whose contours are most like a hum's, those at beginnings first, since most hums begin there. `fromStart`:
   * beginnings alone.
   */
  find(hum: Line, fromStart: boolean): Place[] {
    const { kernels } = this.memory;
    const hummed = hum.pitches.length;
    this.memory.floats(this.query, COARSE_POINTS).set(new ContourComparison(hum, COARSE_POINTS).query);
    const costs = this.memory.floats(this.costs, this.longest);
    const lasts = new Int32Array(kernels.memory.buffer, this.lasts, this.longest);
    const best = new BestPlaces(KEPT.anywhere);
    const beginnings = new BestPlaces(KEPT.beginnings);
    for (const [line, { track, begins }] of this.lines.entries()) {
      const furthest = fromStart ? 0 : Math.max(0, begins.length - Math.max(2, hummed - REACH));
      kernels.contourCosts(
        this.tracks[line],
        track.length,
        this.begins[line],
        begins.length,
        furthest,
        hummed,
        REACH,
        this.query,
        COARSE_POINTS,
        WORST_PITCH,
        best.limit + HOPELESS,
        this.room,
        this.costs,
        this.lasts,
      );
      beginnings.offer({ line, first: 0, last: lasts[0], cost: costs[0] });
      for (let first = 1; first <= furthest; first++)
        if (costs[first] < best.limit) best.offer({ line, first, last: lasts[first], cost: costs[first] });
    }
    return [...beginnings.ordered(), ...best.ordered()];
  }
}
