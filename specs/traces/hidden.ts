import { CLEANUP, HOT_RESETTERS, MAP_CHECKED, MOVE } from './functions.ts';

/** Steps that no trace shows. */
const NEVER_SEEN = [
  /\.begin@/,
  /\.(memory|power|low_power)\(/,
  /\.disable@/,
  /\.export:ok/,
  /\.(revoke|unrevoke|drained)@/,
  /\.end#/,
  /\.release#\w+@/,
  /\.(attach|map|map_file):(ok|-ENODEV)@/,
];

/** A function that calls __vfio_pci_memory_enabled(), by its call or by its return. */
const testedBy = (caller: string) => [
  `__vfio_pci_memory_enabled <-${caller}`,
  `__vfio_pci_memory_enabled:return to ${caller}`,
];

/** Steps that are hidden where the trace shows nothing of these functions. */
const SEEN_AS: readonly (readonly [RegExp, ...string[]])[] = [
  [/\.move\((true|false)\)@/, MOVE],
  [/\.move\(true\)#cleanup@/, `${MOVE} <-${CLEANUP}`],
  [/\.resv\.lock@/, `ww_mutex_lock <-${MOVE}`],
  [/\.resv\.unlock@/, `ww_mutex_unlock <-${MOVE}`],
  [/\.invalidate_mappings@/, 'dma_buf_invalidate_mappings'],
  [/\.resv\.wait@/, 'dma_resv_wait_timeout'],
  [/\.begin#trylock@|\.down_write_trylock:0@/, 'down_write_trylock:return'],
  [/\.up_write@/, 'up_write'],
  [/\.untested@/, ...HOT_RESETTERS.flatMap(testedBy)],
  [/\.map:checked@/, MAP_CHECKED],
  [/^task\.put_registration@/, 'vfio_device_put_registration'],
  [/\.cleanup@/, `vfio_device_put_registration <-${CLEANUP}`],
  [/\.core_disable@/, 'vfio_pci_core_disable'],
  [/\.open:ok@/, 'vfio_pci_core_enable'],
];

/**
 * The functions that would have shown a step, where the trace shows none of them.
 *
 * @param label - as in the machine of the part that takes it
 */
export function unshownBy(label: string, isSeen: (name: string) => boolean): readonly string[] {
  const isOf = (pattern: RegExp) => ['part', 'task'].some((of) => pattern.test(`${of}.${label}@`));
  const [, ...names] = SEEN_AS.find(([pattern]) => isOf(pattern)) ?? [/^/];
  return names.some(isSeen) ? [] : names;
}

/** Whether a label is a step that may happen without being seen in this trace. */
export function isHidden(label: string, isSeen: (name: string) => boolean): boolean {
  if (NEVER_SEEN.some((pattern) => pattern.test(label))) return true;
  // The probe of its return alone shows a trylock, too.
  if (/\.down_write_trylock@/.test(label)) {
    return isSeen('down_write_trylock:return') && !isSeen('down_write_trylock');
  }
  return SEEN_AS.some(([pattern, ...names]) => pattern.test(label) && !names.some(isSeen));
}
