import type { Coverage, Monitor, ShownState } from 'xstate-check/traces';
import { COMMAND, HOT_RESETTERS, MOVE, POWER, ZAP_AND_LOCK } from './functions.ts';
import { unshownBy } from './hidden.ts';
import type { Identities } from './identify.ts';

const COARSELY =
  'judged coarsely: so many states fitted that devices or buffers were followed each by itself. ' +
  'What one of them surely does against a rule is rejected all the same; where it depends on which ' +
  'state of one goes with which of another it may be accepted. Probes with arguments, and a trace ' +
  'that begins before the devices are opened, make it exact';

/** What a trace does not tell, so that the verdict says nothing of it, in a sentence each. */
export function untold(
  ids: Identities,
  monitor: Monitor,
  coverage: readonly Coverage[],
  states: readonly ShownState[],
): string[] {
  return [
    ...functionsTakenForGranted(ids, coverage),
    ...answersNotShown(ids),
    ...valuesNotShown(ids),
    ...assumptions(ids, coverage),
    ...states.flatMap(({ what, is }) => memoryLeftOpen(what, is)),
    ...(monitor.isCoarse ? [COARSELY] : []),
  ];
}

/** A device that is open in the end, and whose memory may be this or that. */
function memoryLeftOpen(what: string, is: string): string[] {
  const [device = '', memory = ''] = is.split('; ');
  if (!device.startsWith('open') || !memory.includes(' or ')) return [];
  return [`what of these ${what} is in the end: ${memory}`];
}

/** Steps that took part and that these functions would have shown. */
function functionsTakenForGranted({ isSeen }: Identities, coverage: readonly Coverage[]): string[] {
  const labels = new Set(
    coverage.flatMap(({ taken }) => (taken?.() ?? []).map(([, label]) => label)),
  );
  const names = new Set([...labels].flatMap((label) => unshownBy(label, isSeen).slice(0, 1)));
  const locks = isSeen('down_write') ? [] : ['down_write'];
  const all = [...locks, ...names].map(asCall).sort();
  if (all.length === 0) return [];
  return [
    `whether these are called: no line shows them, so they may be wherever a rule needs them: ${all.join(', ')}`,
  ];
}

/** A name under which a line is seen, in words. */
function asCall(name: string): string {
  const [, callee = '', returns, caller] = /^(.*?)(:return)?(?: (?:<-|to )(.*))?$/.exec(name)!;
  const by = caller === undefined ? '' : ` by ${caller}()`;
  return `${returns === undefined ? '' : 'the return of '}${callee}()${by}`;
}

/** Functions of which the call is shown and nothing of the answer, and what stays open then. */
const ANSWERS: readonly (readonly [call: string, open: string, ...otherwise: string[]])[] = [
  ['__vfio_pci_memory_enabled', 'taken from what follows'],
  ...HOT_RESETTERS.map(
    (caller) => [`down_write_trylock <-${caller}`, 'taken from what follows'] as const,
  ),
  ['vfio_pci_dma_buf_attach', 'not judged', 'dma_buf_attach_revocable <-vfio_pci_dma_buf_attach'],
  ['vfio_pci_dma_buf_map', 'open, and so whether every mapping is given up in a revoke'],
  ['vfio_pci_dma_buf_iommufd_map', 'not judged'],
];

function answersNotShown({ isSeen }: Identities): string[] {
  return ANSWERS.flatMap(([call, open, ...otherwise]) => {
    const name = call.replace(/ .*/, '');
    const shown = [`${name}:return`, ...otherwise];
    if (!isSeen(call) || shown.some((one) => isSeen(one))) return [];
    return [`what ${name}() answers, which is ${open}: no line shows its return`];
  });
}

/** Arguments that no line shows, and from which of two calls they would follow. */
function valuesNotShown({ isSeen, devices }: Identities): string[] {
  const isOpen = (writer: string) =>
    isSeen(`down_write <-${writer}`) && !isSeen(`${ZAP_AND_LOCK} <-${writer}`);
  const zap = `no line shows ${ZAP_AND_LOCK}() called by it`;
  const anonymous = devices.filter((address) => address === '').length;
  return [
    ...(isOpen(COMMAND) ? [`whether ${COMMAND}() wrote MEM=0 or MEM=1: ${zap}`] : []),
    ...POWER.filter(isOpen).map((writer) => `which power state ${writer}() wrote: ${zap}`),
    ...(isSeen(`down_write <-${ZAP_AND_LOCK}`) && !isSeen(ZAP_AND_LOCK)
      ? [`for whom ${ZAP_AND_LOCK}() took a lock: no line shows who calls it`]
      : []),
    ...(isSeen(MOVE) && !isSeen(`${MOVE} probe`)
      ? [`whether ${MOVE}() revokes or gives back: no probe shows its argument`]
      : []),
    ...(anonymous > 0 && devices.length > 1
      ? ['which device a line is about, in part: no probe shows a lock or a vdev']
      : []),
  ];
}

/** Steps that a run needed and that no line could have shown. */
function assumptions({ isSeen }: Identities, coverage: readonly Coverage[]): string[] {
  const taken = (machine: string, state: string, label?: string) =>
    coverage
      .find((one) => one.machine === machine)
      ?.taken?.()
      .some(([from, by]) => from.includes(state) && (label === undefined || by === label)) ?? false;
  const isRevoking = taken('walk', 'unlocked');
  return [
    ...(taken('section', 'command_on.failed', 'end#revoked')
      ? [
          'whether a write of MEM=1 after which nothing is given back failed, as it is taken to have',
        ]
      : []),
    ...(taken('mappings', 'uncounted')
      ? ['how many are left of more than three mappings of one buffer: they are not counted']
      : []),
    ...(isRevoking && !isSeen('vfio_pci_dma_buf_map')
      ? ['whether an importer had a mapping when a buffer was revoked: no line shows a map']
      : []),
    ...(isRevoking ? ['which fences the wait of a revoke found: no line shows them'] : []),
  ];
}
