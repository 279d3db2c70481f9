import { anyImporter } from '../attach/v7.0.ts';
import type { Difference } from '../design.ts';

const refused = (state: string) => ({ on: { 'pin:ok': null, 'pin:-EOPNOTSUPP': state } });

/** Any importer attaches, and the pin of one that cannot be told to stop is refused, as is every pin. */
export const pinRefused: Difference = {
  at: ['attach', 'pin'],
  steps: {
    ...anyImporter.steps,
    'pin.unpinned': refused('unpinned'),
    'pin.pinned': null,
    'pin.unpinned_twice': refused('unpinned_twice'),
    'pin.left_pinned': null,
  },
  defects: [],
  source: '61ceaf236115, v6.19: .pin answers -EOPNOTSUPP',
};
