import type { Difference } from '../design.ts';
import { destroyedFirst, releases } from '../release-pages/v7.1.ts';

/** There is nothing to unpin. */
export const neverUnpinned = { lock: null, unpin: null, unlock: null };

/** iommufd neither pins nor unpins, and destroys its pages before it detaches. */
export const iommufdBeforePin: Difference = {
  at: ['mapFile', 'releasePages'],
  steps: {
    'map_file.copy.lock': { on: { 'buf.resv.lock': 'test' } },
    'map_file.copy.pin': null,
    'map_file.undo': { initial: 'unlock' },
    'map_file.undo.unpin': null,
    ...releases('destroy', { ...neverUnpinned, ...destroyedFirst('detach') }),
  },
  defects: ['M8'],
  source: '"iommufd: Add DMABUF to iopt_pages", v6.19; "iommufd: Add dma_buf_pin()" came with v7.1',
};
