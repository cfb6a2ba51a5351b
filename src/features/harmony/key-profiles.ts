/** Key profiles: how well each pitch class fits a key, from its tonic up. */

/** A profile of each mode; only ratios between its values count. */
export interface KeyProfile {
  major: readonly number[];
  minor: readonly number[];
}

/** Every profile by its name. Adding one is an entry here. */
export const KEY_PROFILES = {
  /** Ratings of listeners: Krumhansl and Kessler 1982, as in Krumhansl 1990. */
  krumhansl: {
    major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
  },
  /** Krumhansl's, revised: Temperley 1999, What's Key for Key? */
  temperley: {
    major: [5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4],
    minor: [5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4],
  },
  /** Counts of common-practice pieces: Budge 1943, by Bellmann 2005. */
  bellman: {
    major: [16.8, 0.86, 12.95, 1.41, 13.49, 11.93, 1.25, 20.28, 1.8, 8.04, 0.62, 10.57],
    minor: [18.16, 0.69, 12.99, 13.34, 1.07, 11.15, 1.38, 21.07, 7.49, 1.53, 0.92, 10.21],
  },
  /** Counts of the beginnings and ends of 490 classical pieces: Albrecht and Shanahan 2013. */
  albrecht: {
    major: [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.08, 0.008, 0.081],
    minor: [0.22, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
  },
  /** Means of the chroma of electronic dance music: Faraldo et al. 2016. */
  edma: {
    major: [
      ...[0.16519551, 0.04749026, 0.08293076, 0.06687112, 0.09994645, 0.09274123],
      ...[0.05294487, 0.13159476, 0.05218986, 0.07443653, 0.06940723, 0.0642515],
    ],
    minor: [
      ...[0.17235348, 0.05336489, 0.0761009, 0.10043649, 0.05621498, 0.08527853],
      ...[0.0497915, 0.13451001, 0.07458916, 0.05003023, 0.09187879, 0.05545106],
    ],
  },
  /** Medians of the same kind of music, the smallest at 0: Faraldo et al. 2017. */
  bgate: {
    major: [1, 0, 0.42, 0, 0.53, 0.37, 0, 0.77, 0, 0.38, 0.21, 0.3],
    minor: [1, 0, 0.36, 0.39, 0, 0.38, 0, 0.74, 0.27, 0, 0.42, 0.23],
  },
} satisfies Record<string, KeyProfile>;

/** Name of a profile. */
export type KeyProfileName = keyof typeof KEY_PROFILES;

/** Names of all profiles. */
export const KEY_PROFILE_NAMES = Object.keys(KEY_PROFILES) as KeyProfileName[];

/** The profile that is used unless another is named: the best of those measured in docs/harmony.md. */
export const DEFAULT_KEY_PROFILE: KeyProfileName = 'albrecht';
