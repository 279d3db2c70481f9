import { test } from 'vitest';
import { testPaths } from './paths.ts';
import { exportRows, mapFileRows, hotResetRows } from './argument-cases.ts';
test('x', () => {
  console.log(testPaths().map((p) => p.name + ': ' + p.steps.map(s=>s.mappable).join(' ')).join('\n'));
  for (const f of [exportRows, mapFileRows, hotResetRows]) { const r = f(); console.log(r.length, r.map((x) => `{ ${x.answer}, "${x.what}", { ${x.args.join(', ')} } }`).join('\n')); }
});
