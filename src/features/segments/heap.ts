/** A priority queue of numbered items whose keys change, which tinyqueue and flatqueue do not have. */

/** Items from 0 to a capacity, each with a key; the smallest key comes out first, of equal ones the smaller item. */
export interface MinHeap {
  /** Items in the queue. */
  size(): number;
  /** Inserts an item, or changes the key of one that is there. */
  set(item: number, key: number): void;
  /** Takes the first item out. */
  pop(): { item: number; key: number };
}

/**
 * An empty queue for items below `capacity`: a binary heap that knows where each item lies, so that a key changes in
 * logarithmic time.
 */
export function minHeap(capacity: number): MinHeap {
  const keys = new Float64Array(capacity);
  const items = new Int32Array(capacity);
  const places = new Int32Array(capacity).fill(-1);
  let size = 0;
  const isBefore = (a: number, b: number): boolean => keys[a] < keys[b] || (keys[a] === keys[b] && a < b);
  const put = (item: number, place: number): void => {
    items[place] = item;
    places[item] = place;
  };
  const rise = (item: number, from: number): void => {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(item, items[parent])) break;
      put(items[parent], place);
      place = parent;
    }
    put(item, place);
  };
  const sink = (item: number, from: number): void => {
    let place = from;
    while (2 * place + 1 < size) {
      let child = 2 * place + 1;
      if (child + 1 < size && isBefore(items[child + 1], items[child])) child++;
      if (!isBefore(items[child], item)) break;
      put(items[child], place);
      place = child;
    }
    put(item, place);
  };
  return {
    size: () => size,
    set(item, key) {
      keys[item] = key;
      if (places[item] < 0) places[item] = size++;
      rise(item, places[item]);
      sink(item, places[item]);
    },
    pop() {
      const item = items[0];
      places[item] = -1;
      size--;
      if (size > 0) sink(items[size], 0);
      return { item, key: keys[item] };
    },
  };
}
