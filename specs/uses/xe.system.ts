import { type Call, call, procedure, type System, type SystemFamily } from 'xstate-check';
import { xeImport } from '../../machines/uses/xe-import.procedure.ts';
import { asOf } from '../revisions/index.ts';
import { contractCalls } from '../shared/contract-calls.ts';
import type { MachineChanges } from '../written-anew.ts';
import { type Flow, flowParts, notInFlow, UNCOUNTED } from './flow.ts';
import { flowRules } from './flow-rules.ts';

const XE = 'xe';

const byXe = () => [XE];

const FLOW: Flow = {
  calls: /^(write_command|device_reset|close)/,
  madeBy: { attach: byXe, map: byXe, unmap: byXe, detach: byXe },
};

const MOVE = 'xe_bo_move_dmabuf, v7.3';

/**
 * An eviction that unmaps, as a comment of xe_bo_move_dmabuf() says that it could: the work that a callback of
 * xe has is part of it.
 */
const unmapsWhenEvicted: MachineChanges = {
  states: {
    'xe_import.placed': {
      id: 'placed',
      tags: ['quiescent'],
      on: {
        told: 'evicting',
        'gem.exec:begin': 'executing',
        'gem.close:begin': 'closing',
      },
    },
    'xe_import.evicting': {
      meta: { source: `derived: ${MOVE}, as its comment says that it could be` },
      on: { told: 'evicting', 'att.unmap': { target: 'evicted', actions: 'unmapped' } },
    },
    'xe_import.executing': {
      on: { told: 'validating.evicting', 'gem.exec:ok': 'placed' },
    },
    'xe_import.validating.return': { on: { told: 'evicting', 'gem.exec:ok': '#placed' } },
    'xe_import.validating.evicting': {
      on: { told: 'evicting', 'att.unmap': { target: 'return_evicted', actions: 'unmapped' } },
    },
  },
};

/**
 * A buffer of vfio-pci that xe has imported, against memory off, reset and close of its owner. It is no part
 * of the catalogue: what it shows is for the maintainers first, and a test alone asks it.
 */
export const xeFamily: SystemFamily = {
  name: 'xe-import',
  title: 'xe as importer: maps for work, is evicted, and unmaps when it comes to it',
  defaultScope: { buffers: 1 },
  revisions: ['7.3', 'xe-unmaps'],
  build({ scope, revision }): System {
    const anew = revision === 'xe-unmaps' ? [unmapsWhenEvicted] : [];
    const xe = procedure(XE, asOf({ anew }, xeImport), {
      thread: XE,
      roles: ['importer', 'xe'],
      bind: { att: 'att[0]' },
      also: { told: ['buf[0].revoke'] },
    });
    return {
      name: 'xe-import',
      revision,
      scope,
      parts: [xe, ...flowParts(1, [{ buffer: 0, kind: 'unmaps_later' }], FLOW)],
      calls: xeCalls,
      environment: ['user'],
      unused: {
        ...notInFlow(FLOW),
        ...UNCOUNTED,
        'att.map:-EADDRINUSE': 'the buffer is one range',
      },
      properties: flowRules,
    };
  },
};

const asked = (name: string, outcomes: readonly string[], written: string, source: string): Call =>
  call(name, 'xe', { caller: 'user', spans: true, outcomes, written, source });

const xeCalls: readonly Call[] = [
  ...contractCalls,
  asked(
    'gem.import',
    ['ok', '-ENODEV'],
    'DRM_IOCTL_PRIME_FD_TO_HANDLE',
    'xe_gem_prime_import, v7.3',
  ),
  asked('gem.exec', ['ok', 'failed'], 'DRM_IOCTL_XE_EXEC with the object', 'xe_exec_ioctl, v7.3'),
  asked(
    'gem.close',
    ['ok'],
    'the last handle of the object is closed',
    'xe_ttm_bo_delete_mem_notify, v7.3',
  ),
];
