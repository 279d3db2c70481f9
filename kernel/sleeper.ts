/** Where a thread sleeps, innermost function first, and which lock it wants. */
export interface Stack {
  readonly frames: readonly string[];
  readonly lock: WantedLock | undefined;
}

export interface WantedLock {
  /** As labels call it, `dev[0].memory_lock`. */
  readonly name: string;
  /** Who holds it, where somebody does. */
  readonly holder: { readonly tid: number; readonly name: string } | undefined;
}

/** A thread of the guest that is in a call and does not come out of it. */
export interface Sleeper extends Stack {
  readonly thread: string;
  readonly step: string;
  /** Where the holder of its lock sleeps. */
  readonly holder: Stack | undefined;
}

/** Reads `busy NAME TID STEP`. */
export function parseBusy(line: string): { name: string; tid: number; step: string } | undefined {
  const [, name, tid, step] = /^busy (\S+) (\d+) (.*)$/.exec(line) ?? [];
  return name === undefined ? undefined : { name, tid: Number(tid), step: step! };
}

/** Reads `frame TID FUNCTION` and `waits TID LOCK TID NAME` of one thread. */
export function parseStack(tid: number, lines: readonly string[]): Stack {
  const frames: string[] = [];
  let lock: WantedLock | undefined;
  for (const line of lines) {
    const [, at, frame] = /^frame (\d+) (\S+)$/.exec(line) ?? [];
    if (Number(at) === tid) frames.push(frame!);
    const [, who, name, holder, holderName] = /^waits (\d+) (\S+) (\d+) (.+)$/.exec(line) ?? [];
    if (Number(who) !== tid) continue;
    const held = holder === '0' ? undefined : { tid: Number(holder), name: holderName! };
    lock = { name: name!, holder: held };
  }
  return { frames, lock };
}

/** A thread with its stack, and that of the thread which it waits for. */
export async function sleeperOf(
  thread: string,
  tid: number,
  step: string,
  stackOf: (tid: number) => Promise<Stack>,
): Promise<Sleeper> {
  const stack = await stackOf(tid);
  const { holder } = stack.lock ?? {};
  return { thread, step, ...stack, holder: holder && (await stackOf(holder.tid)) };
}

/**
 * What a thread waits for where it is no lock. The kernel leaves out of a stack the functions that
 * schedule, wait_for_completion() among them: the first is the one that called it.
 */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/^vfio_pci_dma_buf_move$/, 'the completion of a buffer'],
  [/^dma_fence_.*wait|^dma_resv_wait_timeout$/, 'a fence'],
  [/^vfio_unregister_group_dev$/, 'the last registration of the device'],
];

/** How a call is entered; what is below it says nothing. */
const ENTRY = /^(__x64_sys_|do_syscall|entry_SYSCALL|x64_sys_call|ksys_|__se_sys_)/;

/** Longest first line of a report beside its margin. */
const WIDTH = 62;

/** For a report: which call hangs, for what, and where. */
export function describeSleeper({ thread, step, frames, lock, holder }: Sleeper): string[] {
  const what = lock === undefined ? waitedFor(frames) : lockText(lock);
  return [
    `${step} @${thread}: ${frames.length === 0 ? 'runs' : 'sleeps'}`,
    ...(what === undefined ? [] : [`  for ${what}`]),
    ...stackText('in', frames),
    ...(holder === undefined ? [] : stackText(`${lock!.holder!.name} is in`, holder.frames)),
  ];
}

function waitedFor(frames: readonly string[]): string | undefined {
  return WAITS.find(([pattern]) => pattern.test(frames[0] ?? ''))?.[1];
}

function lockText({ name, holder }: WantedLock): string {
  const by = holder === undefined ? 'that nobody holds' : `held by ${holder.name}`;
  return `${name === 'another-lock' ? 'a lock that is none of the test’s' : name}, ${by}`;
}

/** The functions, as many on a line as there is room for. */
function stackText(head: string, frames: readonly string[]): string[] {
  const entry = frames.findIndex((frame) => ENTRY.test(frame));
  const shown = entry < 0 ? frames : frames.slice(0, entry);
  if (shown.length === 0) return [];
  const lines: string[] = [];
  let line = `  ${head}`;
  for (const frame of shown) {
    if (line.length + frame.length + 3 > WIDTH) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${frame}${frame === shown.at(-1) ? '' : ' <'}`;
  }
  return [...lines, line];
}
