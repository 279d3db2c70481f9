import { InputError, monitor, type Part, type System, type SystemFamily } from 'xstate-check';
import { barBuffer } from '../../machines/p2p-registration/bar-buffer.contract.ts';
import { barDevice } from '../../machines/p2p-registration/bar-device.contract.ts';
import { devSet } from '../../machines/p2p-registration/dev-set.contract.ts';
import { pages } from '../../machines/p2p-registration/pages.contract.ts';
import { refusal } from '../../machines/p2p-registration/refusal.monitor.ts';
import { registrable } from '../../machines/p2p-registration/registrable.monitor.ts';
import { registrationCalls } from './calls.ts';
import { revisionsOf } from './faults.ts';
import { contractOf, HOLDER, REGISTRAR } from './parts.ts';
import { barOf, type Policy, policyOf, poolOf, REVISIONS, type1Of, vmaOf } from './policy.ts';
import { registrationProperties } from './rules.ts';
import { type Topology, topologyOf } from './topology.ts';

/** BARs of open devices: mapped, exported, registered, and taken away by reset and the rest. */
export const registrationFamily: SystemFamily = {
  name: 'p2p-registration',
  title: 'mmap, DMABUF export and P2P registration of BARs against reset, memory disable and close',
  defaultScope: { devices: 1, bars: 2, vmas: 1, buffers: 1, type1: 1 },
  revisions: revisionsOf('p2p-registration', REVISIONS),
  build({ scope, revision }): System {
    const { devices = 0, bars = 0, vmas = 0, type1 = 0 } = scope;
    if (devices < 1 || bars < devices) {
      throw new InputError('p2p-registration: give it a device, and a BAR of each device');
    }
    if (type1 > 0 && vmas < 1) {
      throw new InputError('p2p-registration: a type1 map is of a VMA, so give it one');
    }
    const topology = topologyOf(scope);
    return {
      name: 'p2p-registration',
      revision,
      scope,
      parts: partsOf(topology, policyOf(revision)),
      calls: registrationCalls,
      environment: ['user'],
      unused: {
        'vma.fault:SIGBUS': 'a fault that the device answers with SIGBUS does not come to the BAR',
      },
      properties: registrationProperties(topology, revision.split(', ')[0] === 'rfc-2026-06'),
    };
  },
};

function partsOf(topology: Topology, policy: Policy): Part[] {
  const { devices, bars, vmas, buffers, type1 } = topology;
  return [
    contractOf('dev_set', devSet, ['dev_set'], { dev: devices.map(({ name }) => name) }),
    ...devices.map((device) => {
      const own = { bar: device.bars, vma: device.vmas, buf: device.buffers };
      return contractOf(device.name, barDevice, ['device'], { dev: [device.name], ...own });
    }),
    ...devices.map((device) =>
      contractOf(`${device.name}.p2pmem`, poolOf(policy, device.bars.length), ['pool'], {
        bar: device.bars,
      }),
    ),
    ...bars.map(registrableMonitor),
    ...bars.map(refusalMonitor),
    ...bars.flatMap((b) => barParts(b, topology, policy)),
    ...vmas.map((v) => vmaPart(v, topology, policy)),
    ...type1.map(({ name }) => contractOf(name, type1Of(policy), ['type1'], { type1: [name] })),
    ...buffers.map(bufferPart),
  ];
}

type Bar = Topology['bars'][number];

function registrableMonitor({ name }: Bar): Part {
  return monitor(`registrable(${name})`, registrable, {
    registered: [`${name}.add_resource:ok`],
    ended: [`${name}.remove_resource`],
  });
}

function refusalMonitor({ name, device, buffers }: Bar): Part {
  return monitor(`refusal(${name})`, refusal(buffers.length), {
    admitted: ['decoding', 'off'].map((is) => `${name}.register:admitted#${is}@${REGISTRAR}`),
    refused: [`${name}.register:refused#decoding@${REGISTRAR}`],
    freed: [`${name}.add_resource:failed`, `${name}.drained`],
    exported: buffers.flatMap((b) => [`${b}.export:ok#live`, `${b}.export:ok#revoked`]),
    released: buffers.map((b) => `${b}.release#listed`),
    closed: [`${device}.close:ok`],
  });
}

/** A BAR and its struct pages. */
function barParts(b: Bar, topology: Topology, policy: Policy): Part[] {
  const other = takenForOwn(policy, topology, b);
  const objects = {
    bar: [b.name],
    dev: [b.device],
    vma: b.vmas,
    buf: b.buffers,
    type1: b.type1,
    other,
  };
  const device = topology.devices.findIndex(({ name }) => name === b.device);
  const scope = { device, buffers: b.buffers.length, others: other.length };
  const machine = barOf(policy, scope);
  return [
    contractOf(b.name, machine, ['bar', 'registration'], objects, { thread: REGISTRAR }),
    contractOf(`${b.name}.pages`, pages(), ['pages', 'holder'], objects, { thread: HOLDER }),
  ];
}

function vmaPart(v: Topology['vmas'][number], { type1 }: Topology, policy: Policy): Part {
  const objects = {
    vma: [v.name],
    dev: [v.device],
    type1: type1.filter((map) => map.vma === v.name).map(({ name }) => name),
  };
  const admitted = [`${v.bar}.register:admitted#decoding`, `${v.bar}.register:admitted#off`];
  const also = { 'bar.register:admitted': admitted };
  return contractOf(v.name, vmaOf(policy), ['process'], objects, { also });
}

function bufferPart(b: Topology['buffers'][number]): Part {
  const givesBack = GIVES_BACK.map((call) => `${b.device}.${call}`);
  const also = {
    'buf.revoke': [`${b.device}.begin`],
    'buf.unrevoke': [...givesBack, 'bus.hot_reset:ok'],
    'buf.cleanup': [`${b.device}.close:ok`],
  };
  return contractOf(b.name, barBuffer, ['process'], { buf: [b.name] }, { also });
}

/** The DMABUFs of other BARs that the test for DMABUFs of this BAR takes for its own. */
function takenForOwn(policy: Policy, { devices }: Topology, bar: Bar) {
  if (policy.bufferBar !== 'not_recorded_all_count') return [];
  const ofDevice = devices.find(({ name }) => name === bar.device)!.buffers;
  return ofDevice.filter((buffer) => !bar.buffers.includes(buffer));
}

/** The returns of a device's calls after which memory decodes: they un-revoke under memory_lock. */
const GIVES_BACK = [
  'device_reset:ok',
  'write_command(MEM=1):ok',
  'write_pmcsr(D0):ok',
  'low_power_exit:ok',
];
