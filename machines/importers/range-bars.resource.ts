import { setup } from 'xstate';

/**
 * Which BARs the ranges of a buffer lie in: one, because an export has one `region_index` for all; in the
 * series of 2024 each range had its own.
 */
export function rangeBars(indexes: 'one' | 'each') {
  const each = indexes === 'each';
  return setup({}).createMachine({
    id: 'range_bars',
    description: 'the BARs of the ranges of a buffer',
    meta: {
      labels: each ? ['export:two_bars', 'attach:begin'] : ['attach:begin'],
      source:
        'struct vfio_device_feature_dma_buf, v7.3: one region_index; vfio_region_dma_range of the series of 2024: one for each range',
    },
    initial: 'exported',
    states: {
      exported: {
        description: 'in one BAR, or what the export says ahead of the first attach',
        tags: ['quiescent'],
        on: { 'attach:begin': 'one', ...(each && { 'export:two_bars': 'two' }) },
      },
      one: { tags: ['quiescent'], on: { 'attach:begin': 'one' } },
      ...(each && { two: { tags: ['quiescent'], on: { 'attach:begin': 'two' } } }),
    },
  });
}
