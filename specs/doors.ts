import type { Door } from 'xstate-check';
import type { OwnerCall } from './importers/mapping-answers.ts';

/** What a call of the owner does to a mapping of iommufd, and the state in which that is seen. */
export interface MappingRow {
  readonly call: OwnerCall;
  readonly when: string;
  readonly mapping: 'gone' | 'there';
  /** What MAP_FILE answers after it. */
  readonly answers: string;
  readonly find: string;
}

const row = (
  call: OwnerCall,
  when: string,
  at: string,
  mapping: MappingRow['mapping'],
  answers: string,
): MappingRow => ({
  ...{ call, when, mapping, answers },
  find: `owner[0] is ${at} and att[1] is ${mapping === 'gone' ? 'dead' : 'mapped'}`,
});

const ok = (call: string): OwnerCall => ({ call, outcome: 'ok' });
const failed = (call: string): OwnerCall => ({ call, outcome: 'failed' });

/** The calls of the owner of one device, as docs/when-may-i-map.md has them. */
export const mappingRows: readonly MappingRow[] = [
  row(
    ok('dev[0].write_command(MEM=0)'),
    'write of PCI_COMMAND, MEM=0',
    'memory_off.return',
    'gone',
    '-ENODEV',
  ),
  row(
    ok('dev[0].write_command(MEM=1)'),
    'write of PCI_COMMAND, MEM=1',
    'memory_on.return',
    'there',
    '0',
  ),
  row(
    ok('dev[0].write_pmcsr(D3hot)'),
    'write of PM_CTRL, D3hot',
    'd3hot.return',
    'gone',
    '-ENODEV',
  ),
  row(ok('dev[0].write_pmcsr(D0)'), 'write of PM_CTRL, D0', 'd0.return', 'there', '0'),
  row(ok('dev[0].low_power_entry'), 'LOW_POWER_ENTRY', 'low_power_entry.return', 'gone', '-ENODEV'),
  row(ok('dev[0].device_reset'), 'VFIO_DEVICE_RESET', 'device_reset.return', 'gone', '0'),
  row(
    failed('dev[0].device_reset'),
    'VFIO_DEVICE_RESET that fails',
    'device_reset.return_failed',
    'gone',
    '0',
  ),
  row(ok('dev[0].close'), 'last close of the device fd', 'close.return', 'gone', '-ENODEV'),
];

/** What v6 wrote where v7 unlocks in one loop (docs/patches/hot-reset-v6.patch). */
const V6 = `\
-	list_for_each_entry_from_reverse(vdev, &dev_set->device_list,
-					 vdev.dev_set_list) {
+	list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)
 		if (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))
 			vfio_pci_dma_buf_move(vdev, false);
+
+	list_for_each_entry_from_reverse(vdev, &dev_set->device_list,
+					 vdev.dev_set_list)
 		up_write(&vdev->memory_lock);
-	}`;

/** Who has a question, and the answer that is here. */
export const doors: readonly Door[] = [
  {
    who: 'I review a patch',
    says:
      'Of a diff, a mail or a series it is said which functions take other steps and which rules that ' +
      'breaks, each with its shortest run. This is what version 6 of the series did to hot reset:',
    command: 'dmabuf-spec patch FILE --tree DIRECTORY',
    shows: { kind: 'run', id: 'P4', change: V6 },
  },
  {
    who: 'I write a VMM or a driver that imports',
    says:
      'When your mapping is gone, and what MAP_FILE of iommufd answers then; other importers and hot ' +
      'reset are in docs/when-may-i-map.md. Each row opens a run.',
    command: "dmabuf-spec find dma-buf-life 'att[1] is dead'",
    shows: {
      kind: 'table',
      head: ['when this has returned', 'your mapping is', 'MAP_FILE answers'],
      rows: mappingRows.map(({ when, mapping, answers, find }) => ({
        cells: [when, mapping, answers],
        find,
      })),
      system: 'dma-buf-life',
    },
  },
  {
    who: 'I design an interface',
    says:
      'Designs as columns: the same rules are asked of each, and two of them are put side by ' +
      'side up to the step at which they part.',
    command: 'dmabuf-spec compare p2p-memory',
    shows: { kind: 'comparison', name: 'p2p-memory' },
  },
];
