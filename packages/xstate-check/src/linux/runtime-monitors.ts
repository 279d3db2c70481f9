import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { ExportedFile, ExportFormat, ExportScope } from '../export/format.ts';
import { machinesNamed } from '../export/formats.ts';
import { ltsOf } from '../system/product.ts';
import { only, rvDot, type Watch } from './rv-dot.ts';
import { RV_DOT } from './rv-format-name.ts';

/** A machine that can be watched in a running kernel, and where. */
export interface RuntimeMonitor {
  /** As the kernel is to call it. */
  readonly name: string;
  readonly machine: AnyStateMachine;
  readonly watch: Watch;
}

/** The format of the kernel's runtime monitors. */
export function runtimeMonitorFormat(
  catalogue: Omit<Catalogue, 'targets'>,
  monitors: readonly RuntimeMonitor[],
): ExportFormat {
  return {
    ...RV_DOT,
    write: (subject, options) => runtimeMonitorsOf(catalogue, monitors, subject, options),
  };
}

function runtimeMonitorsOf(
  catalogue: Omit<Catalogue, 'targets'>,
  monitors: readonly RuntimeMonitor[],
  name: string | undefined,
  options: ExportScope,
): ExportedFile[] {
  const isSystem = catalogue.families.some((family) => family.name === name);
  const ids = isSystem ? machinesNamed(catalogue, name, options).map(({ id }) => id) : [];
  const chosen = isSystem
    ? monitors.filter(({ machine }) => ids.includes(machine.id))
    : name === undefined
      ? monitors
      : [findByName('runtime monitor', name, monitors, (one) => one.name)];
  if (chosen.length === 0) {
    throw new InputError(
      `nothing of system '${name}' is watched in a running kernel; the runtime monitors are ` +
        monitors.map((one) => one.name).join(', '),
    );
  }
  return chosen.map((one) => ({ name: `${one.name}.dot`, text: runtimeMonitor(one) }));
}

/** A runtime monitor in the dialect of rvgen, with the labels that something shows. */
export function runtimeMonitor({ name, machine, watch }: RuntimeMonitor): string {
  const shown = watch.attachments.map(({ label }) => label);
  return rvDot(only(ltsOf(machine), shown), name, watch);
}
