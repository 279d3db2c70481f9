import { type Kthread, step } from '../kernel/step.ts';
import type { P2pBar, P2pBuffer, P2pDevice, P2pType1, P2pVma } from './objects.ts';
import type { P2pKernel } from './p2p-kernel.ts';
import { p2pdma_folio_free, p2pmem_alloc_mmap } from './p2pdma.ts';
import {
  dma_buf_export,
  dma_buf_release,
  fault,
  map_dma,
  mmap_bar,
  munmap,
  unmap_dma,
} from './vfio-bar.ts';
import { p2p_register } from './vfio-register.ts';
import { hot_reset, open, transition, transitions } from './vfio-transitions.ts';

/** A call from outside the kernel. */
export interface P2pCall {
  /** `dev[0].device_reset`. */
  readonly name: string;
  /** Whether a test begins it and waits for its return, or it happens as one step. */
  readonly bracketed: boolean;
  /** Why it makes no sense now. */
  readonly refused?: string | undefined;
  readonly body: () => Kthread<string>;
}

type Body = Omit<P2pCall, 'name' | 'bracketed'>;

/** A call that nobody sees the middle of: what it answered, as one step. */
function* whole(name: string, answer: () => string): Kthread<string> {
  const done = answer();
  const said = done === '' ? name : `${name}:${done}`;
  yield* step(said, { commits: said });
  return done;
}

/** Work that always comes to the same answer, or to none. */
const doing = (work: () => void, answer = '') => {
  return () => {
    work();
    return answer;
  };
};

const no = (unless: boolean, why: string) => ({ refused: unless ? undefined : why });

function ofBar(k: P2pKernel, bar: P2pBar, operation: string): Body | undefined {
  const name = `${bar.label}.${operation}`;
  const isOpen = no(bar.vdev.open, `${bar.vdev.label} is not open`);
  switch (operation) {
    case 'register':
      return { ...isOpen, body: () => p2p_register(k, bar, 'own') };
    case 'p2p_register':
      return { ...isOpen, body: () => p2p_register(k, bar, 'same') };
    case 'allocate':
      return { body: () => whole(name, () => p2pmem_alloc_mmap(k, bar)) };
    case 'put': {
      const held = (bar.pgmap?.refs ?? 0) > 0;
      const body = () =>
        whole(
          name,
          doing(() => p2pdma_folio_free(k, bar)),
        );
      return { ...no(held, `no page of ${bar.label} is held`), body };
    }
    default:
      return undefined;
  }
}

function ofVma(k: P2pKernel, vma: P2pVma, operation: string): Body | undefined {
  const { label, mapped, pte } = vma;
  const isOpen = no(vma.bar.vdev.open && !mapped, `${label} is mapped, or no fd is open`);
  const isMapped = no(mapped, `${label} is not mapped`);
  switch (operation) {
    case 'mmap':
    case 'mmap_bar':
      return { ...isOpen, body: () => mmap_bar(k, vma) };
    case 'munmap':
    case 'munmap_bar':
      return {
        ...isMapped,
        body: () =>
          whole(
            `${label}.${operation}`,
            doing(() => munmap(vma)),
          ),
      };
    case 'fault':
      return {
        ...no(mapped && !pte, `${label} does not fault`),
        body: () => fault(k, vma, `${label}.fault`),
      };
    case 'touch':
      return { ...isMapped, body: () => fault(k, vma, `${label}.fault`) };
    default:
      return undefined;
  }
}

function ofBuffer(k: P2pKernel, priv: P2pBuffer, operation: string): Body | undefined {
  const { label, fd, bar } = priv;
  const mayExport = no(bar.vdev.open && !fd, `${label} exists, or ${bar.vdev.label} is not open`);
  switch (operation) {
    case 'export':
      return { ...mayExport, body: () => dma_buf_export(k, priv) };
    case 'dma_buf_export':
      // At this grain every call makes a buffer of its own, which nobody releases.
      return { ...no(bar.vdev.open, 'no fd'), body: () => dma_buf_export(k, { ...priv }) };
    case 'release':
      return { ...no(fd, `${label} does not exist`), body: () => dma_buf_release(priv) };
    default:
      return undefined;
  }
}

function ofType1(k: P2pKernel, map: P2pType1, operation: string): Body | undefined {
  const { label, mapped, vma } = map;
  const mayMap = no(vma.mapped && !mapped, `${label} is mapped, or ${vma.label} is not`);
  switch (operation) {
    case 'map_dma':
      return { ...mayMap, body: () => map_dma(k, map) };
    case 'unmap_dma': {
      const body = () =>
        whole(
          `${label}.unmap_dma`,
          doing(() => unmap_dma(k, map)),
        );
      return { ...no(mapped, `${label} is not mapped`), body };
    }
    default:
      return undefined;
  }
}

function ofDevice(k: P2pKernel, vdev: P2pDevice, operation: string): Body | undefined {
  const { label } = vdev;
  if (operation === 'open') {
    const body = () =>
      whole(
        `${label}.open`,
        doing(() => open(vdev), 'ok'),
      );
    return { ...no(!vdev.open, `${label} is open`), body };
  }
  if (!transitions.includes(operation)) return undefined;
  const files = k.vmas.filter((vma) => vma.bar.vdev === vdev && vma.mapped);
  const busy = operation === 'close' && files.length > 0;
  const mayCall = no(vdev.open && !busy, busy ? 'a VMA has the file open' : `${label} is closed`);
  return { ...mayCall, body: () => transition(k, vdev, operation) };
}

/** The call that a label belongs to; undefined where it belongs to none. */
export function p2pCallOf(k: P2pKernel, object: string, operation: string): P2pCall | undefined {
  const [, kind, index] = /^(\w+?)(?:\[(\d+)\])?$/.exec(object) ?? [];
  const at = Number(index);
  const body = (): Body | undefined => {
    const bar = k.bars[at];
    switch (kind) {
      case 'bus':
        return operation === 'hot_reset' ? { body: () => hot_reset(k) } : undefined;
      case 'dev':
        return k.devices[at] && ofDevice(k, k.devices[at], operation);
      case 'bar':
        return bar && ofBar(k, bar, operation);
      case 'vma':
        return k.vmas[at] && ofVma(k, k.vmas[at], operation);
      case 'buf':
        return k.buffers[at] && ofBuffer(k, k.buffers[at], operation);
      case 'type1':
        return k.type1[at] && ofType1(k, k.type1[at], operation);
      default:
        return undefined;
    }
  };
  const found = body();
  return found && { name: `${object}.${operation}`, bracketed: BRACKETED.has(operation), ...found };
}

/** Calls that a test begins and whose return it sees; the others happen under one label. */
export const BRACKETED: ReadonlySet<string> = new Set([
  'hot_reset',
  ...transitions,
  'p2p_register',
  'dma_buf_export',
  'mmap_bar',
  'touch',
]);

/** The life of a thread: a bracketed call begins and returns where others see it. */
export function* asThread({ name, bracketed, body }: P2pCall): Kthread<string> {
  if (!bracketed) return yield* body();
  yield* step(`${name}:begin`, { boundary: true });
  const result = yield* body();
  yield* step(`${name}:${result}`, { boundary: true });
  return result;
}
