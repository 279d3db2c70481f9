import { ACS, type Cpu, devfn, type HostBridge, type PciDev } from './pci-tree.ts';

const INTEL = 0x8086;
const GOOGLE = 0x1ae0;
const NVIDIA = 0x10de;

/** Of every vendor, its devices; those after `same` only for devices of one host bridge. */
interface Entry {
  readonly vendor: number;
  readonly device: number | 'any';
  readonly same: boolean;
}

const entries = (vendor: number, same: boolean, ...devices: readonly (number | 'any')[]): Entry[] =>
  devices.map((device) => ({ vendor, device, same }));

/** Source: pci_p2pdma_whitelist, v7.3; the accelerators of Intel that are in it by name are left out. */
const WHITELIST: readonly Entry[] = [
  ...entries(INTEL, true, 0x3c00, 0x3c01, 0x2f00, 0x2f01),
  ...entries(INTEL, false, 0x2030, 0x2031, 0x2032, 0x2033, 0x2020, 0x09a2),
  ...entries(GOOGLE, false, 'any'),
  ...entries(NVIDIA, false, 0x2f95, 0x2f96, 0x2f97, 0x2f98),
];

export type Route = 'BUS_ADDR' | 'THRU_HOST_BRIDGE' | 'NOT_SUPPORTED';

/**
 * Which way a request takes from one device to the memory of another: along the bridges, port by port,
 * and what the host bridges are known to do with it where it comes up to them.
 */
export function routeBetween(provider: PciDev, client: PciDev, cpu: Cpu): Route {
  const [down, up] = [pathToRoot(provider), pathToRoot(client)];
  while (down.length > 0 && down.at(-1) === up.at(-1) && isCommon(down, up)) {
    down.pop();
    up.pop();
  }
  const meeting = down.at(-1) === up.at(-1) ? down.at(-1) : undefined;
  if (meeting !== undefined && ![...down, ...up].some(redirects)) return 'BUS_ADDR';
  if (cpu.vendor === 'AMD' && cpu.family >= 0x17) return 'THRU_HOST_BRIDGE';
  const [from, to] = [provider.bus.hostBridge, client.bus.hostBridge];
  const carried =
    from === to ? allows(from, true) : [from, to].every((bridge) => allows(bridge, false));
  return carried ? 'THRU_HOST_BRIDGE' : 'NOT_SUPPORTED';
}

/** The device, and every bridge above it. */
function pathToRoot(dev: PciDev): PciDev[] {
  const path: PciDev[] = [];
  for (let one: PciDev | undefined = dev; one !== undefined; one = one.bus.self) path.push(one);
  return path;
}

/** Whether what is above the top of both is above both still when the top is taken off. */
function isCommon(one: readonly PciDev[], other: readonly PciDev[]): boolean {
  const [below, beside] = [one.at(-2), other.at(-2)];
  return below !== undefined && below === beside;
}

function redirects({ acsCtrl = 0 }: PciDev): boolean {
  return (acsCtrl & (ACS.RR | ACS.CR | ACS.EC)) !== 0;
}

/** Source: __host_bridge_whitelist, pci_host_bridge_dev, v7.3. */
function allows({ first }: HostBridge, sameHostBridge: boolean): boolean {
  if (first === undefined) return false;
  if (first.devfn !== devfn(0, 0) && !first.isRootPort) return false;
  const entry = WHITELIST.find(
    ({ vendor, device }) =>
      vendor === first.vendor && (device === 'any' || device === first.device),
  );
  return entry !== undefined && (sameHostBridge || !entry.same);
}
