import { setup } from 'xstate';
import { MAPPING_TYPES } from './match-lists.resource.ts';

export const labels = [
  ...MAPPING_TYPES.map((type) => `match(${type})`),
  'listed',
  'map',
  'unmap',
  'unlisted',
  'gone',
  'revoke',
  'drained',
  'unrevoke',
];

const EXPORTER = ['live', 'revoking', 'revoked'] as const;
type Exporter = (typeof EXPORTER)[number];
type Step = readonly [label: string, target: string];

/** What can happen to the attachment, whatever the exporter is. */
function own(exporter: Exporter, type: string): Record<string, Record<string, unknown>> {
  const at = (state: string) => `${exporter}_${state}`;
  const state = (steps: readonly Step[]) => ({ on: Object.fromEntries(steps) });
  const map: readonly Step[] = exporter === 'live' ? [['map', at(`mapped_${type}`)]] : [];
  return {
    [at(`matched_${type}`)]: state([
      ['listed', at(`listed_${type}`)],
      ['gone', at('none')],
    ]),
    [at(`listed_${type}`)]: state([...map, ['unlisted', at(`unlisted_${type}`)]]),
    ...(exporter !== 'revoked' && {
      [at(`mapped_${type}`)]: state([['unmap', at(`listed_${type}`)]]),
    }),
    [at(`unlisted_${type}`)]: state([['gone', at('none')]]),
  };
}

/** What the exporter does, whatever the attachment is; drained nobody is who is mapped. */
function byExporter(exporter: Exporter, state: string): Record<string, string> {
  if (exporter === 'live') return { revoke: `revoking_${state}` };
  if (exporter === 'revoked') return { unrevoke: `live_${state}` };
  return state.startsWith('mapped') ? {} : { drained: `revoked_${state}` };
}

/**
 * An attachment that has a type: it gets it once, is mapped while the exporter is live, and no revoke
 * is over while it is mapped.
 */
export function typedAttachment() {
  const states = EXPORTER.flatMap((exporter) => {
    const none = {
      on: {
        ...Object.fromEntries(
          MAPPING_TYPES.map((type) => [`match(${type})`, `${exporter}_matched_${type}`]),
        ),
        gone: `${exporter}_none`,
      },
    };
    const typed = MAPPING_TYPES.flatMap((type) => Object.entries(own(exporter, type)));
    return [[`${exporter}_none`, none] as const, ...typed].map(([name, state]) => {
      const on = (state as { on: Record<string, string> }).on;
      const moved = byExporter(exporter, name.slice(exporter.length + 1));
      return [name, { tags: ['quiescent'], on: { ...on, ...moved } }];
    });
  });
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'typed_attachment',
    description: 'an attachment with a mapping type, and its exporter: live, revoking, revoked',
    meta: {
      labels,
      source:
        'derived: Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17; vfio_pci_dma_buf_move, v7.3',
    },
    initial: 'live_none',
    states: Object.fromEntries(states),
  });
}
