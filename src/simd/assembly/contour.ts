// Contours of a melody beside one of a query, for a search of songs; src/transcription/songs/places.ts has the same in words.

// Sums of the four lanes.
// @ts-ignore: decorator
@inline
function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3);
}

// Mean difference of `points` pitches (a multiple of four) at even steps of the track from `begin` to `end`, after the mean of
// those within `worst` of the mean is taken out; each counts `worst` at most. `room`: 4 · points bytes.
function cost(track: usize, begin: i32, end: i32, query: usize, points: i32, worst: f32, room: usize): f32 {
  const step = <f64>(end - begin) / <f64>points;
  let at = <f64>begin + step / 2;
  for (let i = 0; i < points; i++, at += step)
    store<f32>(room + (<usize>i << 2), load<f32>(track + (<usize>(<i32>at) << 2)));
  const bytes = <usize>points << 2;
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const difference = f32x4.sub(v128.load(query + i), v128.load(room + i));
    v128.store(room + i, difference);
    sum = f32x4.add(sum, difference);
  }
  const mean = total(sum) / <f32>points;
  const limit = f32x4.splat(worst);
  const one = f32x4.splat(1);
  let near = f32x4.splat(0);
  let count = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const difference = v128.load(room + i);
    const isNear = f32x4.le(f32x4.abs(f32x4.sub(difference, f32x4.splat(mean))), limit);
    near = f32x4.add(near, v128.and(difference, isNear));
    count = f32x4.add(count, v128.and(one, isNear));
  }
  const counted = total(count);
  const shift = f32x4.splat(counted == 0 ? mean : total(near) / counted);
  let all = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16)
    all = f32x4.add(all, f32x4.min(limit, f32x4.abs(f32x4.sub(v128.load(room + i), shift))));
  return total(all) / <f32>points;
}

// For each note of a melody from the first to `furthest`, the least cost of the contours that begin there and have `hummed`
// notes, `reach` fewer or `reach` more, but two at least and none behind the last; those with fewer or more are left out where
// the cost with as many as were hummed is above `hopeless`.
// `begins`: i32 for each of the `notes`, the step of `track` (of `steps` steps) at which it begins. `costs`: f32 and `lasts`:
// i32 for each note up to `furthest`: the cost, and the note before which the contour ends.
export function contourCosts(
  track: usize,
  steps: i32,
  begins: usize,
  notes: i32,
  furthest: i32,
  hummed: i32,
  reach: i32,
  query: usize,
  points: i32,
  worst: f32,
  hopeless: f32,
  room: usize,
  costs: usize,
  lasts: usize,
): void {
  for (let first = 0; first <= furthest; first++) {
    const begin = load<i32>(begins + (<usize>first << 2));
    let least: f32 = Infinity;
    let end = 0;
    for (let form = 0; form < 3; form++) {
      const count = form === 0 ? hummed : form === 1 ? hummed - reach : hummed + reach;
      const last = min(notes, first + max(2, count));
      const stop = last < notes ? load<i32>(begins + (<usize>last << 2)) : steps;
      const found = cost(track, begin, stop, query, points, worst, room);
      if (found < least) {
        least = found;
        end = last;
      }
      if (form === 0 && found > hopeless) break;
    }
    store<f32>(costs + (<usize>first << 2), least);
    store<i32>(lasts + (<usize>first << 2), end);
  }
}
