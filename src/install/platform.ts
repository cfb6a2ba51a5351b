/** What this machine is, in the words that wheels and compiled addons use. */

/** A machine that libraries are built for. */
export interface Platform {
  /** `linux`, `darwin`, `win32`, … as Node names it. */
  os: string;
  /** `x64`, `arm64`, … as Node names it. */
  arch: string;
  /** Version of the GNU C library (`2.36`); null on other systems and on musl. */
  glibc: string | null;
}

/** The header of Node's diagnostic report, as far as it is used here. */
interface ReportHeader {
  header?: { glibcVersionRuntime?: string };
}

/**
 * Describes the machine that this process runs on.
 *
 * @returns system, architecture and C library
 */
export function thisPlatform(): Platform {
  if (process.platform !== 'linux') return { os: process.platform, arch: process.arch, glibc: null };
  const reporting = process.report as (typeof process.report & { excludeNetwork?: boolean }) | undefined;
  // Without this, a report may wait for name servers.
  if (reporting) reporting.excludeNetwork = true;
  const report = reporting?.getReport() as ReportHeader | undefined;
  return { os: process.platform, arch: process.arch, glibc: report?.header?.glibcVersionRuntime ?? null };
}

/**
 * A short name of a platform for file names: `linux-x64`, `linux-arm64-musl`.
 *
 * @param platform - the machine
 * @returns the name
 */
export function platformName(platform: Platform): string {
  const musl = platform.os === 'linux' && platform.glibc === null ? '-musl' : '';
  return `${platform.os}-${platform.arch}${musl}`;
}

/**
 * Whether a version is at least another, compared number by number.
 *
 * @param version - `2.36`
 * @param least - `2.27`
 * @returns true when `version` is the same or later
 */
export function atLeast(version: string, least: string): boolean {
  const have = version.split('.').map(Number);
  const want = least.split('.').map(Number);
  for (let i = 0; i < want.length; i++) {
    if ((have[i] ?? 0) !== want[i]) return (have[i] ?? 0) > want[i];
  }
  return true;
}
