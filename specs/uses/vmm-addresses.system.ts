import {
  alphabetOf,
  type Call,
  call,
  monitor,
  not,
  type Part,
  type Property,
  plainLabel,
  procedure,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { ioasPages } from '../../machines/uses/ioas-pages.resource.ts';
import { rightByte } from '../../machines/uses/right-byte.monitor.ts';
import { sectionBuffer } from '../../machines/uses/section-buffer.contract.ts';
import { vmmRealize } from '../../machines/uses/vmm-realize.procedure.ts';
import {
  everyBuffer,
  everySection,
  exportCall,
  LAYOUTS,
  mapCall,
  OVERLAYS,
  PAGES,
} from '../../machines/uses/vmm-sections.ts';
import { atMostOne, range } from '../shared/contract.ts';
import { somethingMoves } from '../shared/every-system.ts';
import { isIdle } from '../shared/words.ts';
import { QEMU, sectionsOfDesign, vmmDesigns } from './vmm-designs.ts';

const VMM = 'vmm';

/**
 * A BAR of four pages of which one may be kept from mmap() and, with `overlays`, another one may have
 * registers of the VMM: what the VMM exports and maps of it, and which page of the device a peer reaches then.
 */
export const vmmAddressFamily: SystemFamily = {
  name: 'vmm-addresses',
  title: 'which page of a BAR a peer reaches at an address where the guest has the BAR',
  defaultScope: { overlays: 1 },
  revisions: vmmDesigns.map(({ name }) => name),
  build({ scope, revision }): System {
    atMostOne(scope, 'overlays');
    const how = sectionsOfDesign(revision);
    const overlays = scope.overlays === 1 ? OVERLAYS : (['none'] as const);
    const vmm = vmmPart(procedure(VMM, vmmRealize(how, overlays), { thread: VMM, roles: ['vmm'] }));
    const used = new Set(alphabetOf(vmm).flatMap(vmm.rename));
    const fds = how.buffers === 'of_all_areas' ? 1 : 2;
    const parts = [vmm, ...range(fds).map((n) => bufferPart(n, used)), ioasPart(used)];
    const monitors = [bytePart(parts), refusedPart(parts)];
    return {
      name: 'vmm-addresses',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: calls.filter(({ name }) => isUsed(name, parts)),
      environment: ['user', 'peer'],
      properties: rulesOf(monitors),
    };
  },
};

const ANSWERS: ReadonlySet<string> = new Set(
  (sectionBuffer().root.meta as { labels: readonly string[] }).labels,
);

/** Whether a section is mapped is all that the VMM is told; where it leads is not. */
function vmmPart(part: Part): Part {
  const leads = ['@', ...range(PAGES).map((page) => `#${page}@`)];
  const answers = (one: string) =>
    leads
      .map((to) => one.replace('@', to))
      .filter((label) => ANSWERS.has(label.replace(/^fd\[\d\]\.|@.*$/g, '')));
  return {
    ...part,
    rename: (label) =>
      part.rename(label).flatMap((one) => (one.includes('map_file') ? answers(one) : [one])),
  };
}

/** A part that has those of its labels that the VMM uses. */
function ofVmm(
  part: Pick<Part, 'name' | 'machine' | 'kind' | 'roles'>,
  rename: Part['rename'],
): Part {
  return { ...part, rename, renameCommit: (label) => label };
}

function bufferPart(n: number, used: ReadonlySet<string>): Part {
  const name = `fd[${n}]`;
  return ofVmm({ name, machine: sectionBuffer(), kind: 'contract', roles: ['buffer'] }, (label) =>
    [`${name}.${label}@${VMM}`].filter((one) => used.has(one)),
  );
}

function ioasPart(used: ReadonlySet<string>): Part {
  return ofVmm(
    { name: 'ioas', machine: ioasPages(), kind: 'resource', roles: ['ioas'] },
    (label) =>
      label.startsWith('read(')
        ? [`ioas.${label}`]
        : [0, 1].map((n) => `fd[${n}].${label}@${VMM}`).filter((one) => used.has(one)),
  );
}

function heard(parts: readonly Part[], pattern: RegExp): string[] {
  return [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))].filter(
    (one) => pattern.test(one),
  );
}

function bytePart(parts: readonly Part[]): Part {
  const reads = heard(parts, /^ioas\.read\(\d\):page/);
  const isRight = (label: string) => /\((\d)\):page_\1$/.test(label);
  return monitor('byte', rightByte, {
    right: reads.filter(isRight),
    wrong: reads.filter((label) => !isRight(label)),
  });
}

function refusedPart(parts: readonly Part[]): Part {
  return monitor('refused', rightByte, {
    right: heard(parts, /map_file.*:ok#/),
    wrong: heard(parts, /map_file.*:-/),
  });
}

const rulesOf = ([byte, refused]: readonly Part[]): readonly Property[] => [
  {
    id: 'address-is-the-byte',
    kind: 'monitor',
    title: 'at the address where the guest has a page of its BAR, a peer reaches that page',
    parts: [byte!.name],
    source: 'derived: D-04; pfn_reader_fill_dmabuf, v7.3: phys.paddr + start',
    consequence: 'a peer reads and writes registers that the guest did not give it',
  },
  {
    id: 'every-area-mapped',
    kind: 'monitor',
    title: 'what of a BAR is memory to the guest is mapped for its peers',
    parts: [refused!.name],
    source: 'derived: what MAP_FILE is for; iopt_alloc_dmabuf_pages, v7.3',
    consequence: 'DMA of a peer to that part of the BAR ends in an IOMMU fault',
  },
  {
    id: 'vmm-returns',
    kind: 'leads-to',
    title: 'what the guest asks for is done',
    when: not(isIdle(VMM)),
    then: isIdle(VMM),
    source: 'derived: L2',
    consequence: 'the guest stands still in a write to config space',
  },
  { id: 'rest', kind: 'rest', title: 'every call returns', source: 'derived: L2' },
  somethingMoves('derived: L2'),
  {
    id: 'totality',
    kind: 'totality',
    title: 'every call has exactly one answer besides what the environment chooses',
    source: 'derived',
  },
];

/** Whether a part has a label of a call. */
function isUsed(name: string, parts: readonly Part[]): boolean {
  return heard(parts, /./).some((label) =>
    `.${plainLabel(label).replace(/:[^:]*$/, '')}`.endsWith(`.${name}`),
  );
}

const READ = `vfio_region_create_dma_buf, vfio_container_dma_map; ${QEMU}`;

const calls: readonly Call[] = [
  call('vmm.realize', 'vmm', {
    caller: 'user',
    spans: true,
    written: 'the device is plugged in',
    source: READ,
  }),
  call('guest.mem_on', 'vmm', {
    caller: 'user',
    spans: true,
    written: 'the guest sets PCI_COMMAND_MEMORY',
    source: READ,
  }),
  call('bar.areas', 'bar', {
    outcomes: LAYOUTS,
    environment: LAYOUTS.filter((layout) => layout !== 'whole'),
    written: {
      whole: 'all pages of the BAR can be mmapped',
      first_hidden: 'page 0 of the BAR cannot be mmapped',
      last_hidden: 'page 3 of the BAR cannot be mmapped',
      middle_hidden: 'page 1 of the BAR cannot be mmapped',
    },
    source: `vfio_setup_region_sparse_mmaps, vfio_pci_fixup_msix_region; ${QEMU}`,
  }),
  call('bar.overlay', 'bar', {
    outcomes: OVERLAYS,
    environment: OVERLAYS.filter((overlay) => overlay !== 'none'),
    written: {
      none: 'the VMM has no registers of its own in the last area',
      first: 'the VMM has registers of its own over the first page of the last area',
      last: 'the VMM has registers of its own over the last page of the last area',
    },
    source: `derived: memory sections between the regions of quirks; ${QEMU}`,
  }),
  ...everyBuffer.map((ranges) =>
    call(exportCall(ranges), 'buffer', {
      written: `VFIO_DEVICE_FEATURE_DMA_BUF of pages ${ranges
        .map(([from, to]) => (to - from === 1 ? `${from}` : `${from} to ${to - 1}`))
        .join(' and ')} = fd{fd}`,
      source: 'vfio_pci_core_feature_dma_buf, v7.3',
    }),
  ),
  ...everySection.map((one) =>
    call(mapCall(one), 'buffer', {
      outcomes: ['ok', '-EINVAL', '-EOPNOTSUPP'],
      written: `IOMMU_IOAS_MAP_FILE(fd{fd}, from its page ${one.start}, ${one.pages} pages) where the guest has page ${one.at}`,
      source: 'iopt_map_file_pages, v7.3',
    }),
  ),
  ...range(PAGES).map((page) =>
    call(`read(${page})`, 'ioas', {
      caller: 'peer',
      outcomes: ['fault', ...range(PAGES).map((to) => `page_${to}`)],
      written: `DMA of a peer to page ${page} of the BAR`,
      source: 'derived: what is mapped at an IOVA is what DMA to it reaches',
    }),
  ),
];
