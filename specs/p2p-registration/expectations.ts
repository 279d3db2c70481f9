import type { Expectation, Scope } from 'xstate-check';
import { NOT_RESERVED } from './findings.ts';

const DEFAULT: Scope = { devices: 1, bars: 2, vmas: 1, buffers: 1, type1: 1 };
const NO_BUFFER: Scope = { devices: 1, bars: 2, vmas: 1, buffers: 0, type1: 1 };
const TWO_DEVICES: Scope = { devices: 2, bars: 2, vmas: 1, buffers: 1 };
const RACE: Scope = { registrars: 2, exporters: 1, mappers: 1 };

/** The rules of which there is one for each BAR, by the finding that breaks them as stated. */
const OF_EACH_BAR: Readonly<Record<string, string | undefined>> = {
  'register-decoding': 'F-X8',
  'teardown-before-device-reset': undefined,
  'teardown-before-hot-reset': undefined,
  'teardown-before-close': undefined,
  'teardown-before-memory-disable': 'F-X9-memory',
  'teardown-before-d3hot': 'F-X9-d3hot',
  'teardown-before-low-power': 'F-X9-low-power',
  'free-means-drained': undefined,
  allocatable: undefined,
};

/** The rules of which there is one for each system. */
const OF_ONE: Readonly<Record<string, string | undefined>> = {
  'no-vma': 'F-X5',
  'no-live-buffer': 'F-X3',
  'no-revoked-buffer': 'F-X3',
  coexistence: 'F-X3',
  refusals: undefined,
  'double-register': undefined,
  registrable: undefined,
  rest: undefined,
  totality: undefined,
};

/** The verdict of every property at a scope with two BARs, of one device or of two. */
function verdicts(devices: number, asStated: boolean): Record<string, string> {
  const ofDevice = (id: string) => (devices === 1 ? [id] : [`${id}:dev[0]`, `${id}:dev[1]`]);
  const verdict = (finding?: string) => (asStated && finding !== undefined ? finding : 'holds');
  return Object.fromEntries([
    ...Object.entries(OF_ONE).map(([id, finding]) => [id, verdict(finding)]),
    ...Object.entries(OF_EACH_BAR).flatMap(([id, finding]) => [
      [`${id}:bar[0]`, verdict(finding)],
      [`${id}:bar[1]`, verdict(finding)],
    ]),
    // The pool of a device that has one BAR serves nobody else.
    ...['bar[0]', 'bar[1]'].map((name) => [
      `pool-outlives-pages:${name}`,
      verdict(devices === 1 ? 'F-X15' : undefined),
    ]),
    ...ofDevice('failed-register').map((id) => [id, verdict('F-X14')]),
    ...ofDevice('session').map((id) => [id, 'holds']),
  ]) as Record<string, string>;
}

/** The verdicts that are left where there is no DMABUF to speak of. */
function withoutBuffers(all: Record<string, string>): Record<string, string> {
  const ofBuffers = ['no-live-buffer', 'no-revoked-buffer', 'coexistence'];
  return Object.fromEntries(Object.entries(all).filter(([id]) => !ofBuffers.includes(id)));
}

const race = [
  'pages-made-once',
  'pages-and-no-buffer',
  'pages-and-no-ptes',
  'lock-balance',
  'returns',
  'rest',
  'deadlock',
  'totality',
];

/** What every system of the subject is expected to be, and to say. */
export const expectations: readonly Expectation[] = [
  {
    system: 'p2p-registration',
    revision: 'rfc-2026-06',
    scope: DEFAULT,
    states: 4272,
    transitions: 30038,
    depth: 19,
    properties: { ...verdicts(1, true), 'type1-unmap': 'holds' },
  },
  {
    system: 'p2p-registration',
    revision: NOT_RESERVED,
    scope: NO_BUFFER,
    states: 2106,
    transitions: 12794,
    depth: 20,
    properties: withoutBuffers({ ...verdicts(1, true), 'type1-unmap': 'F-X6' }),
  },
  {
    system: 'p2p-registration',
    revision: 'completed',
    scope: DEFAULT,
    states: 1952,
    transitions: 14449,
    depth: 18,
    properties: { ...verdicts(1, false), 'type1-unmap': 'holds' },
  },
  {
    system: 'p2p-registration',
    revision: 'rfc-2026-06',
    scope: TWO_DEVICES,
    states: 46900,
    transitions: 338358,
    depth: 20,
    properties: verdicts(2, true),
  },
  {
    system: 'p2p-registration',
    revision: 'completed',
    scope: TWO_DEVICES,
    states: 8349,
    transitions: 59407,
    depth: 16,
    properties: verdicts(2, false),
  },
  {
    system: 'p2p-register-race',
    revision: 'completed',
    scope: RACE,
    states: 6200,
    transitions: 22463,
    depth: 32,
    properties: Object.fromEntries(race.map((id) => [id, 'holds'])),
  },
];
