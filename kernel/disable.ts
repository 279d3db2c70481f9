import { exited, type Kept, resumed, type Teller } from './kept.ts';
import type { Stop } from './stop.ts';

const PCI_COMMAND = 4;
const INTX_DISABLE = 0x400;
/** Of __pm_runtime_resume(): it takes a reference, too. */
const RPM_GET_PUT = 4;

/**
 * vfio_pci_core_disable() of a closing device, and vfio_pci_dev_set_try_reset(), which the compiler
 * puts into it. What it tests is told by where it goes, and by what vfio keeps.
 */
export class Disable implements Teller {
  /** As it was before low power ended. */
  private before: Kept | undefined;
  private reached: 'nothing' | 'disable' | 'intx' | 'restored' | 'disabled' = 'nothing';
  private locked = false;
  private didReset = false;
  private trying: 'not yet' | 'begun' | 'awake' | 'done' = 'not yet';

  tell(stop: Stop): readonly string[] {
    return this.handlers[stop.at]?.(stop, `dev[${stop.index}]`) ?? [];
  }

  /** The reset of a bus goes through some of these functions, too, and is one step. */
  holds({ at, seen }: Stop): boolean {
    if (at === 'pm_get<') return this.reached !== 'nothing';
    if (at === 'pm_put<') return this.reached === 'disabled';
    if (at === 'write_config_word<') return this.isIntx(seen);
    if (at === 'trylock<' || at === 'reset_locked<') return this.reached === 'intx';
    return at === 'restore_state<' && this.reached === 'intx';
  }

  private isIntx({ where, value }: Kept): boolean {
    return this.reached === 'disable' && where === PCI_COMMAND && value === INTX_DISABLE;
  }

  private readonly handlers: Readonly<Record<string, (stop: Stop, dev: string) => string[]>> = {
    'core_disable<': () => {
      this.reached = 'disable';
      return [];
    },
    'down_write>': ({ seen }) => {
      this.before = seen;
      return [];
    },
    'memory_enabled<': ({ seen }, dev) =>
      this.reached === 'disable' ? exited(dev, this.before!, seen) : [],
    'pm_get>': ({ seen }, dev) => this.awake(seen, dev),
    'write_config_word<': ({ seen }, dev) =>
      this.isIntx(seen) && seen.dirty === 1 ? [`${dev}.needs_reset.set`] : [],
    'write_config_word>': ({ seen }, dev) => {
      if (!this.isIntx(seen)) return [];
      this.reached = 'intx';
      return [`${dev}.hw.command(INTX_DISABLE)`];
    },
    'trylock<': (_, dev) => {
      if (this.reached !== 'intx') return [];
      this.locked = true;
      return [`${dev}.reset_works:true`];
    },
    'trylock>': ({ seen }, dev) =>
      this.reached === 'intx' ? [`${dev}.pci_dev_trylock:${seen.result}`] : [],
    'reset_locked>': ({ seen }, dev) => {
      this.didReset = seen.result === 0;
      const call = `${dev}.__pci_reset_function_locked`;
      return [`${call}:begin`, `${call}:${this.didReset ? 'ok' : 'failed'}`];
    },
    'restore_state<': ({ seen }, dev) =>
      this.reached !== 'intx'
        ? []
        : [
            ...(this.locked ? [] : [`${dev}.reset_works:false`]),
            ...(this.didReset && seen.dirty === 0 ? [`${dev}.needs_reset.clear`] : []),
          ],
    'restore_state>': (_, dev) => {
      if (this.reached !== 'intx') return [];
      this.reached = 'restored';
      return [`${dev}.hw.restore_state`];
    },
    'disable_device>': () => {
      this.reached = 'disabled';
      return [];
    },
    'resettable<': ({ seen }, dev) => {
      this.trying = 'begun';
      return this.asked(seen, dev);
    },
    'mutex_unlock<': ({ seen }, dev) =>
      this.reached === 'disabled' && seen.open === 0 ? [`${dev}.open_count.dec`] : [],
    'pm_put<': ({ seen }, dev) => (this.reached === 'disabled' ? this.beforePut(seen, dev) : []),
    'pm_put>': (_, dev) => (this.reached === 'disabled' ? [`${dev}.pm_runtime_put`] : []),
  };

  private awake(seen: Kept, dev: string): string[] {
    if (this.reached === 'nothing') return [];
    if (seen.value !== RPM_GET_PUT) return [`${dev}.pm_runtime_resume:${resumed(seen)}`];
    this.trying = 'awake';
    return [`${dev}.pm_runtime_resume_and_get:${resumed(seen)}`];
  }

  /** vfio_pci_dev_set_needs_reset(). */
  private asked({ open, dirty }: Kept, dev: string): string[] {
    const begin = ['dev_set.try_reset:begin', `dev_set.open_count:${open === 1 ? 'one' : 'more'}`];
    return open === 1 ? [...begin, `${dev}.needs_reset:${dirty === 1}`] : begin;
  }

  /** The reference that a reset of the bus took, or that of vfio_pci_core_enable(). */
  private beforePut(seen: Kept, dev: string): string[] {
    const { trying } = this;
    this.trying = 'done';
    if (trying === 'awake') return seen.dirty === 0 ? [`${dev}.needs_reset.clear`] : [];
    const end = ['dev_set.try_reset:end'];
    return trying === 'not yet' ? [...this.asked(seen, dev), ...end] : end;
  }
}
