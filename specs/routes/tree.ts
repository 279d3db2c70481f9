import { InputError, type Scope } from 'xstate-check';
import { LISTED, type Listed } from '../../machines/routes/platform.resource.ts';
import { range } from '../shared/contract.ts';

/** Two devices of a PCI tree, and what is above them. */
export interface Tree {
  /** By number, the device above: of the provider (0), the client (1, or 0 itself), the bridges. */
  readonly upstream: readonly (number | 'none')[];
  readonly client: 0 | 1;
  /** By number, which of two host bridges it is below. */
  readonly host: readonly (0 | 1)[];
  /** What the whitelist has of each host bridge. */
  readonly listed: readonly [Listed, Listed];
  /** An AMD processor of family 17h or later. */
  readonly zen: boolean;
}

/** How many devices there are from either of the two up to the root bus, and how many they share. */
export interface Shape {
  readonly provider: number;
  readonly client: number;
  readonly shared: number;
}

export const isSameFunction = ({ provider, client, shared }: Shape): boolean =>
  shared === provider && shared === client;

/** Two functions of one device, or two devices on one bus, below one bridge. */
export const areSiblings = ({ provider, client, shared }: Shape): boolean =>
  shared > 0 && provider === shared + 1 && client === shared + 1;

/** Whether two devices can be so: neither is a bridge above the other. */
export function isTree(shape: Shape): boolean {
  const { provider, client, shared } = shape;
  if (provider < 1 || client < 1 || shared < 0) return false;
  return isSameFunction(shape) || (shared < provider && shared < client);
}

/** The devices of a shape: the two, the bridges of either, those above both. */
export function upstreamOf(shape: Shape): Pick<Tree, 'upstream' | 'client'> {
  const { provider, client, shared } = shape;
  if (isSameFunction(shape)) {
    return { client: 0, upstream: range(provider).map((n) => (n + 1 < provider ? n + 1 : 'none')) };
  }
  const own = provider - shared - 1;
  const other = client - shared - 1;
  const first = { own: 2, other: 2 + own, shared: 2 + own + other };
  const above = shared > 0 ? first.shared : ('none' as const);
  const chain = (from: number, length: number, then: number | 'none') =>
    range(length).map((n) => (n + 1 < length ? from + n + 1 : then));
  return {
    client: 1,
    upstream: [
      own > 0 ? first.own : above,
      other > 0 ? first.other : above,
      ...chain(first.own, own, above),
      ...chain(first.other, other, above),
      ...chain(first.shared, shared, 'none'),
    ],
  };
}

/** Those above a device, itself first. */
export function upwards({ upstream }: Pick<Tree, 'upstream'>, from: number): number[] {
  const all: number[] = [];
  for (let n: number | 'none' = from; n !== 'none'; n = upstream[n]!) all.push(n);
  return all;
}

/**
 * The devices on the way from one to the other that stays below the host bridge: both, the bridges
 * between, and the one in which they meet. Undefined where they meet in no bridge.
 */
export function pathOf(tree: Pick<Tree, 'upstream' | 'client'>): readonly number[] | undefined {
  const above = upwards(tree, tree.client);
  const from = upwards(tree, 0);
  const meeting = from.find((n) => above.includes(n));
  if (meeting === undefined) return undefined;
  return [...from.slice(0, from.indexOf(meeting) + 1), ...above.slice(0, above.indexOf(meeting))];
}

/** Whether the host bridges carry what goes through them, as the kernel has it. */
export function isCarried({ host, client, listed, zen }: Omit<Tree, 'upstream'>): boolean {
  if (zen) return true;
  const [of, to] = [listed[host[0]!], listed[host[client]!]];
  return host[0] === host[client] ? of !== 'no' : of === 'any' && to === 'any';
}

/** Two functions below one port where a scope does not say. */
export function shapeOf({ provider = 2, client = 2, shared = 1 }: Scope): Shape {
  return { provider, client, shared };
}

/** The tree that a scope asks for. @throws InputError for one that there is not */
export function treeOf(scope: Scope): Tree {
  const { hosts = 1, listed = 1, other = 0, zen = 0 } = scope;
  const shape = shapeOf(scope);
  const { provider, client, shared } = shape;
  if (!isTree(shape) || provider > 4 || client > 4) {
    throw new InputError(
      `--scope: provider=${provider},client=${client},shared=${shared} is no tree that is drawn: ` +
        'each is 1 to 4, and less is shared than either has, or all of it',
    );
  }
  if (hosts < 1 || hosts > 2 || (hosts === 2 && shared > 0)) {
    throw new InputError('--scope: hosts is 1 or 2, and 2 only where shared=0');
  }
  for (const [name, value] of Object.entries({ listed, other })) {
    if (LISTED[value] === undefined) throw new InputError(`--scope: ${name} is 0, 1 or 2`);
  }
  const { upstream, client: at } = upstreamOf(shape);
  const ofClient = upwards({ upstream }, at);
  return {
    upstream,
    client: at,
    host: upstream.map((_, n) => (hosts === 2 && ofClient.includes(n) ? 1 : 0)),
    listed: [LISTED[listed]!, LISTED[other]!],
    zen: zen > 0,
  };
}
