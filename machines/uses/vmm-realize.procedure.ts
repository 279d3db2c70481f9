import { setup } from 'xstate';
import {
  buffersOf,
  exportCall,
  LAYOUTS,
  type Layout,
  mapCall,
  OVERLAYS,
  type Overlay,
  type SectionVariation,
  sectionsOf,
} from './vmm-sections.ts';

/** The answers of MAP_FILE, of which a VMM asks only whether it is mapped. */
const ANSWERS = ['ok', '-EINVAL', '-EOPNOTSUPP'] as const;

function labelsOf(how: SectionVariation, overlays: readonly Overlay[]): string[] {
  const exports = LAYOUTS.flatMap((layout) =>
    buffersOf(layout, how).map((ranges, fd) => `fd[${fd}].${exportCall(ranges)}`),
  );
  const maps = LAYOUTS.flatMap((layout) =>
    overlays.flatMap((overlay) =>
      sectionsOf(layout, overlay, how).flatMap((one) =>
        ANSWERS.map((ret) => `fd[${one.fd}].${mapCall(one)}:${ret}`),
      ),
    ),
  );
  return [
    'vmm.realize:begin',
    ...LAYOUTS.map((layout) => `bar.areas:${layout}`),
    ...new Set(exports),
    'vmm.realize:ok',
    'guest.mem_on:begin',
    ...overlays.map((overlay) => `bar.overlay:${overlay}`),
    ...new Set(maps),
    'guest.mem_on:ok',
  ];
}

/**
 * What a VMM does with a BAR of which it can mmap() a part: dma-bufs of the areas when it realizes the
 * device, and MAP_FILE of every section of them when the guest enables the BAR. What is refused is left
 * out, and the VMM goes on.
 *
 * @param overlays - over which pages it may have registers of its own
 */
export function vmmRealize(how: SectionVariation, overlays: readonly Overlay[] = OVERLAYS) {
  const machine = setup({ types: { events: {} as { type: string } } });
  /** One step after the other, then `then`. */
  const inOrder = (steps: readonly (readonly string[])[], name: string, then: string) =>
    Object.fromEntries(
      steps.map((labels, n) => {
        const next = n + 1 < steps.length ? `${name}${n + 1}` : then;
        return [`${name}${n}`, { on: Object.fromEntries(labels.map((label) => [label, next])) }];
      }),
    );
  const exporting = (layout: Layout) =>
    machine.createStateConfig({
      initial: 'export0',
      states: {
        ...inOrder(
          buffersOf(layout, how).map((ranges, fd) => [`fd[${fd}].${exportCall(ranges)}`]),
          'export',
          'return',
        ),
        return: { on: { 'vmm.realize:ok': `#${layout}` } },
      },
    });
  const mapping = (layout: Layout) => {
    const of = (overlay: Overlay) =>
      inOrder(
        sectionsOf(layout, overlay, how).map((one) =>
          ANSWERS.map((ret) => `fd[${one.fd}].${mapCall(one)}:${ret}`),
        ),
        `${overlay}_map`,
        'return',
      );
    return machine.createStateConfig({
      initial: 'overlay',
      states: {
        overlay: {
          on: Object.fromEntries(
            overlays.map((overlay) => [`bar.overlay:${overlay}`, `${overlay}_map0`]),
          ),
        },
        ...Object.assign({}, ...overlays.map(of)),
        return: { on: { 'guest.mem_on:ok': '#enabled' } },
      },
    });
  };
  const each = <T>(name: (layout: Layout) => string, of: (layout: Layout) => T) =>
    Object.fromEntries(LAYOUTS.map((layout) => [name(layout), of(layout)]));

  return machine.createMachine({
    id: 'vmm_realize',
    description: 'a VMM that exports the areas of a BAR and maps them where the guest has the BAR',
    meta: {
      labels: labelsOf(how, overlays),
      source:
        'derived: vfio_pci_fixup_msix_region, vfio_region_create_dma_buf, vfio_container_dma_map (QEMU, hw/vfio, as read in 2026), with what vfio_pci_dma_buf_iommufd_map, v7.3 takes',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vmm.realize:begin': 'areas' } },
      areas: {
        on: Object.fromEntries(
          LAYOUTS.map((layout) => [`bar.areas:${layout}`, `exporting_${layout}`]),
        ),
      },
      ...each((layout) => `exporting_${layout}`, exporting),
      ...each(
        (layout) => layout,
        (layout) => ({
          id: layout,
          tags: ['quiescent'],
          on: { 'guest.mem_on:begin': `mapping_${layout}` },
        }),
      ),
      ...each((layout) => `mapping_${layout}`, mapping),
      enabled: { id: 'enabled', tags: ['quiescent', 'enabled'] },
    },
  });
}
