import type { Ability } from 'xstate-check/target';
import { type LabelOfObject, labelOfObject } from '../label.ts';
import { BRACKETED } from './p2p-calls.ts';

const OBJECT = /^(?:(?:dev|bar|vma|buf|type1)\[\d+\]|bus)$/;

/** Takes a label apart; undefined if it is none. */
export function parseP2pLabel(text: string): LabelOfObject | undefined {
  return labelOfObject(text, OBJECT);
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Calls that happen under one label, by the kind of their object. */
const WHOLE = words(`dev.open bar.register bar.allocate bar.put vma.mmap vma.munmap vma.munmap_bar
  vma.fault buf.export buf.release type1.map_dma type1.unmap_dma`);

/** What the kernel does by itself. */
const OBSERVED = words(`dev.begin bar.add_resource bar.remove_resource bar.drained bar.registered
  bar.registered.set dev.dmabufs.empty dev.dmabufs.list_add dev.zap_bars dev.insert_pfn
  dev.memory_lock.down_write dev.memory_lock.up_write dev.memory_lock.down_read
  dev.memory_lock.up_read`);

/** What the simulated registration can do with a label, `undefined` if nothing. */
export function p2pAbilityOf(label: string): Ability | undefined {
  const parsed = parseP2pLabel(label);
  if (!parsed) return undefined;
  const word = `${parsed.object.replace(/\[.*$/, '')}.${parsed.operation}`;
  if (word === 'bar.add_resource' && parsed.outcome === 'failed') return 'force';
  if (WHOLE.has(word)) return 'perform';
  if (BRACKETED.has(parsed.operation)) return parsed.outcome === 'begin' ? 'perform' : 'observe';
  return OBSERVED.has(word) ? 'observe' : undefined;
}
