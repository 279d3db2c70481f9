import {
  alphabetOf,
  contract,
  InputError,
  type Part,
  procedure,
  resource,
  type Scope,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { ioasRange } from '../../machines/uses/ioas-range.resource.ts';
import { regionFd } from '../../machines/uses/region-fd.resource.ts';
import { siblingReset } from '../../machines/uses/sibling-reset.contract.ts';
import { type Sleeps, vmm } from '../../machines/uses/vmm.procedure.ts';
import { atMostOne, type ImporterSpec, range } from '../shared/contract.ts';
import { type Flow, flowParts, notInFlow } from './flow.ts';
import { vmmCalls } from './vmm-calls.ts';
import { vmmOf, WHEN } from './vmm-designs.ts';
import { vmmRules } from './vmm-rules.ts';

const VMM = 'vmm';
const OTHER = 'other';

/**
 * A VMM with so many regions of one device, the guest that enables, resets and puts it to sleep, and
 * who runs the VM, who resets and unplugs it; with `others`, who resets the slot of the device.
 */
export const vmmFamily: SystemFamily = {
  name: 'vmm-regions',
  title:
    'the BARs of a device of a guest, mapped by iommufd for its peers, against all that cuts them',
  defaultScope: { regions: 2, d3hot: 1, low_power: 0, others: 0 },
  confidence: { regions: 3, d3hot: 1, low_power: 0, others: 0 },
  revisions: WHEN,
  build({ scope, revision }): System {
    for (const name of ['d3hot', 'low_power', 'others']) atMostOne(scope, name);
    const { others = 0 } = scope;
    const regions = Math.max(1, scope.regions ?? 0);
    const sleeps = sleepsOf(scope);
    const importers = range(regions).map((buffer): ImporterSpec => ({ buffer, kind: 'iommufd' }));
    const flow = flowOf(sleeps);
    const threads = [vmmPart(regions, sleeps, revision)];
    const ofDevice = flowParts(regions, importers, flow).map(byVmm);
    const parts = [
      ...threads,
      ...(others === 1 ? withSibling(regions, ofDevice) : ofDevice),
      ...range(regions).flatMap((n) => [
        resource(`range[${n}]`, ioasRange(), threads, 'range', `att[${n}]`),
        resource(`fd[${n}]`, regionFd(), threads, 'fd'),
      ]),
    ];
    return {
      name: 'vmm-regions',
      revision,
      scope,
      parts,
      calls: vmmCalls,
      environment: ['guest', 'host'],
      unused: unusedOf(flow, sleeps, others === 1),
      properties: vmmRules(regions, others === 1),
    };
  },
};

function sleepsOf({ d3hot = 0, low_power = 0 }: Scope): Sleeps {
  if (d3hot + low_power > 1) {
    throw new InputError(
      '--scope: d3hot=1 and low_power=1 are two ways to sleep; take one of them',
    );
  }
  if (low_power === 1) return 'low_power';
  return d3hot === 1 ? 'd3hot' : 'never';
}

const CALLS: Readonly<Record<Sleeps, RegExp>> = {
  never: /^(write_command|device_reset|close)/,
  d3hot: /^(write_command|device_reset|close|write_pmcsr)/,
  low_power: /^(write_command|device_reset|close|low_power)/,
};

function flowOf(sleeps: Sleeps): Flow {
  const byTheVmm = () => [VMM];
  return { calls: CALLS[sleeps], madeBy: { map_file: byTheVmm, ioas_unmap: byTheVmm } };
}

function vmmPart(regions: number, sleeps: Sleeps, revision: string): Part {
  return procedure(VMM, vmmOf(revision, vmm(regions, sleeps)), {
    thread: VMM,
    roles: ['vmm', 'importer', 'user'],
  });
}

/** It is the VMM that owns the device: these steps are on its thread. */
function byVmm(part: Part): Part {
  const onVmm = (label: string) =>
    /^dev\[0\]\.(write_command|write_pmcsr|low_power_|device_reset|close)[^@]*$/.test(label)
      ? `${label}@${VMM}`
      : label;
  return { ...part, rename: (label) => part.rename(label).map(onVmm) };
}

/** The device, its buffers and their mappings take the steps of a section with the other owner, too. */
function withSibling(buffers: number, parts: readonly Part[]): Part[] {
  const on = (label: string) => `${label}@${OTHER}`;
  const ofBuffers = (label: string) => range(buffers).map((b) => on(`buf[${b}].${label}`));
  const sibling = contract('dev[0]', siblingReset(), {
    roles: ['owner', 'sibling'],
    thread: OTHER,
    also: {
      ...Object.fromEntries(['begin', 'power(D0)'].map((l) => [l, [on(`dev[0].${l}`)]])),
      ...Object.fromEntries(['end#live', 'end#revoked'].map((l) => [l, [on(`dev[0].${l}`)]])),
      ...Object.fromEntries(['revoke', 'drained', 'unrevoke'].map((l) => [l, ofBuffers(l)])),
      ...Object.fromEntries(
        ['hot_reset:begin', 'hot_reset:ok', 'hot_reset:-ENOTTY', 'reset:ok', 'reset:-ENOTTY'].map(
          (l) => [l, [on(`bus.${l}`)]],
        ),
      ),
    },
  });
  const steps = new Set(alphabetOf(sibling).flatMap(sibling.rename));
  const joined = (part: Part): Part =>
    part.name === 'owner[0]'
      ? part
      : {
          ...part,
          rename: (label) => [
            ...part.rename(label).flatMap((one) => [one, ...(steps.has(on(one)) ? [on(one)] : [])]),
            // It is powered up when every buffer is revoked, which is where a buffer allows a cut.
            ...(label === 'cut' && part.name.startsWith('buf') ? [on('dev[0].power(D0)')] : []),
          ],
        };
  return [...parts.map(joined), { ...sibling, name: OTHER }];
}

/** Whom nobody here is: who owns the device by itself, who holds the file of a buffer alone. */
function unusedOf(flow: Flow, sleeps: Sleeps, others: boolean): Record<string, string> {
  const { export: exports, release, 'buf.drained': drained, 'bus.reset': reset } = notInFlow(flow);
  const sleep = 'with d3hot or low_power the guest puts its device to sleep';
  return {
    'att.map_file:-EOPNOTSUPP': 'each buffer is one range',
    export: exports!,
    release: release!,
    'buf.drained': drained!,
    ...(!others && { 'bus.reset': reset! }),
    ...(sleeps === 'never' && { 'guest.sleep': sleep, 'guest.wake': sleep }),
  };
}
