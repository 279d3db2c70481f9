import type { AnyStateMachine } from 'xstate';
import type { Part } from 'xstate-check';

/** The thread of the process that owns the device fd. */
export const OWNER = 'fd owner';

/** The thread that registers a BAR, beside the other calls on the fd, and takes its pages down. */
export const REGISTRAR = 'registration';

/** The thread of another process, which takes memory through sysfs. */
export const HOLDER = 'p2pmem user';

/** System objects that an object of a machine stands for: `{ buf: ['buf[0]', 'buf[1]'] }`. */
export type Objects = Readonly<Record<string, readonly string[]>>;

/** What the owner of the fd calls without a part of its own: such labels carry the thread. */
const CALLED = /^(dev\[\d+\]\.open:|.*:begin$)/;
const REGISTERS = /^bar\[\d+\]\.register:/;

/**
 * A contract part that takes part in the labels of several objects: a BAR in those of its mappings
 * and buffers, a pool in those of its BARs.
 *
 * @param also - labels of the machine that stand for labels of another name: `revoke` for
 * `dev[0].begin`
 */
export function contractOf(
  name: string,
  machine: AnyStateMachine,
  roles: readonly string[],
  objects: Objects,
  options: {
    readonly thread?: string;
    readonly also?: Readonly<Record<string, readonly string[]>>;
  } = {},
): Part {
  const bind = (label: string): readonly string[] => {
    const dot = label.indexOf('.');
    const bound = objects[label.slice(0, dot)];
    return bound === undefined ? [label] : bound.map((object) => object + label.slice(dot));
  };
  const onThread = (label: string) => {
    if (REGISTERS.test(label)) return `${label}@${REGISTRAR}`;
    return CALLED.test(label) ? `${label}@${OWNER}` : label;
  };
  return {
    name,
    machine,
    kind: 'contract',
    roles,
    thread: options.thread ?? OWNER,
    rename: (label) => (options.also?.[label] ?? bind(label)).map(onThread),
    renameCommit: (label) => label,
  };
}
