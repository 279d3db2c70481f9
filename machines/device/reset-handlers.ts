/** What vfio-pci does around a reset of its own accord, where it has handlers for that. */
export interface ResetHandlers {
  /**
   * Whether vfio-pci hears of every reset: `no`, up to 7.3, or by `reset_prepare` and `reset_done` of
   * its error handlers, which take memory_lock. The PCI core calls them in each reset that saves and
   * restores the device, those that vfio-pci itself asks for included.
   */
  readonly hears: 'no' | 'reset_prepare';
}

const RFC =
  'Pranjal Shrivastava, [RFC] "vfio/pci: Revoke BARs and DMABUFs during sysfs-triggered PCI reset", 2026-08-07, <20260807201405.3717430-2-praan@google.com>';

/** The label of a step of one device, which a machine calls `dev` or `dev[i]`. */
type Step<Dev extends string, Of extends string> = `${Dev}.${Of}`;

function stepOf<Dev extends string, Of extends string>(dev: Dev, of: Of): Step<Dev, Of> {
  return `${dev}.${of}`;
}

/** A transition, or several that guards choose from. */
type To = unknown;

function when<Label extends string>(label: Label, to: To) {
  return { [label]: to } as Record<Label, never>;
}

/**
 * reset_prepare(), as pci_dev_save_and_disable() calls it.
 *
 * @param locked - what taking memory_lock decides, where it does
 */
export function resetPrepare<Dev extends string>(dev: Dev, next: To, locked: object = {}) {
  return {
    description: 'pci_dev_save_and_disable() calls reset_prepare()',
    meta: { source: `pci_dev_save_and_disable, drivers/pci/pci.c, v7.3; ${RFC}` },
    initial: 'lock',
    states: {
      lock: { on: when(stepOf(dev, 'memory_lock.down_write'), { target: 'zap', ...locked }) },
      zap: { on: when(stepOf(dev, 'zap_bars'), 'revoke') },
      revoke: { on: when(stepOf(dev, 'move(true):begin'), 'revoking') },
      revoking: { on: when(stepOf(dev, 'move(true):end'), next) },
    },
  } as const;
}

/** reset_done(), as pci_dev_restore() calls it. */
export function resetDone<Dev extends string>(dev: Dev, next: To) {
  return {
    description: 'pci_dev_restore() calls reset_done()',
    meta: { source: `pci_dev_restore, drivers/pci/pci.c, v7.3; ${RFC}` },
    initial: 'test',
    states: {
      test: {
        on: {
          ...when(stepOf(dev, 'memory_enabled:true'), 'unrevoke'),
          ...when(stepOf(dev, 'memory_enabled:false'), 'unlock'),
        },
      },
      unrevoke: { on: when(stepOf(dev, 'move(false):begin'), 'unrevoking') },
      unrevoking: { on: when(stepOf(dev, 'move(false):end'), 'unlock') },
      unlock: { on: when(stepOf(dev, 'memory_lock.up_write'), next) },
    },
  } as const;
}
