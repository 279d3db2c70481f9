import { check } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import type { System, SystemFamily } from '../specification/system.ts';
import type { Fault } from './fault.ts';

/** The systems that faults are put into, each explored once for all of its faults. */
export class Bases {
  readonly #faults: readonly Fault[];
  readonly #bounds: Bounds;
  readonly #broken = new Map<string, ReadonlySet<string>>();

  constructor(faults: readonly Fault[], bounds: Bounds) {
    this.#faults = faults;
    this.#bounds = bounds;
  }

  /** The properties that a fault is to break and its base does not keep either. */
  brokenAnyway(family: SystemFamily, fault: Fault, base: System): string[] {
    const place = placeOf(fault);
    const broken = this.#broken.get(place) ?? this.#brokenIn(family, place, fault, base);
    this.#broken.set(place, broken);
    return base.properties.flatMap(({ id }) =>
      fault.expected.includes(id) && broken.has(id) ? [id] : [],
    );
  }

  #brokenIn(
    { name }: SystemFamily,
    place: string,
    fault: Fault,
    base: System,
  ): ReadonlySet<string> {
    const here = this.#faults.filter((one) => one.system === name && placeOf(one) === place);
    const asked = new Set([fault, ...here].flatMap(({ expected }) => expected));
    const { properties } = check(only(base, [...asked]), this.#bounds);
    return new Set(
      properties.flatMap(({ property, verdict }) => (verdict === 'holds' ? [] : [property.id])),
    );
  }
}

export function placeOf({ system, base, scope }: Fault): string {
  return JSON.stringify([system, base, Object.entries(scope)]);
}

/** A system with some of its properties. */
export function only(system: System, properties: readonly string[]): System {
  return { ...system, properties: system.properties.filter(({ id }) => properties.includes(id)) };
}
