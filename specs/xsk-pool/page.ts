import { isSameScope } from 'xstate-check';
import { specification } from '../catalogue.ts';
import { table } from '../uses/page.ts';
import { conversations } from './answers.ts';
import { revisions } from './drivers.ts';
import { ONE_QUEUE, SENDING } from './scopes.ts';

const SYSTEM = 'pool-swap';

/** `docs/xsk-pool.md`: which driver keeps which rule when a pool comes to its queue and goes. */
export function xskPoolPage(): string {
  return `# An AF_XDP pool comes to a queue, and goes

Written by \`npm run docs\` from the machines of 7.3.4; do not edit. For authors of network drivers.

Jakub Kicinski and Paolo Abeni asked of the ICSSG series for an order: stop the hardware, spool what has
come, switch the pool, fill the ring anew, start again; and that the system does not drop off the network
where memory is short. The system \`pool-swap\` has bind() with XDP_ZEROCOPY and without a flag, close(),
ifup and ifdown in any order, every error that a call of the driver can get, and, at \`sends=1\`, a poll that
sends. The core and three drivers are drawn from their C, error branch by error branch; \`required\` is the
order that was asked for, with the ways back that its rules need: nobody has written it.

${verdicts()}
\`-\` is a rule about hardware that a driver has not. A cell is a finding: \`dmabuf-spec explain F-C02\` prints
its run. All of it was read in 7.3.4, and what breaks was not run: no machine here has an ICSSG or an igb,
and no stock kernel lets a vmalloc() fail. What works was: every call of user space in every state that a
queue of virtio-net comes to where nothing fails, on a stock 7.3.4, with VIRTIO_F_RING_RESET and without
(${[true, false].flatMap(conversations).length} runs of calls, \`npm run test:kernel\`): the answers are those of the machines. Without, XDP_ZEROCOPY answers
-ENOENT, and no flag 0 and copy mode: an error of a driver, and what the core makes of it.

## What follows

- An error of the driver is a success to whoever did not ask for zero copy, and the driver is never told
  that the pool goes: after an error it may keep no pointer (\`no-pointer-without-pool\`), no mapping
  (\`no-pool-freed-mapped\`), and it has to work (\`old-or-down\`).
- What can fail goes before what cannot be undone: the mapping, the memory model (one for each kind of
  buffer, as virtio-net has), the port. Then the pages are taken out of the ring and kept, not freed
  (\`new-before-old\`).
- disable has to succeed: whatever it answers, the pool is freed. Hardware that does not come back is a
  reason to close the device, and not to return an error.
- A channel whose teardown is not acknowledged is disabled before its buffers are freed
  (\`no-buffer-freed-under-dma\`).
- The direction that sends is stopped, too, before the pool is unmapped (\`mapped-while-in-ring\`), and a
  poll reads its pointer once (\`no-null-pool\`).
- A queue remembers its pool over ifdown and ifup (\`zero-copy-can-be-woken\`), for bind() does not ask
  whether the device is up.
- napi_disable() of what is disabled never returns, and rtnl is held: a queue that is down says so
  (\`returns(admin)\`).

What is not drawn: ${specification
    .limits!.notModelled.filter(({ id }) => /^C-\d+$/.test(id))
    .map(({ id, title }) => `${title} (${id})`)
    .join('; ')}. Several queues, shared UMEMs and XDP programs are not, either.
`;
}

/** Rule × driver, each at the scope at which the rule is about something. */
function verdicts(): string {
  const names = revisions.map(({ name }) => name);
  const of = (revision: string, scope: typeof ONE_QUEUE) =>
    specification.expectations.find(
      (one) => one.system === SYSTEM && one.revision === revision && isSameScope(one.scope, scope),
    )?.properties ?? {};
  const rules = [...new Set(names.flatMap((name) => Object.keys(of(name, SENDING))))];
  const titles = new Map(
    specification.families
      .find(({ name }) => name === SYSTEM)!
      .build({ scope: SENDING, revision: names[0]! })
      .properties.map(({ id, title, rule }) => [id, rule ? `${title} (${rule})` : title]),
  );
  const cell = (rule: string, name: string) => {
    const verdict = of(name, ONE_QUEUE)[rule];
    const sending = of(name, SENDING)[rule];
    const said = verdict === undefined || verdict === 'holds' ? sending : verdict;
    return said === undefined ? '-' : said === 'holds' ? 'kept' : said;
  };
  return table(
    ['rule', 'what it says', ...names],
    rules
      .filter((rule) => !['totality', 'rest', 'deadlock'].includes(rule))
      .map((rule) => [
        `\`${rule}\``,
        titles.get(rule) ?? '',
        ...names.map((name) => cell(rule, name)),
      ]),
  );
}
