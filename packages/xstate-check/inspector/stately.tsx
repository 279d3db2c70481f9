import { useState } from 'react';
import type { MachineView, Overview, StateView } from '../src/inspect/protocol.ts';
import { messageOf, useGet } from './api.ts';

/**
 * Sends the machine shown to the hosted inspector. The only thing on the page that reaches another
 * host; only with `--stately`, and only when pressed.
 */
export function StatelyButton({
  machine,
  state,
}: {
  readonly machine: MachineView;
  readonly state: StateView | undefined;
}) {
  const overview = useGet<Overview>('api/overview');
  const [error, setError] = useState<string | undefined>();
  if (overview.data?.stately !== true || machine.definition === undefined) return null;
  const send = async () => {
    try {
      await sendToStately(machine, state);
    } catch (problem) {
      setError(messageOf(problem));
    }
  };
  return (
    <>
      <button
        type="button"
        className="small"
        onClick={() => void send()}
        title="Opens stately.ai/inspect in a window of its own and sends it this machine"
      >
        Open in Stately ↗
      </button>
      {error !== undefined && <span role="alert">{error}</span>}
    </>
  );
}

async function sendToStately(machine: MachineView, state: StateView | undefined): Promise<void> {
  const { createBrowserInspector } = await import('@statelyai/inspect');
  const inspector = createBrowserInspector();
  const now = String(Date.now());
  inspector.adapter.send({
    type: '@xstate.actor',
    name: machine.name,
    sessionId: machine.name,
    rootId: machine.name,
    parentId: undefined,
    id: '',
    createdAt: now,
    _version: '0.7.2',
    definition: machine.definition,
    snapshot: {
      status: 'active',
      value: snapshotValue(state?.nodes ?? machine.states[0]?.nodes ?? []),
      context: state?.context ?? machine.states[0]?.context ?? {},
    },
  });
}

type Value = string | { [name: string]: Value };

/** The value of a snapshot, from the dotted paths of its active nodes. */
export function snapshotValue(nodes: readonly string[], under = ''): Value {
  const inner = nodes.filter(
    (node) => node !== '' && node.startsWith(under) && !node.slice(under.length).includes('.'),
  );
  const deeper = (node: string) => nodes.some((other) => other.startsWith(`${node}.`));
  const [only] = inner;
  if (inner.length === 1 && only !== undefined && !deeper(only)) return only.slice(under.length);
  return Object.fromEntries(
    inner.map((node) => [
      node.slice(under.length),
      deeper(node) ? snapshotValue(nodes, `${node}.`) : {},
    ]),
  );
}
