import type { Ability } from '../src/target/target.ts';

/** A label taken apart: `object.operation:outcome#variant@thread`. */
export interface ParsedLabel {
  /** Without variant and thread. */
  readonly plain: string;
  /** `dev[0]`, `buf[1]`, `att[0]`, `bus`, `dev_set`. */
  readonly object: string;
  /** What stands in the brackets of the object, 0 where it has none. */
  readonly index: number;
  readonly operation: string;
  readonly outcome: string | undefined;
  readonly thread: string | undefined;
}

/** Takes a label apart; undefined if it is none. */
export function parseLabel(label: string): ParsedLabel | undefined {
  const match =
    /^((dev|buf|att|bar)\[(\d+)\]|bus|dev_set)\.([^:#@]+)(?::([^#@]+))?(?:#[^@]*)?(?:@(.+))?$/.exec(
      label,
    );
  if (!match) return undefined;
  const [, object, , index, operation, outcome, thread] = match;
  const plain = `${object}.${operation}${outcome === undefined ? '' : `:${outcome}`}`;
  return {
    plain,
    object: object!,
    index: Number(index ?? 0),
    operation: operation!,
    outcome,
    thread,
  };
}

/** A label without `#variant` and `@thread`; anything else unchanged. */
export function plainLabel(label: string): string {
  return label.replace(/[#@].*$/, '');
}

/** Operations of the environment, by the kind of object: the test performs them. */
const PERFORMED: Readonly<Record<string, RegExp>> = {
  dev: /^(open|write_command\(MEM=[01]\)|write_pmcsr\(D(0|1|2|3hot)\)|low_power_(entry|exit|entry_with_wakeup)|device_reset|close|flr|af_flr|sriov_configure|sysfs_reset|read_bar):begin$|^open:ok$|^memory_lock\.down_read$/,
  bus: /^hot_reset:begin$/,
  buf: /^(export|release|open_o_path|close_o_path):begin$|^export:(ok|-EMFILE)$|^release$/,
  att: /^(attach|map|unmap|detach|map_file|ioas_unmap):begin$|^(attach|map|map_file|ioas_unmap):|^(unmap|detach|fence\.add|fence\.signal)$/,
};

/** Failures that the environment chooses. */
const FORCED: Readonly<Record<string, RegExp>> = {
  dev: /^(pm_runtime_get|reset|pci_try_reset_function|set_power_state\(D3hot\)|command\.write\(MEM=[01]\)):failed$|^owned:false$/,
  bus: /^(reset|pci_reset_bus):-ENOTTY$/,
  dev_set: /^resettable:false$/,
  buf: /^dma_buf_fd:-EMFILE$/,
  att: /^(phys_vec_to_sgt|map):-(EINVAL|ENOMEM)$/,
};

/** What the kernel does by itself, at either grain. */
const OBSERVED: Readonly<Record<string, RegExp>> = {
  dev: /^(begin|end|disable|memory\((on|off)\)|power\(D(0|1|2|3hot)\)|low_power\((enter|exit)\)|reset:ok|pm_runtime_(get:ok|put)|owned:true|memory_lock\.(down_write_trylock:[01]|down_write|up_write|down_read|up_read)|move\((true|false)\):(begin|end)|zap_bars|set_power_state\(D(0|1|2|3hot)\)|open_count:(true|false)|memory_enabled:(true|false)|command\.write\(MEM=[01]\)|core_disable|core_enable|pci_try_reset_function:ok|pci_reset_function|pm_runtime_engaged(:(true|false)|\.set|\.clear)|(write_command\(MEM=[01]\)|write_pmcsr\(D(0|1|2|3hot)\)|low_power_(entry|exit|entry_with_wakeup)|device_reset|close|flr|af_flr|sriov_configure|sysfs_reset|read_bar):(ok|failed|-E[A-Z]+))$/,
  bus: /^(reset:ok|pci_reset_bus:ok|hot_reset:(ok|-E[A-Z]+))$/,
  dev_set: /^(lock\.mutex_(lock|unlock)|resettable:true)$/,
  buf: /^(revoke|drained|unrevoke|cleanup|get_file_active:(true|false)|fput|revoked(:(true|false)|\.set|\.clear)|resv\.(lock|unlock|wait)|invalidate_mappings:(begin|end)|kref\.(init|get|put:(more|last))|comp\.(wait|reinit)|list_del|list_add|dma_buf_fd:ok|dma_buf_fd\.tracepoint|(release|open_o_path|close_o_path):ok)$/,
  att: /^(invalidate|phys_vec_to_sgt:ok|free_sgt|list_del|peer2peer:false|mutex_destroy|(unmap|detach):ok)$/,
};

/** What the simulated kernel can do with a label, `undefined` if nothing. */
export function abilityOf(label: string): Ability | undefined {
  const parsed = parseLabel(label);
  if (!parsed) return undefined;
  const kind = parsed.object.replace(/\[.*$/, '');
  const rest = parsed.plain.slice(parsed.object.length + 1);
  if (FORCED[kind]?.test(rest)) return 'force';
  if (PERFORMED[kind]?.test(rest)) return 'perform';
  return OBSERVED[kind]?.test(rest) ? 'observe' : undefined;
}
