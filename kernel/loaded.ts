import { InputError } from 'xstate-check';
import type { GivenModule } from './kernel-modules.ts';

/** The kernel, or a module, as the guest itself says what it has. */
export interface LoadedModule {
  /** As /sys/module calls it; `kernel` for what is built in. */
  readonly name: string;
  /** From its notes in /sys, if there is one. */
  readonly buildId: string | undefined;
}

/**
 * A kernel that has something built in loads no module of that name, and then it is not the module
 * that would be tested.
 *
 * @throws InputError where the guest has another module than it was given
 */
export function assertLoaded(given: readonly GivenModule[], loaded: readonly LoadedModule[]): void {
  for (const { name, buildId } of given) {
    const found = loaded.find((module) => module.name === name);
    if (found !== undefined && found.buildId === buildId) continue;
    const has = found === undefined ? 'none' : (found.buildId ?? 'one without a build id');
    throw new InputError(
      `the guest was given ${name} ${buildId ?? 'without a build id'} and has ${has}: ` +
        'the modules are not those of this kernel, or it has them built in',
    );
  }
}

/** The modules whose code the tests are about. */
const SUBJECT = /^(vfio|vfio_pci|vfio_pci_core|vfio_iommu_type1|iommufd)$/;

/** What is tested, a line each: the kernel, and which modules of it were loaded. */
export function describeTested(
  release: string,
  given: readonly GivenModule[],
  loaded: readonly LoadedModule[],
): string[] {
  const kernel = loaded.find(({ name }) => name === 'kernel')?.buildId;
  const modules = given.filter(({ name }) => SUBJECT.test(name));
  return [
    `Linux ${release}`,
    `kernel: ${kernel === undefined ? 'without a build id' : `build id ${kernel}`}`,
    ...modules.map(({ name, buildId, sha256 }) =>
      buildId === undefined
        ? `${name}: no build id, sha256 ${sha256.slice(0, 40)}`
        : `${name}: build id ${buildId}`,
    ),
    ...(modules.length === 0 ? ['vfio is built in'] : []),
  ];
}
