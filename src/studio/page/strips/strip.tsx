/** A picture over time, with a cursor that follows the sound. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** What draws on a strip: its context in CSS pixels, and its size. */
export type DrawStrip = (
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
) => void;

interface StripProps {
  label: string;
  height: number;
  seconds: number;
  draw: DrawStrip;
  /** The player that the cursor follows and a click seeks; null where there is none. */
  audio: HTMLAudioElement | null;
}

export function Strip({ label, height, seconds, draw, audio }: StripProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const own = canvas.current!;
    const watch = new ResizeObserver(() => setWidth(own.clientWidth));
    watch.observe(own);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => setWidth((now) => now + 0.001);
    scheme.addEventListener('change', redraw);
    return () => {
      watch.disconnect();
      scheme.removeEventListener('change', redraw);
    };
  }, []);
  useLayoutEffect(() => {
    const own = canvas.current!;
    const context = own.getContext('2d');
    if (!context || width < 1) return;
    const scale = devicePixelRatio;
    own.width = Math.round(width * scale);
    own.height = Math.round(height * scale);
    context.scale(scale, scale);
    draw(context, Math.round(width), height, getComputedStyle(own));
  }, [width, height, draw]);
  useEffect(() => {
    if (!audio) return;
    let frame = 0;
    const follow = (): void => {
      if (cursor.current)
        cursor.current.style.transform = `translateX(${(audio.currentTime / seconds) * (canvas.current?.clientWidth ?? 0)}px)`;
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, [audio, seconds]);
  return (
    <figure class="strip">
      <figcaption>{label}</figcaption>
      <div class="over-time">
        <canvas
          ref={canvas}
          style={{ height: `${height}px` }}
          role="img"
          aria-label={label}
          onClick={(event) => {
            if (audio) audio.currentTime = (event.offsetX / event.currentTarget.clientWidth) * seconds;
          }}
        />
        {audio && <div ref={cursor} class="play-cursor" />}
      </div>
    </figure>
  );
}
