import type { System, SystemFamily } from 'xstate-check';
import { everyFunction, type KernelFunction, ofMmapSeries } from './functions.ts';
import { unreadOf } from './readings.ts';
import { revisions, type Version } from './versions.ts';

const known: ReadonlySet<string> = new Set([...everyFunction, ...ofMmapSeries]);

/** A version after the functions that it has: `vfio_pci_dma_buf_move, v7.3`. */
const CITATION = /(?<=[\w)], )v(\d+\.\d+)\b/g;

/** How a version is cited: `v6.19`, `series v6`, `revoke series v5`. */
function labelOf({ name, kind }: Version): string {
  if (kind === 'release') return `v${name}`;
  const [what, number] = name.includes('-v') ? name.split('-') : ['', name];
  return what === '' ? `series ${number}` : `${what} series ${number}`;
}

/**
 * A source as a run of a version cites it. Machines and calls are drawn once, and most of them cite
 * the newest release: a run of another version says so, by whether the functions were read of it.
 */
function ofStep(version: Version, source: string): string {
  const functions = [...source.matchAll(/\w+/g)].map(([word]) => word);
  const own = functions.filter((word): word is KernelFunction => known.has(word));
  const read = own.length > 0 && unreadOf(version.name, own).length === 0;
  return source.replace(CITATION, (cited, number: string) => {
    if (number === version.name) return cited;
    const label = labelOf(version);
    return read ? `${label} (drawn after ${cited})` : `${cited} (drawn for ${label}, too)`;
  });
}

/** The source of a rule, which need not be one that the version keeps. */
function ofRule(version: Version, source: string): string {
  return source.replace(CITATION, (cited, number: string) =>
    number === version.name ? cited : `${cited} (where the rule is from)`,
  );
}

/** A system whose runs cite its version, or say what they are drawn from. */
function cited(system: System): System {
  const version = revisions.find(({ name }) => name === system.revision);
  if (version === undefined) return system;
  const cite = (source: string) => ofStep(version, source);
  return {
    ...system,
    cite,
    calls: system.calls.map((call) => ({ ...call, source: cite(call.source) })),
    properties: system.properties.map((property) => ({
      ...property,
      source: ofRule(version, property.source),
    })),
  };
}

/** A family whose systems cite their versions. */
export function citing(family: SystemFamily): SystemFamily {
  return { ...family, build: (options) => cited(family.build(options)) };
}
