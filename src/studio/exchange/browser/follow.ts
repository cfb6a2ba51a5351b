/** Runs in the page of a piece; it is embedded as text, so it uses nothing from outside. */

/** What the page's script is given. */
export interface FollowData {
  /** Seconds of the piece. */
  seconds: number;
  /** When elements begin and end to sound, in order of time: seconds, ids that begin, ids that end. */
  moments: [number, string[], string[]][];
}

/** Marks what sounds while the page's audio plays, keeps the place in view, and plays from where the roll is clicked. */
export function follow({ seconds, moments }: FollowData): void {
  const audio = document.querySelector('audio')!;
  const clock = document.querySelector<HTMLElement>('[data-clock]')!;
  const roll = document.querySelector<HTMLElement>('.roll')!;
  const svg = roll.querySelector('svg')!;
  const cursor = svg.querySelector<SVGLineElement>('.cursor')!;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let next = 0;
  let shown: Element | null = null;
  const mark = (ids: string[], isOn: boolean): void => {
    for (const id of ids) document.getElementById(id)?.classList.toggle('on', isOn);
  };
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const say = (value: number): string => `${Math.floor(value / 60)}:${two(value % 60)}`;
  const show = (): void => {
    const now = Math.max(0, Math.min(seconds, audio.currentTime));
    if (next > 0 && moments[next - 1][0] > now) {
      for (const element of document.querySelectorAll('.on')) element.classList.remove('on');
      next = 0;
    }
    while (next < moments.length && moments[next][0] <= now) {
      const [, on, off] = moments[next++];
      mark(off, false);
      mark(on, true);
    }
    const x = (now / seconds) * svg.viewBox.baseVal.width;
    cursor.setAttribute('transform', `translate(${x})`);
    clock.textContent = `${say(now)} of ${say(seconds)}`;
    if (audio.paused) return;
    const place = (x * svg.clientWidth) / svg.viewBox.baseVal.width;
    const [left, width] = [roll.scrollLeft, roll.clientWidth];
    if (place < left || place > left + 0.8 * width)
      roll.scrollTo({ left: Math.max(0, place - 0.2 * width), behavior: calm ? 'auto' : 'smooth' });
    const sounding = document.querySelector('.score .on');
    const system = sounding?.closest('.system') ?? null;
    if (system !== shown) {
      shown = system;
      const box = system?.getBoundingClientRect();
      const score = document.querySelector<HTMLElement>('.score');
      if (box && score) {
        const frame = score.getBoundingClientRect();
        if (box.top < frame.top || box.bottom > frame.bottom) score.scrollTop += box.top - frame.top - 8;
      }
    }
    requestAnimationFrame(show);
  };
  svg.addEventListener('click', (event) => {
    const box = svg.getBoundingClientRect();
    audio.currentTime = (seconds * (event.clientX - box.left)) / box.width;
    show();
  });
  for (const name of ['play', 'pause', 'seeked', 'loadedmetadata']) audio.addEventListener(name, show);
  show();
  document.documentElement.dataset.state = 'drawn';
}
