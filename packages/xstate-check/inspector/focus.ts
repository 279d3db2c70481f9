import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Where what was pressed is gone after the step that it took, the focus goes to what is first in the
 * list now, or to the list: not to the top of the page.
 *
 * @param now - what is shown; another one is another list
 */
export function useKeptFocus(now: unknown, selector: string): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  const inside = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const element = list.current;
    const note = () => {
      inside.current = document.activeElement;
    };
    element?.addEventListener('focusin', note);
    return () => element?.removeEventListener('focusin', note);
  }, []);
  useLayoutEffect(() => {
    if (inside.current === null || inside.current.isConnected) return;
    inside.current = null;
    if (document.activeElement !== document.body) return;
    const first = list.current?.querySelector<HTMLElement>(selector) ?? list.current;
    first?.focus({ preventScroll: true });
  }, [now, selector]);
  return list;
}
