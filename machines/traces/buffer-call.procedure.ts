import { setup } from 'xstate';

export const labels = [
  'enters',
  'export:begin',
  'export:ok#live',
  'export:ok#revoked',
  'attach:begin',
  'attach:ok',
  'attach:-ENODEV',
  'attach_return:ok',
  'attach_return:-ENODEV',
  'attach_return:other',
  'map:begin',
  'map:checked',
  'map:ok',
  'map:-ENODEV',
  'map_return:ok',
  'map_return:-ENODEV',
  'map_return:other',
  'map_file:begin',
  'map_file:ok',
  'map_file:-ENODEV',
  'map_file_return:ok',
  'map_file_return:-ENODEV',
  'map_file_return:other',
] as const;

/**
 * A task and a buffer: from the call of attach, map or iommufd's map to its return. The buffer
 * decides the answer between the two; the return has to give that answer. A task that calls again
 * has returned, also where no return is seen.
 */
export function bufferCall() {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });
  const begins = {
    'attach:begin': '#buffer_call.attach',
    'map:begin': '#buffer_call.map',
    'map_file:begin': '#buffer_call.map_file',
  } as const;
  const answered = (operation: 'attach' | 'map_file') =>
    machine.createStateConfig({
      initial: 'called',
      on: { enters: 'idle', ...begins },
      states: {
        called: {
          on: {
            [`${operation}:ok`]: 'ok',
            [`${operation}:-ENODEV`]: 'enodev',
            [`${operation}_return:other`]: '#buffer_call.idle',
          },
        },
        ok: { on: { [`${operation}_return:ok`]: '#buffer_call.idle' } },
        enodev: { on: { [`${operation}_return:-ENODEV`]: '#buffer_call.idle' } },
      },
    });
  return machine.createMachine({
    id: 'buffer_call',
    description: 'a call of a task on a buffer, from its beginning to its return',
    meta: {
      labels,
      source: 'vfio_pci_dma_buf_attach, vfio_pci_dma_buf_map, vfio_pci_dma_buf_iommufd_map, v7.3',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { enters: 'idle', 'export:begin': 'exporting', ...begins },
      },
      exporting: {
        meta: { source: 'vfio_pci_core_feature_dma_buf, v7.3' },
        on: { 'export:ok#live': 'idle', 'export:ok#revoked': 'idle' },
      },
      attach: answered('attach'),
      map: {
        description: 'the sg_table is built once `revoked` was read as false, and that may fail',
        meta: { source: 'vfio_pci_dma_buf_map, v7.3: dma_buf_phys_vec_to_sgt' },
        initial: 'called',
        on: { enters: 'idle', ...begins },
        states: {
          called: { on: { 'map:checked': 'checked', 'map:-ENODEV': 'enodev' } },
          checked: { on: { 'map:ok': 'ok', 'map_return:other': '#buffer_call.idle' } },
          ok: { on: { 'map_return:ok': '#buffer_call.idle' } },
          enodev: { on: { 'map_return:-ENODEV': '#buffer_call.idle' } },
        },
      },
      map_file: answered('map_file'),
    },
  });
}
