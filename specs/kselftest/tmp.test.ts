import { test } from 'vitest';
import { sequentialGraph } from '/work/main/specs/kselftest/sequential.ts';
import { suites } from '/work/main/specs/suites.ts';
import { exploreForPaths } from '/work/main/src/paths/projection.ts';
import { compose } from '/work/main/src/system/product.ts';
import { hotResetFamily } from '../hot-reset/hot-reset.system.ts';
import { choosePaths } from './choose.ts';

test('x', () => {
  const s = suites.find((x) => x.name === 'iommufd')!;
  const e = exploreForPaths(compose(s.system));
  const g = sequentialGraph(e, {
    performed: (v) => s.performed(e.product, v),
    provoked: (l) => l.endsWith('.reset:failed'),
  });
  const t = Date.now();
  const ps = choosePaths(g, ['dev[0].open', 'buf[0].export']);
  console.log(
    ps.length,
    Date.now() - t,
    ps
      .map((p) =>
        p
          .map((c) => c.call.replace(/^\w+\[0\]\./, '') + (c.answer === 'ok' ? '' : ':' + c.answer))
          .join(' '),
      )
      .join('\n'),
  );
  const p = compose(
    hotResetFamily.build({
      scope: { devices: 2, unopened: 1, buffers: 1, importers: 0, writers: 1 },
      revision: '7.3',
    }),
  );
  const e2 = exploreForPaths(p);
  const g2 = sequentialGraph(e2, {
    performed: (v) => p.vectors[v]!.initiator < 0,
    provoked: (l) =>
      /trylock:0|:false@hot_reset$/.test(l) &&
      !/open_count|memory_enabled|listed|get_file_active|revoked/.test(l),
  });
  console.log(e2.graph.states, g2.calls.size);
  for (const [st, cs] of g2.calls)
    for (const c of cs) console.log(st, c.call, c.answer, c.to, c.labels.join(' '));
});
