import { wrap } from 'xstate-check/command';
import { type AnyWay, mapAnswers } from '../importers/map-answers.ts';
import {
  type Answer,
  MappingAnswers,
  OWNER_CALLS,
  type OwnerCall,
} from '../importers/mapping-answers.ts';
import type { ImporterSpec } from '../shared/contract.ts';

/** An importer of a kind, as its author would call it. */
interface Importer {
  readonly kind: ImporterSpec['kind'];
  readonly title: string;
  /** Who is of this kind, and where that is stated. */
  readonly who: string;
  readonly source: string;
}

const IMPORTERS: readonly Importer[] = [
  {
    kind: 'iommufd',
    title: 'iommufd, a buffer of one range',
    who: 'IOMMU_IOAS_MAP_FILE on the dma-buf fd: QEMU and other users of VFIO cdev',
    source: 'iopt_map_dmabuf, iopt_revoke_notify, v7.3',
  },
  {
    kind: 'unmaps_in_callback',
    title: 'an importer that unmaps in its callback',
    who: 'virtio-gpu',
    source: 'virtgpu_dma_buf_unmap, v7.1',
  },
  {
    kind: 'unmaps_later',
    title: 'an importer that unmaps after its callback',
    who: 'GPU drivers, which unmap when their fences are done',
    source: 'dma_buf_invalidate_mappings, v7.3: importers must unmap in bounded time',
  },
  {
    kind: 'iommufd_several_ranges',
    title: 'iommufd, a buffer of several ranges',
    who: 'IOMMU_IOAS_MAP_FILE on a buffer with nr_ranges > 1',
    source: 'vfio_pci_dma_buf_iommufd_map, v7.3',
  },
  {
    kind: 'several_ranges_translated',
    title: 'an importer behind an IOMMU that translates, a buffer of several ranges',
    who: 'dma_buf_map_attachment() of a buffer with nr_ranges > 1',
    source: 'dma_buf_phys_vec_to_sgt, v7.3',
  },
  {
    kind: 'no_callback',
    title: 'an importer without invalidate_mappings',
    who: 'RDMA with pinned memory (ib_umem_dmabuf_get_pinned)',
    source: 'vfio_pci_dma_buf_attach, dma_buf_attach_revocable, v7.3',
  },
  {
    kind: 'not_p2p',
    title: 'an importer without allow_peer2peer',
    who: 'every static importer: dma_buf_attach()',
    source: 'vfio_pci_dma_buf_attach, dma_buf_attach, v7.3',
  },
];

/** What the calls are to those who make them. */
const CALLS: Readonly<Record<string, string>> = {
  'dev[0].write_command(MEM=0)': 'write of PCI_COMMAND, MEM=0',
  'dev[0].write_command(MEM=1)': 'write of PCI_COMMAND, MEM=1',
  'dev[0].write_pmcsr(D3hot)': 'write of PM_CTRL, D3hot',
  'dev[0].write_pmcsr(D0)': 'write of PM_CTRL, D0',
  'dev[0].low_power_entry': 'LOW_POWER_ENTRY',
  'dev[0].low_power_exit': 'LOW_POWER_EXIT',
  'dev[0].device_reset': 'VFIO_DEVICE_RESET',
  'bus.hot_reset': 'VFIO_DEVICE_PCI_HOT_RESET',
  'dev[0].close': 'last close of the device fd',
};

/** The steps of a hot reset that fail, of the device of the buffer and of one after it. */
const FAILURES: Readonly<Record<string, string>> = {
  'bus.reset:-ENOTTY': 'pci_reset_bus() fails',
  'dev[1].memory_lock.down_write_trylock:0': 'memory_lock of a device after yours is taken',
  'dev[1].owned:false': 'a device after yours is not owned',
  'dev[0].memory_lock.down_write_trylock:0': 'memory_lock of your device is taken',
  'dev[0].owned:false': 'your device is not owned',
  'dev[0].pm_runtime_get:failed': 'your device does not resume',
  'dev[1].pm_runtime_get:failed': 'a device after yours does not resume',
  'dev_set.resettable:false': 'the set is not the whole slot or bus',
};

/** `docs/when-may-i-map.md`: after which call a mapping is gone, and when there may be a new one. */
export function mappingPage(): string {
  const all = IMPORTERS.map((importer) => ({
    importer,
    answers: new MappingAnswers(importer.kind),
  }));
  const mapping = all.filter(({ answers }) => answers.whileBuffer('live') === 'ok');
  return [
    HEAD,
    callsSection(mapping.map(({ answers }) => answers)),
    importersSection(mapping),
    admissionSection(all),
    rangesSection(all),
    NOT_COVERED,
  ].join('\n');
}

type Answered = { readonly importer: Importer; readonly answers: MappingAnswers };

const HEAD = `# After which call is my mapping gone, and when may I map again?

Written by \`npm run docs\` from the machines of 7.3; do not edit. For authors of virtual machine
monitors and of device stacks that import a dma-buf of vfio-pci. What a monitor has to do about it is in
[vmm-regions](vmm-regions.md).

Each answer is read off the state space of the contract machines: one device with one buffer, its
owner, two importers of one kind, and a hot reset of a set in which another device comes after
yours. From a buffer that is live and mapped, memory on, in D0 and awake, each call is followed to
its return; importers do what the call waits for and nothing else.

- _Your mapping_ is what dma_buf_map_attachment() or IOMMU_IOAS_MAP_FILE made.
- _Map_ is a new one: on the attachment that you have, on a new one, or by MAP_FILE. It may fail for
  reasons of its own (no P2P route: -EINVAL; no memory: -ENOMEM), which are left out.
- The call that takes access away returns after your mapping is gone, and waits for you without an
  end. Nobody maps again for you, and nothing reliable tells you when to: the owner has to.
`;

/** What each call does; a table for all kinds of importers, which is checked to be the same. */
function callsSection(kinds: readonly MappingAnswers[]): string {
  const [rows, ...others] = kinds.map((answers) => JSON.stringify(callRows(answers)));
  if (others.some((other) => other !== rows)) {
    throw new Error('importers differ in what a call does to them: give each a table of its own');
  }
  const answers = [...OWNER_CALLS.map((call) => kinds[0]!.answer(call)), secondEntry(kinds[0]!)];
  return `## After which call

${table(
  ['when this has returned', 'your mapping is', 'map answers', 'it answers 0 again after'],
  callRows(kinds[0]!),
)}
A device before yours in the set that is taken or not owned is as your own: the loop has not come to
yours (vfio_pci_dev_set_hot_reset, v7.3).

${suspended(answers)}`;
}

function callRows(answers: MappingAnswers): string[][] {
  const rows = new Map<string, { calls: OwnerCall[]; cells: string[] }>();
  for (const call of OWNER_CALLS) {
    const cells = cellsOf(answers.answer(call));
    const key = [call.call, call.fails === undefined, ...cells].join('|');
    const row = rows.get(key) ?? { calls: [], cells };
    rows.set(key, { ...row, calls: [...row.calls, call] });
  }
  return [
    ...[...rows.values()].map(({ calls, cells }) => [callsInWords(calls), ...cells]),
    [
      'LOW_POWER_ENTRY = -EINVAL: entered already, and mapped again since (see below)',
      ...cellsOf(secondEntry(answers)),
    ],
  ];
}

/** A second LOW_POWER_ENTRY, after a write that gave the buffer back and a mapping that was made. */
function secondEntry(answers: MappingAnswers): Answer {
  const entry = 'dev[0].low_power_entry';
  const before = [
    { call: entry, outcome: 'ok' },
    { call: 'dev[0].write_command(MEM=1)', outcome: 'ok' },
  ];
  return answers.answerAfter(before, { call: entry, outcome: '-EINVAL' });
}

function cellsOf({ goneBy, mapAnew, mapsAfter, ever }: Answer): string[] {
  const calls = mapsAfter.filter(({ suspends }) => !suspends).map(({ call }) => call);
  const back = ever ? alternatives(calls) : '**never**: export a new buffer';
  return [goneBy === undefined ? 'there' : 'gone', errno(mapAnew), mapAnew === 'ok' ? '' : back];
}

/** The calls after which a buffer is live although its device may suspend. */
function suspended(answers: readonly Answer[]): string {
  const calls = new Set(
    answers.flatMap(({ mapsAfter }) =>
      mapsAfter.filter(({ suspends }) => suspends).map(({ call }) => call),
    ),
  );
  if (calls.size === 0) return '';
  const text =
    `**Low power.** After LOW_POWER_ENTRY map answers 0 also after ${alternatives([...calls])}. The ` +
    'device may runtime suspend under such a mapping, and the CPU gets SIGBUS meanwhile (finding O1, ' +
    '`dmabuf-spec explain O1`): wait for LOW_POWER_EXIT.';
  return `${wrap(text, 99).join('\n')}\n`;
}

/** How a mapping goes and how one comes back, for each kind of importer that has any. */
function importersSection(importers: readonly Answered[]): string {
  const reset: OwnerCall = { call: 'dev[0].device_reset', outcome: 'ok' };
  const rows = importers.map(({ importer, answers }) => {
    const { goneBy, mapAgain } = answers.answer(reset);
    const { mapped, unmapped } = answers.keepsFile;
    const file = unmapped ? 'until you detach' : 'until you unmap it';
    return [
      `**${importer.title}**: ${importer.who} (${importer.source})`,
      goneInWords(goneBy!),
      againInWords(mapAgain!),
      mapped ? file : 'no',
    ];
  });
  return `## How, for each kind of importer

${table(['you are', 'your mapping is gone', 'when map answers 0 again', 'you keep the file'], rows)}
The last column is why closing the dma-buf fd takes no mapping away: vfio_pci_dma_buf_release() is not
called before that. MAP_FILE anew is needed after every "gone" of the table above, so also after a hot
reset that fails for a sibling: a mapping of iommufd that was revoked once stays dead.
`;
}

function goneInWords(goneBy: string): string {
  if (goneBy.includes('#callback')) return 'when you unmap, inside your callback';
  if (goneBy.includes('.unmap'))
    return 'when you unmap, after your callback: the call waits for it';
  return 'in the callback: its IOMMU entries are gone, and nobody waits for you to unmap';
}

function againInWords(labels: readonly string[]): string {
  if (!labels.some((label) => label.includes('map_file'))) return 'map, with the same attachment';
  return 'MAP_FILE anew, at another IOVA or after IOAS_UNMAP of the old range';
}

/** What the buffer answers in each of its states. */
function admissionSection(all: readonly Answered[]): string {
  const states = ['live', 'draining', 'revoked', 'cleaned'] as const;
  const rows = all.map(({ importer, answers }) => [
    importer.title,
    ...states.map((state) => errno(answers.whileBuffer(state))),
  ]);
  return `## What the buffer answers

Attach and then map, or MAP_FILE, while the buffer is live, while a revoke waits for the importers,
while it is revoked, and after its device was closed:

${table(['', ...states], rows)}
A buffer that is exported while memory is off is born revoked, and its export answers 0. -EOPNOTSUPP
never goes away; an importer without invalidate_mappings may be told -ENODEV first, because
\`revoked\` is tested before it (vfio_pci_dma_buf_attach, v7.3).
`;
}

/** The ways of the table, as the author of an importer would call them. */
const ROUTES: readonly { readonly route: AnyWay['route']; readonly title: string }[] = [
  { route: 'translated', title: 'through the host bridge, behind an IOMMU that translates' },
  {
    route: 'identity',
    title: 'through the host bridge, IOMMU in passthrough (`iommu=pt`) or none',
  },
  { route: 'switch', title: 'through a switch (PCI_P2PDMA_MAP_BUS_ADDR)' },
  { route: 'none', title: 'no route that the kernel allows (PCI_P2PDMA_MAP_NOT_SUPPORTED)' },
];

/** What map answers by route and number of ranges, of a buffer that is live. */
function rangesSection(all: readonly Answered[]): string {
  const counts = [1, 2, 3];
  const cells = (revision: string, route: AnyWay['route']) =>
    counts.map((ranges) => mapAnswers({ route, ranges }, revision).map(errno).join(' or '));
  const rows = ROUTES.map(({ route, title }) => [title, ...cells('7.3', route)]);
  const iommufd = (kind: ImporterSpec['kind']) =>
    errno(all.find(({ importer }) => importer.kind === kind)!.answers.whileBuffer('live'));
  const several = iommufd('iommufd_several_ranges');
  const mended = ROUTES.map(({ route }) => cells('offset-added-up', route).join(', '));
  return `## How many ranges the buffer has

Export and attach answer 0 whatever the number of ranges is. dma_buf_map_attachment(), in the runs of
\`dma-addresses\` in which no allocation fails, with ranges of one or two units in any order:

${table(
  [
    'the way from your device to the memory',
    ...counts.map((n) => (n === 1 ? '1 range' : `${n} ranges`)),
  ],
  [...rows, ['IOMMU_IOAS_MAP_FILE, any of them', iommufd('iommufd'), several, several]],
)}
Finding map-offset (\`dmabuf-spec explain map-offset\`); seen on 7.3.4 with VT-d, with \`iommu=pt\` and
through a switch (the suites \`ranges-…\`). On arm64 the page table answers -EEXIST, with a warning
(__arm_lpae_map, drivers/iommu/io-pgtable-arm.c, v7.3; read). Where there is no room for an IOVA range of
the whole buffer each range is mapped by itself, and map answers 0 (derived: dma_iova_try_alloc, v7.3).
If the lengths before a range were its offset, the rows would be ${mended.join('; ')}.
Until that is mended, export one buffer for each range to a device behind an IOMMU.
`;
}

/** Several outcomes of one call. */
function callsInWords(calls: readonly OwnerCall[]): string {
  const { call, fails } = calls[0]!;
  if (fails === undefined)
    return calls.length > 1 ? `${CALLS[call]}, also where the reset itself fails` : CALLS[call]!;
  const why = calls.map((failed) => {
    const value = ['failed', '-ENOTTY'].includes(failed.outcome) ? 'its errno' : failed.outcome;
    return `${FAILURES[failed.fails!]} (${value})`;
  });
  return `${CALLS[call]} fails, because ${why.join(', or ')}`;
}

/** Calls of which any will do, each once, with how else it may end. */
function alternatives(calls: readonly OwnerCall[]): string {
  const names = [...new Set(calls.map(({ call }) => call))];
  return names
    .map((name) => {
      const others = calls.filter(({ call, outcome }) => call === name && outcome !== 'ok');
      const also = others.map(({ fails }) => (fails ? FAILURES[fails]! : 'it fails'));
      return also.length === 0 ? CALLS[name]! : `${CALLS[name]} (also where ${also.join(' or ')})`;
    })
    .join(', or ');
}

function errno(outcome: string): string {
  return outcome === 'ok' ? '0' : outcome;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

const NOT_COVERED = `## What these machines do not have

What a real kernel (own builds of 7.2.13 and 7.3.4, and Debian's 7.2.13, in a virtual machine)
answered ("seen") or its source says ("read"), and no state space here contains:

- **An importer that is stricter than the buffer.** RDMA with revocable pinned memory (irdma) unmaps in
  its callback and can be revoked once: register a new memory region (ib_umem_dmabuf_revoke,
  drivers/infiniband/core/umem_dmabuf.c; read).
- **LOW_POWER_ENTRY_WITH_WAKEUP.** The access that wakes the device up ends low power for the CPU and
  not for importers: map answers -ENODEV until a call that gives access back, such as LOW_POWER_EXIT
  (vfio_pci_core_runtime_resume, v7.3; seen).
- **SR-IOV.** Enabling VFs brings a PF from D3hot to D0 and gives nothing back: map answers -ENODEV
  until a call that gives access back, such as a write of PM_CTRL (vfio_pci_core_sriov_configure, v7.3; seen on an nvme PF).
- **A VF, or any device with no_command_memory.** MEM=0 revokes and gives back in the same call, so
  that mappings go and map answers 0 at once (vfio_basic_config_write, v7.3; read).
- **A write of PCI_COMMAND that fails in hardware** has revoked and gives nothing back
  (vfio_basic_config_write, v7.3; seen with an injected error).
- **A reset that does not come through vfio**, from sysfs or by AER, revokes nothing: your mappings
  stay, and reach a device that is being reset (read).
- **D1 and D2** leave the buffer live (__vfio_pci_memory_enabled, v7.3; read). FLR and AF-FLR through
  config space revoke and give back as VFIO_DEVICE_RESET does, but do not power the device up first:
  where pci_try_reset_function() cannot lock a device in D3hot (-EAGAIN) nothing comes back
  (vfio_exp_config_write, vfio_af_config_write, v7.3).
- **VFIO_DEVICE_RESET = -EINVAL**, the device has no reset of its own: nothing changes, your mapping
  is there (vfio_pci_ioctl_reset, v7.3). **D3hot that is refused**, by a PF with VFs enabled: your
  mapping is gone, and map answers 0 (vfio_lock_and_set_power_state, v7.3).
- **The callback at the un-revoke.** From 7.1 importers are notified before \`revoked\` is cleared: a
  map inside that callback answers -ENODEV, and no notification follows. Map from elsewhere, after
  the owner's call has returned (vfio_pci_dma_buf_move(false), v7.3; seen).
`;
