import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useRef } from 'react';

/** What a key does, and how `?` lists it. */
export interface Shortcut {
  /** As in `KeyboardEvent.key`: `u`, `ArrowLeft`; `g o` for one after the other. */
  readonly key: string;
  readonly does: string;
  /** Where it is listed. */
  readonly group: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** The sets of shortcuts of what is on the screen, the innermost last. */
const active = new Set<{ current: readonly Shortcut[] }>();

/** Shortcuts that hold while the component is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const reference = useRef(shortcuts);
  reference.current = shortcuts;
  useEffect(() => {
    active.add(reference);
    return () => {
      active.delete(reference);
    };
  }, []);
}

export function shortcutsShown(): readonly Shortcut[] {
  return [...active].flatMap(({ current }) => current);
}

let prefix = '';
let prefixTimer = 0;

/** To be attached once. */
export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (takesText(event.target) || document.querySelector('dialog[open]') !== null) return;
  if (inChart(event.target) && (event.key.startsWith('Arrow') || event.key === 'Enter')) return;
  const key = prefix === '' ? event.key : `${prefix} ${event.key}`;
  const all = shortcutsShown().toReversed();
  window.clearTimeout(prefixTimer);
  prefix = '';
  const found = all.find((shortcut) => shortcut.key === key);
  if (found !== undefined) {
    event.preventDefault();
    found.run(event);
  } else if (all.some((shortcut) => shortcut.key.startsWith(`${event.key} `))) {
    prefix = event.key;
    prefixTimer = window.setTimeout(() => {
      prefix = '';
    }, 1500);
  }
}

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}

function inChart(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('.react-flow__node, .react-flow__edge') !== null
  );
}

/** In a list that is one stop of Tab: the arrow keys, Home and End go from one to the other. */
export function rove(event: ReactKeyboardEvent<HTMLElement>, selector: string): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)].filter(
    (one) => one.getClientRects().length > 0,
  );
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
}
