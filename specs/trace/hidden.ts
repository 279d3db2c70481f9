import { CLEANUP, MOVE } from './functions.ts';

/** Steps that no trace shows. */
const NEVER_SEEN = [
  /\.begin@/,
  /\.(memory|power|low_power)\(/,
  /\.disable@/,
  /\.export:ok/,
  /\.(revoke|unrevoke|drained)@/,
  /\.end#/,
  /\.release@/,
  /\.(attach|map|map_file):(ok|-ENODEV)@/,
];

/** Steps that are hidden where the trace shows nothing of these functions. */
const SEEN_AS: readonly (readonly [RegExp, string])[] = [
  [/\.move\((true|false)\)@/, MOVE],
  [/\.move\(true\)#cleanup@/, `${MOVE} <-${CLEANUP}`],
  [/\.resv\.lock@/, `ww_mutex_lock <-${MOVE}`],
  [/\.resv\.unlock@/, `ww_mutex_unlock <-${MOVE}`],
  [/\.invalidate_mappings@/, 'dma_buf_invalidate_mappings'],
  [/\.resv\.wait@/, 'dma_resv_wait_timeout'],
  [/\.begin#trylock@|\.down_write_trylock:0@/, 'down_write_trylock:return'],
  [/\.cleanup@/, `vfio_device_put_registration <-${CLEANUP}`],
  [/\.core_disable@/, 'vfio_pci_core_disable'],
  [/\.open:ok@/, 'vfio_pci_core_enable'],
];

/** Whether a label is a step that may happen without being seen in this trace. */
export function isHidden(label: string, isSeen: (name: string) => boolean): boolean {
  if (NEVER_SEEN.some((pattern) => pattern.test(label))) return true;
  // The probe of its return alone shows a trylock, too.
  if (/\.down_write_trylock@/.test(label)) {
    return isSeen('down_write_trylock:return') && !isSeen('down_write_trylock');
  }
  return SEEN_AS.some(([pattern, name]) => pattern.test(label) && !isSeen(name));
}
