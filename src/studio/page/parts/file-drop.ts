/** Files that are dropped on the window. */
import { useEffect, useRef, useState } from 'preact/hooks';

/**
 * Takes files that are dropped anywhere in the window. Without `take` they are ignored, where a browser would open them in
 * place of the page; a part of the page that takes them comes first.
 *
 * @returns whether files are held over the window
 */
export function useFileDrop(take: ((files: FileList) => void) | null): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      const isTaken = latest.current !== null;
      if (!isTaken && event.defaultPrevented) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = isTaken ? 'copy' : 'none';
      if (isTaken) setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      const files = event.dataTransfer?.files;
      if (files && files.length > 0) latest.current?.(files);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return isOver;
}
