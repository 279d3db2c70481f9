import { type Kept, resumed, type Teller } from './kept.ts';
import type { Stop } from './stop.ts';

/**
 * vfio_pci_core_sriov_configure(), which root calls. The driver of the VF, vfio-pci as well, is
 * probed and unbound on the same thread: it takes the lock of the set that the VF has to itself.
 */
export class Sriov implements Teller {
  private readonly enables: boolean;
  private before: Kept = {};

  constructor(operation: string) {
    this.enables = operation === 'sriov_configure';
  }

  tell(stop: Stop): readonly string[] {
    return this.handlers[stop.at]?.(stop, `dev[${stop.index}]`) ?? [];
  }

  holds({ at }: Stop): boolean {
    return ['pm_get<', 'pm_put<', 'enable_sriov<', 'disable_sriov<'].includes(at);
  }

  private readonly handlers: Readonly<Record<string, (stop: Stop, dev: string) => string[]>> = {
    'pm_get>': ({ seen }, dev) => [`${dev}.pm_runtime_resume_and_get:${resumed(seen)}`],
    'pm_put>': (_, dev) => [`${dev}.pm_runtime_put`],
    'down_write>': ({ seen }) => {
      this.before = seen;
      return [];
    },
    'up_write<': ({ seen }, dev) => this.activated(seen, dev),
    'enable_sriov<': ({ seen }, dev) => [
      ...this.activated(seen, dev),
      `${dev}.pci_enable_sriov:begin`,
    ],
    'enable_sriov>': ({ seen }, dev) => [
      `${dev}.pci_enable_sriov:${seen.result === 0 ? 'ok' : 'failed'}`,
    ],
    'disable_sriov<': (_, dev) => [`${dev}.pci_disable_sriov:begin`],
    'disable_sriov>': (_, dev) => [`${dev}.pci_disable_sriov:end`],
    // a VF that joins its set has been added; which lock it is shows with the set
    'mutex_unlock<': ({ seen }) =>
      this.enables && seen.vf === 1
        ? ['dev[0].pci_iov_add_virtfn:ok', 'vf.dev_set.lock.mutex_lock']
        : [],
    'mutex_lock>': ({ seen }) => (seen.vf === 1 ? ['vf.dev_set.lock.mutex_lock'] : []),
    'mutex_unlock>': ({ seen }) => (seen.vf === 1 ? ['vf.dev_set.lock.mutex_unlock'] : []),
    'sriov_configure>': ({ seen }, dev) =>
      !this.enables && seen.sriov === 0 ? [`${dev}.sriov_active.clear`] : [],
  };

  /** The flag is told once, where the thread comes to next. */
  private activated(seen: Kept, dev: string): string[] {
    const { before } = this;
    this.before = seen;
    return before.sriov === 0 && seen.sriov === 1 ? [`${dev}.sriov_active.set`] : [];
  }
}
